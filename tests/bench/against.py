# SPDX-License-Identifier: BSD-3-Clause
"""
./x bench --against BUILD: the same programs with another library of this interface, and ratios

BUILD is a build folder of meson or an installation prefix. The programs are compiled twice, with the
same compiler and flags, against the headers and the library of each side, and run in turn.
"""
import glob
import json
import os
import shlex
import statistics
import subprocess
import sys

import measure
import report
from measure import ROOT, Failure, Skip
from rows import TIME

HERE = os.path.dirname(os.path.abspath(__file__))
FORMAT = "{:<24} {:<24} {:>10} {:>10} {:>7} {:>7}  {}"


def first(*patterns):
    return next((path for pattern in patterns for path in sorted(glob.glob(pattern))), None)


def side_of(path):
    """Headers, library, static library and tool of a build folder or a prefix"""
    path = os.path.abspath(path)
    info = os.path.join(path, "meson-info/meson-info.json")
    headers = os.path.join(path, "include")
    if os.path.exists(info):
        with open(info, encoding="utf-8") as file:
            headers = os.path.join(json.load(file)["directories"]["source"], "include")
    found = [first(*(f"{path}/{lib}/libxnvme.{kind}" for lib in ("lib", "lib64", "lib/*"))) for kind in ("so", "a")]
    if not os.path.exists(os.path.join(headers, "libxnvme.h")) or not found[0]:
        sys.exit(f"bench: {path} has no libxnvme.h and libxnvme.so: give a build folder of meson or an installation prefix")
    return headers, found[0], found[1], first(f"{path}/tools/xnvme", f"{path}/bin/xnvme")


def compile_bench(out, headers, library, build):
    """As meson compiles ours, with the interfaces that ours has"""
    args, sources = [], []
    for name in ("uring", "libaio"):
        if not subprocess.run([build.bench, "has", f"floor-{name}"], check=False).returncode:
            args += [f"-DBENCH_{name.upper()}", f"-l{name.removeprefix('lib')}"]
            sources.append(f"floor_{name}.c")
    sources += ["costs.c", "floor.c", "main.c", "ours.c"]
    measure.run([*shlex.split(os.environ.get("CC", "cc")), "-std=gnu11", "-O2", "-DNDEBUG", "-D_GNU_SOURCE", "-pthread",
                 f"-I{headers}", *(os.path.join(HERE, name) for name in sources), "-o", out, library,
                 f"-Wl,-rpath,{os.path.dirname(library)}", *args])


def builds(build, path):
    """Ours and the other, with programs that differ in nothing but headers and library"""
    folder = os.path.join(ROOT, "build/against")
    os.makedirs(folder, exist_ok=True)
    both = []
    for name, where in (("ours", os.path.join(ROOT, "build")), ("other", path)):
        headers, library, static, tool = side_of(where)
        bench = os.path.join(folder, name)
        compile_bench(bench, headers, library, build)
        # The tool of a prefix does not find its library by itself; that of a build folder does
        env = None if os.path.exists(os.path.join(where, "build.ninja")) else dict(
            os.environ, LD_LIBRARY_PATH=os.path.dirname(library))
        both.append(measure.Build(bench, library, static, tool, build.devices, build.options, env))
    return both


def in_turn(build_pair, path, rest):
    """ns of both sides in turn: [(clock of ours, of other, processor time of ours, of other)]"""
    rounds = []
    for nth in range(build_pair[0].options.rounds):
        values = {side: measure.once(build_pair[side], path, *rest) for side in ((0, 1) if nth % 2 else (1, 0))}
        rounds.append((values[0][0], values[1][0], values[0][1], values[1][1]))
    return rounds


def compare_times(row, both):
    path, _, *rest = row.args
    rounds = in_turn(both, path, rest)
    ours, other = (statistics.median(side) for side in list(zip(*rounds))[:2])
    return ("ns/command", f"{other:.1f}", f"{ours:.1f}", f"{statistics.median(one[0] / one[1] for one in rounds):.3f}",
            f"{statistics.median(one[2] / one[3] for one in rounds):.3f}")


def compare_figures(row, both):
    ours, other = (measure.figure(build, row).ours for build in both)
    ratio = f"{ours / other:.3f}" if other else "1.000" if ours == other else "inf"
    return row.metric, report.number(row, other), report.number(row, ours), ratio, ""


def main(build, rows, path):
    """Print a line for each row"""
    both = builds(build, path)
    print(f"ratios to {path}; both programs compiled by the same compiler with the same flags")
    print(FORMAT.format("row", "metric", "other", "ours", "ratio", "cpu", "").rstrip())
    for row in rows:
        # Two threads against two processes is a ratio of one side alone
        if row.measure == "scale":
            continue
        try:
            cells = (compare_times if row.gate == TIME else compare_figures)(row, both)
        except (Skip, Failure, ValueError, OSError) as why:
            cells = row.metric, "", "", "", ""
            print(FORMAT.format(row.id, *cells, f"not on both: {why}"), flush=True)
            continue
        print(FORMAT.format(row.id, *cells, "").rstrip(), flush=True)
