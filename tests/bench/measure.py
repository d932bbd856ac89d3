# SPDX-License-Identifier: BSD-3-Clause
"""
Measurements: instructions by callgrind, system calls by strace, bytes, and time by rounds

Each takes a Build and the `args` of a row, and returns a Figure, or the rounds of a time.
"""
import functools
import os
import re
import shutil
import statistics
import subprocess
import tempfile
from collections import namedtuple

from gate import Figure
from rows import THREADS

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
N = 2048  # Commands: a multiple of every depth

# One round: ns per command by the clock and of the processor, of ours and of the floor
Round = namedtuple("Round", "ours floor ours_cpu floor_cpu")


class Skip(Exception):
    """A measurement that this machine cannot make, with the reason"""


class Failure(Exception):
    """A measurement that went wrong"""


def need(program):
    if not shutil.which(program):
        raise Skip(f"{program} is not installed")


def run(args, **kwargs):
    res = subprocess.run(args, check=False, capture_output=True, text=True, **kwargs)
    if res.returncode:
        raise Failure(f"{os.path.basename(args[0])}: {' '.join(res.stderr.strip().splitlines()[-1:])}")
    return res


class Build:
    """Programs and library that are measured; `devices` is what FILE and LOOP stand for; `env`: of the tool"""

    def __init__(self, bench, library, static, tool, devices, options, env=None):
        self.bench, self.library, self.static, self.tool = bench, library, static, tool
        self.devices, self.options, self.env = devices, options, env

    def key(self):
        """What has to be the same for counts to be the same: asked under valgrind, which counts them and hides
        some of the processor"""
        try:
            need("valgrind")
        except Skip:
            return run([self.bench, "build"]).stdout.strip()
        version = run(["valgrind", "--version"]).stdout.strip().removeprefix("valgrind-")
        return run(["valgrind", "--tool=none", self.bench, "build"]).stdout.strip() + f" valgrind={version}"

    def args(self, *args):
        """Arguments for bench, with the devices in place"""
        return [self.bench, *(self.device(arg) for arg in args)]

    def device(self, arg):
        found = self.devices.get(arg, str(arg))
        if isinstance(found, Skip):
            raise found
        return found

    def has(self, *paths):
        for path in paths:
            if subprocess.run([self.bench, "has", path], check=False).returncode:
                raise Skip(f"the build is without {path}")

    def file(self, name):
        path = getattr(self, name)
        if not path or not os.path.exists(path):
            raise Skip(f"the build is without its {name}")
        return path


def collected(args, function=None, env=None):
    """Instructions of this thread inside a function, those of what it calls included"""
    need("valgrind")
    toggle = [f"--toggle-collect={function}"] if function else []
    res = run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *toggle, *args], env=env)
    found = re.search(r"Collected : (\d+)", res.stderr)
    if not found or found[1] == "0":
        raise Failure(f"callgrind saw nothing of {function}")
    return int(found[1])


def slope(build, path, device, nbytes, depth, function="bench_loop", n=N):
    """Of one command more: what comes once is in both counts"""
    build.has(path)
    count = lambda ncmds: collected(build.args("count", path, device, nbytes, depth, ncmds), function)
    return (count(2 * n) - count(n)) / n


@functools.lru_cache(maxsize=None)
def floor_slope(build, floor, device, nbytes, depth):
    return slope(build, floor, device, nbytes, depth)


def per_command(build, path, floor, device, nbytes, depth):
    return Figure(slope(build, path, device, nbytes, depth), floor_slope(build, floor, device, nbytes, depth))


def per_submit(build, path, device, nbytes, depth):
    return Figure(slope(build, path, device, nbytes, depth, "bench_submit", 512))


def traced(args, names=None, env=None):
    """The trace; `names`: only those calls"""
    need("strace")
    # Stopping only at what is counted leaves the timing of the rest alone
    filters = ["--seccomp-bpf", "-e", f"trace=close,{names}"] if names else []
    with tempfile.NamedTemporaryFile("r") as out:
        try:
            run(["strace", "-f", "-o", out.name, *filters, *args], env=env)
        except Failure as err:
            if "ptrace(" in str(err):
                raise Skip(f"not permitted to trace: {err}") from err
            raise
        return out.read()


