#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""
What a command costs, and whether that is within the budget

Only counts, and ratios within one run, are compared: instructions by callgrind, system calls by
strace, bytes by mallinfo2(), time always against a hand-written program ("floor") in the same
process and round.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build")
BENCH = os.path.join(BUILD, "tests/bench/bench")
LIBRARY = os.path.join(BUILD, "lib/libxnvme.so")
TOOL = os.path.join(BUILD, "tools/xnvme")
MEMORY = "ram:8M"
NBLOCKS = 1024


class Skip(Exception):
    """A measurement that this machine cannot make, with the reason"""


class Table:
    def __init__(self):
        self.nover = self.nfailed = self.nskipped = 0
        self.line("id", "path", "metric", "floor", "ours", "budget", "")

    @staticmethod
    def line(*fields):
        print("{:<4} {:<22} {:<28} {:>9} {:>9} {:>9}  {}".format(*fields).rstrip(), flush=True)

    def row(self, ident, path, metric, budget, measure, least=False, digits=0):
        """`measure` returns (floor or None, ours); `least`: the budget is what has to be reached"""
        try:
            floor, ours = measure()
        except Skip as why:
            self.nskipped += 1
            self.line(ident, path, metric, "", "", "", f"skipped: {why}")
            return
        except (subprocess.CalledProcessError, ValueError, OSError) as err:
            self.nfailed += 1
            self.line(ident, path, metric, "", "", "", f"FAILED: {err}")
            return
        good = budget is None or (ours >= budget if least else ours <= budget)
        self.nover += not good
        text = lambda value: "" if value is None else f"{value:.{digits}f}"
        limit = "" if budget is None else (">= " if least else "<= ") + text(budget)
        verdict = "" if budget is None else "ok" if good else "over budget"
        self.line(ident, path, metric, text(floor), text(ours), limit, verdict)


def need(program):
    if not shutil.which(program):
        raise Skip(f"{program} is not installed")


def run(args, **kwargs):
    return subprocess.run(args, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          **kwargs)


def instructions(function, args):
    """Instructions of this thread inside a function, those of what it calls included"""
    need("valgrind")
    with tempfile.NamedTemporaryFile() as out:
        res = run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}",
                   f"--toggle-collect={function}", *args])
    found = re.search(r"Collected : (\d+)", res.stderr)
    if not found or found.group(1) == "0":
        raise ValueError(f"callgrind saw nothing of {function}")
    return int(found.group(1))


def per_command(path, uri, nbytes, qdepth, function="bench_loop", n=2048):
    args = lambda ncmds: [BENCH, "count", path, uri, str(nbytes), str(qdepth), str(ncmds)]
    return (instructions(function, args(2 * n)) - instructions(function, args(n))) / n


def has(path):
    if subprocess.run([BENCH, "has", path], check=False).returncode:
        raise Skip(f"the build is without {path[6:]}")


def counts(ours, floor, uri, nbytes, qdepth, function="bench_loop"):
    if floor:
        has(floor)
    least = per_command(floor, uri, nbytes, qdepth) if floor else None
    return least, per_command(ours, uri, nbytes, qdepth, function)


def syscalls(args, names=None):
    """System calls, of all threads, between the two marks; `names`: only those"""
    need("strace")
    # Stopping only at what is counted leaves the timing of the rest alone
    filters = ["--seccomp-bpf", "-e", f"trace=close,{names}"] if names else []
    with tempfile.NamedTemporaryFile("r") as out:
        try:
            run(["strace", "-f", "-o", out.name, *filters, *args])
        except subprocess.CalledProcessError as err:
            raise Skip(f"strace: {err.stderr.strip().splitlines()[-1:]}") from err
        parts = re.split(r"close\(-1\b.*", out.read())
    if len(parts) != 3:
        raise ValueError(f"{len(parts) - 1} marks in the trace")
    return len(re.findall(r"^\d+ +[a-z_0-9]+\(", parts[1], re.M))


def times(ours, floor, uri, nbytes, qdepth, options):
    has(floor)
    res = run([BENCH, "time", ours, floor, uri, str(nbytes), str(qdepth), str(options.rounds),
               str(options.ms)])
    return [float(field) for field in res.stdout.split()]


def scale(path, uri, nbytes, qdepth, options):
    if os.cpu_count() < 2:
        raise Skip("one CPU")
    res = run([BENCH, "scale", path, uri, str(nbytes), str(qdepth), str(options.rounds), str(options.ms)])
    return None, float(res.stdout.split()[2])


def heap(what, uri):
    return None, int(run([BENCH, what, uri]).stdout)


