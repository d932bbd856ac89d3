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
import bench  # noqa: E402 (it is beside us, not installed)

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
    with open(os.path.join(bench.BUILD, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    words = next(row["command"].split() for row in commands if row["file"].endswith("core/cmd.c"))
    return [word for word in words if word in OPPOSITE]


def build_without(flags, folder):
    args = " ".join(OPPOSITE[flag] for flag in flags)
    for command in (["meson", "setup", folder, "-Dtests=false", "-Dtools=false", "-Dexamples=false",
                     f"-Dc_args={args}"], ["ninja", "-C", folder]):
        bench.run(command, cwd=bench.ROOT)
    return os.path.join(folder, "lib")


def cost(path, uri, nbytes, depth, function, libraries):
    counts = []
    for folder in libraries:
        os.environ["LD_LIBRARY_PATH"] = folder
        counts.append(bench.per_command(path, uri, nbytes, depth, function))
    return counts


def measure(file, libraries):
    """(path, instructions without, instructions with, percent)"""
    for path, uri, depth, function in (
        ("nil", bench.MEMORY, 1, "bench_loop"),
        ("nil", bench.MEMORY, 16, "bench_loop"),
        ("emu", bench.MEMORY, 16, "bench_loop"),
        ("emu", file, 16, "bench_loop"),
        ("submit", bench.MEMORY, 16, "bench_submit"),
        ("sync", file, 1, "bench_loop"),
        ("io_uring", file, 16, "bench_loop"),
        ("libaio", file, 16, "bench_loop"),
    ):
        if path in ("io_uring", "libaio"):
            floor = "floor-uring" if path == "io_uring" else "floor-libaio"
            try:
                bench.has(floor)
            except bench.Skip as why:
                print(f"{path}: {why}")
                continue
        before, after = cost(path, uri, 512, depth, function, libraries)
        yield f"{path} QD{depth}", before, after, 100 * (after / before - 1)


def main():
    flags = flags_of_build()
    if not flags or not shutil.which("valgrind"):
        print("valgrind is not installed" if flags else "the compiler has neither")
        sys.exit(77)
    libraries = [build_without(flags, sys.argv[1]), os.path.join(bench.BUILD, "lib")]
    print("with " + " ".join(flags))
    # Not in /tmp when that is in memory, as for ./x bench
    with tempfile.NamedTemporaryFile(dir=bench.BUILD) as file:
        file.write(os.urandom(bench.NBLOCKS * 4096))
        file.flush()
        rows = list(measure(file.name, libraries))
    for path, before, after, percent in rows:
        print(f"{path:<14} {before:7.1f} -> {after:7.1f} instructions per command: {percent:+.2f} %")
    worst = max(percent for _, _, _, percent in rows)
    print(f"on the worst path {worst:.2f} %, the limit is {LIMIT} %")
    sys.exit(worst > LIMIT)


if __name__ == "__main__":
    main()
