# SPDX-License-Identifier: BSD-3-Clause
"""
The rows of ./x bench as data: what is measured, its budget, and how it gates

Budgets of commands include the share of the calling program, about 31 instructions at depth 16.
The stretch is what is believed to be reachable; it does not gate.
"""
from collections import namedtuple

MEMORY = "1GB"
FILE = "FILE"  # Stands for a file on a file system, which the bench makes
LOOP = "LOOP"  # Stands for a loop device with O_DIRECT below it

# Gates, see gate.py
COUNT = "count"  # Repeatable: the budget, and at most 2 % above the record
THREADS = "threads"  # Threads interleave: the budget, by the median of several measurements
TIME = "time"  # A ratio to a hand-written program in the same process, by rounds

# `measure` is a function of measure.py with `args`. `least`: the budget has to be reached from
# below. `keyed`: compiler, libraries and processor change the figure. `digits` are for printing.
# `exclusive`: runs without another measurement beside it. `by_clock`: processor time does not tell.
# `repeat`: measurements of THREADS, and `of` them their median or max. `ratio`: the figure is one already,
# so its budget holds under every key.
Row = namedtuple("Row", "id metric budget stretch gate measure args least keyed digits exclusive by_clock repeat of ratio",
                 defaults=(False, True, 1, False, False, 9, "median", False))

# id, path of bench, floor, device, bytes, {depth: (budget, stretch)}
COMMANDS = (
    ("nil", "nil", "floor-nil", MEMORY, 512, {1: (180, 150), 16: (104, 90), 128: (99, 85)}),
    ("emu-mem", "emu", "floor-move", MEMORY, 512, {1: (None, None), 16: (225, 188), 128: (220, 183)}),
    ("emu-file", "emu:pread", "floor-move", FILE, 4096, {1: (None, None), 16: (135, 120), 128: (130, 115)}),
    ("io_uring", "io_uring:pread", "floor-uring", FILE, 4096, {1: (240, 205), 16: (116, 105), 128: (108, 98)}),
    ("libaio", "libaio:pread", "floor-libaio", FILE, 4096, {1: (255, 230), 16: (130, 115), 128: (121, 108)}),
    ("psync", "sync", "floor-plain", FILE, 4096, {1: (83, 75)}),
    ("nil-pread", "nil:pread", "floor-nil", MEMORY, 512, {16: (None, None)}),
    ("emu-mem-pread", "emu:pread", "floor-move", MEMORY, 512, {16: (None, None)}),
    ("io_uring-read", "io_uring", "floor-uring", FILE, 4096, {16: (None, None)}),
    ("libaio-read", "libaio", "floor-libaio", FILE, 4096, {16: (None, None)}),
    ("io_uring-buffers", "buffers", "floor-uring", FILE, 4096, {16: (None, None)}),
    ("hole", "hole", "floor-move", MEMORY, 512, {16: (240, None)}),
    # Batches of 32, whose contexts are submitted again
    ("nil-batch", "nil:batch", "floor-nil", MEMORY, 512, {128: (60, None)}),
    ("io_uring-batch", "io_uring:batch", "floor-uring", FILE, 4096, {128: (80, None)}),
)

# Engines of fio and SPDK pass commands themselves. One vector may cost VECTOR more than a buffer;
# four vectors are recorded.
# id, path, floor, device, bytes, budget and stretch of xnvme_cmd_pass()
PASSES = (
    ("nil", "nil", "floor-nil", MEMORY, 512, 110, 84),
    ("emu-mem", "emu", "floor-move", MEMORY, 512, 232, 200),
    ("io_uring", "io_uring", "floor-uring", FILE, 4096, 138, 125),
    ("libaio", "libaio", "floor-libaio", FILE, 4096, None, None),
)
VECTOR = 12