def ncalls(trace):
    return len(re.findall(r"^\d+ +[a-z_0-9]+\(", trace, re.M))


def between_marks(trace):
    parts = re.split(r"close\(-1\b.*", trace)
    if len(parts) != 3:
        raise Failure(f"{len(parts) - 1} marks in the trace")
    return ncalls(parts[1])


def calls(build, path, name, device, depth):
    """System calls of all threads per command"""
    build.has(path)
    n = 64 * depth
    return Figure(between_marks(traced(build.args("count", path, device, 4096, depth, n), name)) / n)


def cost_calls(build, cost, device):
    return Figure(between_marks(traced(build.args("cost", cost, device, 0))))


def cost_printed(build, cost, device, n):
    return Figure(float(run(build.args("cost", cost, device, n)).stdout))


def cost(build, name, device, n, function, times):
    return Figure(collected(build.args("cost", name, device, n), function) / times)


def cost_slope(build, name, device, n, function):
    count = lambda ncmds: collected(build.args("cost", name, device, ncmds), function)
    return Figure((count(2 * n) - count(n)) / n)


def cost_growth(build, name, device, n, function):
    count = lambda ndevs: collected(build.args("cost", name, device, ndevs), function)
    return Figure(count(n) / count(10))


def locked(build, functions):
    """Instructions with a lock prefix, or that lock without one, in functions of the library"""
    need("objdump")
    seen, found, current = set(), 0, None
    for line in run(["objdump", "-d", "--no-show-raw-insn", build.file("static")]).stdout.splitlines():
        head = re.match(r"[0-9a-f]+ <([^>]+)>:", line)
        if head:
            current = re.sub(r"\..*", "", head[1])
            current = current if current in functions else None
            seen.add(current)
        elif current and re.search(r"\block\b|\bxchg .*\(", line):
            found += 1
    missing = set(functions) - seen
    if missing:
        raise Failure("not found: " + ", ".join(sorted(missing)))
    return Figure(found)


def library_nbytes(build):
    need("strip")
    with tempfile.NamedTemporaryFile() as out:
        run(["strip", "-o", out.name, build.file("library")])
        return Figure(os.path.getsize(out.name))


# The floor of a program that starts and ends is one that does nothing else
def help_calls(build):
    return Figure(ncalls(traced([build.file("tool"), "--help"], env=build.env)), ncalls(traced(["true"])))


def help_instructions(build):
    return Figure(collected([build.file("tool"), "--help"], env=build.env), collected(["true"]))


def rounds_of(text):
    return [Round(*map(float, line.split())) for line in text.splitlines()]


def times(build, path, floor, device, nbytes, depth):
    build.has(path, floor)
    return rounds_of(run(build.args("time", path, floor, device, nbytes, depth, build.options.rounds,
                                    build.options.ms)).stdout)


def scale(build, path, device, nbytes, depth):
    if os.cpu_count() < 2:
        raise Skip("one CPU")
    return rounds_of(run(build.args("scale", path, device, nbytes, depth, build.options.rounds,
                                    build.options.ms)).stdout)


def once(build, path, device, nbytes, depth):
    """ns per command by the clock and of the processor, in a process of its own"""
    build.has(path)
    return tuple(map(float, run(build.args("once", path, device, nbytes, depth, build.options.ms)).stdout.split()))


def processor_seconds():
    """Busy and stolen time of all processors, and that of our children that have ended"""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    own = os.times()
    return ((user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK"),
            own.children_user + own.children_system + own.user + own.system, own.elapsed)


class Load:
    """How many processors others kept busy since this was made"""

    def __init__(self):
        self.begin = processor_seconds()

    def others(self):
        busy, own, elapsed = (now - before for now, before in zip(processor_seconds(), self.begin))
        return max(0.0, (busy - own) / elapsed)


def raw(build, row):
    return globals()[row.measure](build, *row.args)


def figure(build, row):
    """Of any row but a time: one measurement, or the median or the worst of several"""
    if row.gate != THREADS:
        return raw(build, row)
    each = [raw(build, row).ours for _ in range(row.repeat)]
    return Figure(max(each) if row.of == "max" else statistics.median(each))