def locked(functions):
    """Instructions with a lock prefix, or that lock without one, in functions of the library"""
    need("objdump")
    static = os.path.join(BUILD, "lib/libxnvme.a")
    seen, found = set(), 0
    current = None
    for line in run(["objdump", "-d", "--no-show-raw-insn", static]).stdout.splitlines():
        head = re.match(r"[0-9a-f]+ <([^>]+)>:", line)
        if head:
            current = re.sub(r"\..*", "", head.group(1))
            current = current if current in functions else None
            seen.add(current)
        elif current and re.search(r"\block\b|\bxchg .*\(", line):
            found += 1
    missing = set(functions) - seen
    if missing:
        raise ValueError("not found: " + ", ".join(sorted(missing)))
    return None, found


def library_nbytes():
    need("strip")
    with tempfile.NamedTemporaryFile() as out:
        run(["strip", "-o", out.name, LIBRARY])
        return None, os.path.getsize(out.name) / 1024


def start_syscalls():
    need("strace")
    with tempfile.NamedTemporaryFile("r") as out:
        run(["strace", "-f", "-o", out.name, TOOL, "--help"])
        return None, len(re.findall(r"^\d+ +[a-z_0-9]+\(", out.read(), re.M))


def start_instructions():
    need("valgrind")
    with tempfile.NamedTemporaryFile() as out:
        res = run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", TOOL, "--help"])
    return None, int(re.search(r"Collected : (\d+)", res.stderr).group(1))


def instruction_rows(table, file):
    for depth, budget in ((1, 135), (16, 78), (128, 75)):
        table.row("G6", f"nil QD{depth}", "instructions/command", budget,
                  lambda d=depth: counts("nil", "floor-nil", MEMORY, 512, d), digits=1)
    for depth, budget in ((1, None), (16, 178), (128, None)):
        table.row("G7", f"emu memory 512 QD{depth}", "instructions/command", budget,
                  lambda d=depth: counts("emu", "floor-move", MEMORY, 512, d), digits=1)
    for nbytes in (512, 4096):
        table.row("G7", f"emu file {nbytes} QD16", "instructions/command", 115,
                  lambda n=nbytes: counts("emu", "floor-move", file, n, 16), digits=1)
    table.row("G4", "thrpool memory QD16", "instructions/submit", 60,
              lambda: counts("submit", None, MEMORY, 512, 16, "bench_submit"), digits=1)
    # What the owner of a pool does beyond submitting depends on what the threads take: see the times
    table.row("G8", "sync psync 512", "instructions/command", 75,
              lambda: counts("sync", "floor-plain", file, 512, 1), digits=1)
    for depth, budget in ((1, 165), (16, 90), (128, 86)):
        table.row("G1", f"io_uring file 512 QD{depth}", "instructions/command", budget,
                  lambda d=depth: counts("io_uring", "floor-uring", file, 512, d), digits=1)
    table.row("G1", "io_uring buffers QD16", "instructions/command", None,
              lambda: counts("buffers", "floor-uring", file, 512, 16), digits=1)
    for depth, budget in ((1, None), (16, 95), (128, 90)):
        table.row("G2", f"libaio file 512 QD{depth}", "instructions/command", budget,
                  lambda d=depth: counts("libaio", "floor-libaio", file, 512, d), digits=1)
    for path in ("emu", "thrpool", "posix", "io_uring", "libaio"):
        table.row("G9", f"{path}, nothing to do", "instructions/poke", 30,
                  lambda p=path: counts(f"poke-{p}", "floor-poke", file, 512, 1), digits=1)


def syscall_rows(table, file):
    def calls(depth, path, name):
        n = 64 * depth
        return syscalls([BENCH, "count", path, file, "4096", str(depth), str(n)], name) / n

    def calls_both(depth, path, floor, name):
        has(floor)
        return calls(depth, floor, name), calls(depth, path, name)

    for depth in (1, 16, 128):
        table.row("G1", f"io_uring file 4096 QD{depth}", "io_uring_enter/command", 1 / depth,
                  lambda d=depth: calls_both(d, "io_uring", "floor-uring", "io_uring_enter"), digits=4)
        table.row("G2", f"libaio file 4096 QD{depth}", "io_submit/command", 1 / depth,
                  lambda d=depth: calls_both(d, "libaio", "floor-libaio", "io_submit"), digits=4)
    table.row("G15", "io_uring SQPOLL QD16", "io_uring_enter/command", 0,
              lambda: (None, calls_both(16, "sqpoll", "floor-uring", "io_uring_enter")[1]), digits=4)
    for depth, budget in ((16, 0.3), (128, 0.05)):
        table.row("G4", f"thrpool file 4096 QD{depth}", "futex calls/command", budget,
                  lambda d=depth: (calls(d, "floor-pool", "futex"), calls(d, "thrpool", "futex")), digits=3)
    table.row("G10", "dev_open of a file", "system calls", 4,
              lambda: (None, syscalls([BENCH, "open", file])))
    table.row("G11", "queue, no I/O", "system calls, init + term", 2,
              lambda: (None, syscalls([BENCH, "queue", file])))