# id, path, floor, device, bytes, depth, budget, of ratios of time
TIMES = (
    ("emu-mem", "emu", "floor-move", MEMORY, 512, 16, 1.5),
    ("emu-file", "emu:pread", "floor-move", FILE, 4096, 16, 1.03),
    ("thrpool-mem", "thrpool", "floor-pool", MEMORY, 512, 16, 1.5),
    ("thrpool-mem", "thrpool", "floor-pool", MEMORY, 512, 128, 1.5),
    ("thrpool-file", "thrpool", "floor-pool", FILE, 4096, 16, 1.5),
    ("thrpool-file", "thrpool", "floor-pool", FILE, 4096, 128, 1.5),
    ("io_uring-512", "io_uring:pread", "floor-uring", FILE, 512, 1, 1.0),
    ("io_uring-512", "io_uring:pread", "floor-uring", FILE, 512, 16, 1.0),
    ("io_uring", "io_uring:pread", "floor-uring", FILE, 4096, 1, 1.0),
    ("io_uring", "io_uring:pread", "floor-uring", FILE, 4096, 16, 1.0),
    ("io_uring", "io_uring:pread", "floor-uring", FILE, 4096, 128, 1.0),
    ("libaio-512", "libaio:pread", "floor-libaio", FILE, 512, 16, 1.1),
    ("libaio", "libaio:pread", "floor-libaio", FILE, 4096, 16, 1.1),
    ("libaio", "libaio:pread", "floor-libaio", FILE, 4096, 128, 1.1),
    ("posix", "posix", "floor-aio", FILE, 4096, 16, 1.0),
)

HOT = ("xnvme_queue_get_cmd_ctx", "xnvme_queue_put_cmd_ctx", "xnvme_queue_poke", "xnvme_cmd_pass",
       "xnvme_nvm_read", "xnvme_nvm_write", "emu_read_lbas", "emu_poke", "nil_lbas", "nil_poke")


def limit(base, more):
    return None if base is None else base + more


def command_rows():
    for name, path, floor, device, nbytes, depths in COMMANDS:
        for depth, (budget, stretch) in depths.items():
            yield Row(f"{name}/{depth}", "instructions/command", budget, stretch, COUNT, "per_command",
                      (path, floor, device, nbytes, depth))
    for name, path, floor, device, nbytes, budget, stretch in PASSES:
        for way, budgets in (("pass", (budget, stretch)),
                             ("iov1", (limit(budget, VECTOR), limit(stretch, VECTOR))),
                             ("passv1", (limit(budget, VECTOR), limit(stretch, VECTOR))),
                             ("iov4", (None, None)), ("passv4", (None, None))):
            yield Row(f"{name}-{way}/16", "instructions/command", *budgets, COUNT, "per_command",
                      (f"{path}:{way}", floor, device, nbytes, 16))
    for path in ("emu", "thrpool", "posix", "io_uring", "libaio"):
        yield Row(f"poke-{path}", "instructions/idle poke", 20, 12, COUNT, "per_command",
                  (f"poke-{path}", "floor-poke", FILE, 512, 1))
    # What the owner of a pool does beyond submitting depends on what the threads take: see the times
    yield Row("thrpool-submit/16", "instructions/submit", 60, None, THREADS, "per_submit",
              ("submit", MEMORY, 512, 16))


def call_rows():
    for depth in (1, 16, 128):
        for path, call in (("io_uring", "io_uring_enter"), ("libaio", "io_submit")):
            yield Row(f"{path}-calls/{depth}", f"{call}/command", 1 / depth, None, COUNT, "calls",
                      (path, call, FILE, depth), keyed=False, digits=4)
    # None while the thread of the kernel is awake, and it may sleep when the machine is loaded
    yield Row("sqpoll-calls/16", "io_uring_enter/command", 0, None, THREADS, "calls",
              ("sqpoll", "io_uring_enter", FILE, 16), keyed=False, digits=4, exclusive=True)
    # Whether commands are complete when poke looks is chance: a ring that needs a call to find out
    # makes it in some of the runs
    yield Row("direct-calls/16", "io_uring_enter/command", 0.07, None, THREADS, "calls",
              ("direct", "io_uring_enter", LOOP, 16), keyed=False, digits=4, exclusive=True, of="max")
    for depth, budget in ((16, 0.3), (128, 0.05)):
        yield Row(f"thrpool-calls/{depth}", "futex/command", budget, None, THREADS, "calls",
                  ("thrpool", "futex", FILE, depth), keyed=False, digits=3, exclusive=True)


