#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What CET and zeroed variables cost: instructions per command, of build/ and of a build without

hardening.py FOLDER builds the library without them in FOLDER, prints the figures, and fails above
LIMIT; 77 when there is nothing to measure.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "bench"))
import measure  # noqa: E402 (they are beside us, not installed)
from rows import FILE, MEMORY  # noqa: E402

BUILD = os.path.join(measure.ROOT, "build")
NBYTES = 4 << 20  # Of the file that is read
LIMIT = 2.0  # percent, on every path
# What turns a flag of the project off
OPPOSITE = {
    "-fcf-protection": "-fcf-protection=none",
    "-fcf-protection=full": "-fcf-protection=none",
    "-fcf-protection=branch": "-fcf-protection=none",
    "-fcf-protection=return": "-fcf-protection=none",
    "-ftrivial-auto-var-init=zero": "-ftrivial-auto-var-init=uninitialized",
}


def flags_of_build():
    with open(os.path.join(BUILD, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    words = next(row["command"].split() for row in commands if row["file"].endswith("core/cmd.c"))
    return [word for word in words if word in OPPOSITE]


def build_without(flags, folder):
    args = " ".join(OPPOSITE[flag] for flag in flags)
    for command in (["meson", "setup", folder, "-Dtests=false", "-Dtools=false", "-Dexamples=false",
                     f"-Dc_args={args}"], ["ninja", "-C", folder]):
        measure.run(command, cwd=measure.ROOT)
    return os.path.join(folder, "lib")


PATHS = (
    ("nil", MEMORY, 1, "bench_loop"),
    ("nil", MEMORY, 16, "bench_loop"),
    ("emu", MEMORY, 16, "bench_loop"),
    ("emu:pread", FILE, 16, "bench_loop"),
    ("submit", MEMORY, 16, "bench_submit"),
    ("sync", FILE, 1, "bench_loop"),
    ("io_uring:pread", FILE, 16, "bench_loop"),
    ("libaio:pread", FILE, 16, "bench_loop"),
)


def costs(build, libraries):
    """(path, instructions without, instructions with, percent)"""
    for path, device, depth, function in PATHS:
        counts = []
        try:
            for folder in libraries:
                os.environ["LD_LIBRARY_PATH"] = folder
                counts.append(measure.slope(build, path, device, 512, depth, function))
        except measure.Skip as why:
            print(f"{path}: {why}")
            continue
        yield f"{path} QD{depth}", *counts, 100 * (counts[1] / counts[0] - 1)


def main():
    flags = flags_of_build()
    if not flags or not shutil.which("valgrind"):
        print("valgrind is not installed" if flags else "the compiler has neither")
        sys.exit(77)
    libraries = [build_without(flags, sys.argv[1]), os.path.join(BUILD, "lib")]
    print("with " + " ".join(flags))
    # Not in /tmp when that is in memory, as for ./x bench
    with tempfile.NamedTemporaryFile(dir=BUILD) as file:
        file.write(os.urandom(NBYTES))
        file.flush()
        build = measure.Build(os.path.join(BUILD, "tests/bench/bench"), None, None, None, {FILE: file.name}, None)
        rows = list(costs(build, libraries))
    for path, before, after, percent in rows:
        print(f"{path:<14} {before:7.1f} -> {after:7.1f} instructions per command: {percent:+.2f} %")
    worst = max(percent for _, _, _, percent in rows)
    print(f"on the worst path {worst:.2f} %, the limit is {LIMIT} %")
    sys.exit(worst > LIMIT)


if __name__ == "__main__":
    main()