def fixed_rows(table, file):
    table.row("G10", "dev_open of a file", "bytes of heap", 2048, lambda: heap("open", file))
    table.row("G10", "dev_open of a file", "instructions", 3000,
              lambda: (None, instructions("xnvme_dev_open", [BENCH, "open", file])))
    table.row("G11", "queue of 128, thrpool", "bytes of heap", 20 * 1024, lambda: heap("queue", file))
    # Two queues are set up: the first one also creates what the device shares
    # callgrind counts clearing memory by the byte, so most of these are the size of the queue
    table.row("G11", "queue of 128, thrpool", "instructions, init", 12000,
              lambda: (None, instructions("xnvme_queue_init", [BENCH, "queue", file]) / 2))
    hot = ["xnvme_queue_get_cmd_ctx", "xnvme_queue_put_cmd_ctx", "xnvme_queue_poke", "xnvi_queue_submit_one",
           "xnvme_nvm_read", "xnvme_nvm_write", "emu_submit", "emu_poke", "nil_submit", "nil_poke"]
    table.row("G12", "hot functions of emu, nil", "lock-prefixed instructions", 0, lambda: locked(hot))
    table.row("G13", "libxnvme.so, stripped", "KiB", 170, library_nbytes)
    table.row("G13", "xnvme --help", "system calls", 60, start_syscalls)
    table.row("G13", "xnvme --help", "instructions", 200000, start_instructions)


def time_rows(table, file, options):
    def ratio(path, ours, floor, uri, nbytes, depth, ident, budget):
        # One run, three figures: ns of both in one row, and the median of the ratios in the next
        result = {}

        def both():
            own, least, result["ratio"] = times(ours, floor, uri, nbytes, depth, options)
            return least, own

        table.row(ident, path, "ns/command", None, both, digits=1)
        if result:
            table.row(ident, path, f"time, ratio to {floor[6:]}", budget,
                      lambda: (1.0, result["ratio"]), digits=3)

    ratio("emu memory 512 QD16", "emu", "floor-move", MEMORY, 512, 16, "G7", 1.5)
    ratio("emu file 4096 QD16", "emu", "floor-move", file, 4096, 16, "G7", 1.03)
    for depth in (16, 128):
        ratio(f"thrpool memory QD{depth}", "thrpool", "floor-pool", MEMORY, 512, depth, "G4", 1.5)
        ratio(f"thrpool file 4K QD{depth}", "thrpool", "floor-pool", file, 4096, depth, "G4", 1.5)
    for nbytes, depth in ((512, 1), (512, 16), (4096, 1), (4096, 16), (4096, 128)):
        ratio(f"io_uring file {nbytes} QD{depth}", "io_uring", "floor-uring", file, nbytes, depth, "G1", 1.0)
    for nbytes, depth in ((512, 16), (4096, 16), (4096, 128)):
        ratio(f"libaio file {nbytes} QD{depth}", "libaio", "floor-libaio", file, nbytes, depth, "G2", 1.1)
    ratio("posix file 4096 QD16", "posix", "floor-aio", file, 4096, 16, "G5", 1.0)
    table.row("G4", "thrpool file 4K QD128", "IOPS, ratio to pread", 1.3,
              lambda: (1.0, 1 / times("thrpool", "floor-plain", file, 4096, 128, options)[2]),
              least=True, digits=3)
    for path in ("nil", "emu"):
        table.row("G12", f"{path} memory QD16", "2 threads / 2 processes", 0.98,
                  lambda p=path: scale(p, MEMORY, 512, 16, options), least=True, digits=3)


def main():
    parser = argparse.ArgumentParser(prog="./x bench", description=__doc__)
    parser.add_argument("--strict", action="store_true", help="exit 1 when something is over budget")
    parser.add_argument("--counts", action="store_true", help="no times: for a machine that is busy")
    parser.add_argument("--rounds", type=int, default=9, help="of the times (%(default)s)")
    parser.add_argument("--ms", type=int, default=200, help="of each part of a round (%(default)s)")
    options = parser.parse_args()

    if not os.path.exists(BENCH):
        sys.exit("bench: build/tests/bench/bench is missing, run ./x build")
    print("built with", subprocess.run([BENCH, "build"], capture_output=True, text=True, check=True).stdout.strip())
    table = Table()
    # Not in /tmp when that is in memory: a file has to come from the page cache of a file system
    with tempfile.NamedTemporaryFile(dir=BUILD) as file:
        file.write(os.urandom(NBLOCKS * 4096))
        file.flush()
        instruction_rows(table, file.name)
        syscall_rows(table, file.name)
        fixed_rows(table, file.name)
        if not options.counts:
            time_rows(table, file.name, options)
    print(f"\n{table.nover} over budget, {table.nfailed} failed, {table.nskipped} skipped")
    sys.exit(bool(table.nfailed or (options.strict and table.nover)))


if __name__ == "__main__":
    main()