def cost_rows():
    yield Row("open-calls", "system calls", 4, None, COUNT, "cost_calls", ("open", FILE), keyed=False, digits=0)
    yield Row("open-heap", "bytes of heap", 2048, None, COUNT, "cost_printed", ("open", FILE, 0),
              keyed=False, digits=0)
    yield Row("open", "instructions", 3000, None, COUNT, "cost", ("open", FILE, 0, "xnvme_dev_open", 1), digits=0)
    yield Row("queue-calls", "system calls", 2, None, COUNT, "cost_calls", ("queue", FILE), keyed=False, digits=0)
    yield Row("queue-heap", "bytes of heap", 20 * 1024, None, COUNT, "cost_printed", ("queue", FILE, 0),
              keyed=False, digits=0)
    # Of two: the first one also creates what the device shares. callgrind counts clearing memory
    # by the byte, so most of these are the size of the queue.
    yield Row("queue", "instructions", 12000, None, COUNT, "cost", ("queue", FILE, 0, "xnvme_queue_init", 2), digits=0)
    yield Row("fresh-memory", "bytes/4 KiB write", 12 * 1024, None, COUNT, "cost_printed",
              ("fresh", MEMORY, 4096), keyed=False, digits=0)
    yield Row("fresh", "instructions/4 KiB write", 3000, None, COUNT, "cost_slope",
              ("fresh", MEMORY, 512, "bench_fresh"), digits=0)
    for name, cost, n, function in (("close-10000", "devices", 10000, "bench_close"),
                                    ("queue-10000", "devices", 10000, "bench_requeue"),
                                    ("term-4096", "queues", 4096, "bench_term")):
        yield Row(name, f"ratio of {n} to 10", 2, None, COUNT, "cost_growth", (cost, MEMORY, n, function),
                  ratio=True, digits=2)
    yield Row("libaio-term-64", "ms", 50, None, THREADS, "cost_printed", ("aio", FILE, 64), keyed=False,
              exclusive=True, repeat=3)
    yield Row("locks", "locked instructions", 0, None, COUNT, "locked", (HOT,), keyed=False, digits=0)
    yield Row("library", "bytes, stripped", 300 * 1000, None, COUNT, "library_nbytes", (), digits=0)
    yield Row("help-calls", "system calls", 100, None, COUNT, "help_calls", (), digits=0)
    yield Row("help", "instructions", 250000, None, COUNT, "help_instructions", (), digits=0)


def time_rows():
    for name, path, floor, device, nbytes, depth, budget in TIMES:
        yield Row(f"{name}-time/{depth}", f"ratio to {floor[6:]}", budget, None, TIME, "times",
                  (path, floor, device, nbytes, depth), digits=3, exclusive=True)
    # More than one processor is the point
    yield Row("thrpool-pread-time/128", "IOPS, ratio to pread", 1.3, None, TIME, "times",
              ("thrpool", "floor-plain", FILE, 4096, 128), least=True, digits=3, exclusive=True, by_clock=True)
    for name, path in (("nil", "nil"), ("emu-mem", "emu")):
        yield Row(f"{name}-scale/16", "2 threads / processes", 0.98, None, TIME, "scale", (path, MEMORY, 512, 16),
                  least=True, digits=3, exclusive=True)


ROWS = (*command_rows(), *call_rows(), *cost_rows(), *time_rows())
