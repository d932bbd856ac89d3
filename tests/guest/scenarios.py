# SPDX-License-Identifier: BSD-3-Clause
"""What is run: the machines, and the script of each."""
import dataclasses
import os
import subprocess
import typing

MIB = 1 << 20
RESETS = int(os.environ.get("GUEST_RESETS", "2"))  # of each row
LATE_ROUNDS = int(os.environ.get("GUEST_LATE_ROUNDS", "2"))  # of 13 seconds, on all rows at once


class Machine:
    """Arguments for QEMU: one root port per controller, so that each can be pulled out"""

    def __init__(self, folder):
        self.folder = folder
        self.argv = []
        self.nports = 0
        self.ndrives = 0

    def controller(self, serial, extra="", name=None):
        """Controllers of one subsystem share the serial number, and need names of their own"""
        name = name or serial
        self.nports += 1
        port = f"port{self.nports}"
        self.argv += ["-device", f"pcie-root-port,id={port},bus=pcie.0,chassis={self.nports},"
                      f"slot={self.nports},addr={self.nports + 3:#x}",
                      "-device", f"nvme,id={name},serial={serial},bus={port},max_ioqpairs=8,"
                      f"msix_qsize=9{extra}"]
        return name

    def namespace(self, controller, nsid=1, nbytes=64 * MIB, extra="", lba_nbytes=512,
                  drive="format=raw,file={}", cache="unsafe"):
        self.ndrives += 1
        path = self.folder / f"drive{self.ndrives}"
        with open(path, "wb") as file:
            file.truncate(nbytes)
        name = f"drive{self.ndrives}"
        size = f",logical_block_size={lba_nbytes},physical_block_size={lba_nbytes}"
        self.argv += ["-drive", drive.format(path) + f",if=none,id={name},cache={cache},"
                      "discard=unmap",
                      "-device", f"nvme-ns,drive={name},bus={controller},nsid={nsid}{size}{extra}"]
        return path


def all_kinds(folder):
    """One controller for each thing that a namespace can be"""
    machine = Machine(folder)
    machine.namespace(machine.controller("nvm"))
    multi = machine.controller("multi")
    machine.namespace(multi, 1)
    machine.namespace(multi, 2, lba_nbytes=4096)
    machine.namespace(multi, 7)
    meta = machine.controller("meta")
    for pi_type in (1, 2, 3, 0):
        machine.namespace(meta, pi_type or 4, lba_nbytes=4096, extra=f",ms=64,mset=0,pi={pi_type}")
    machine.namespace(meta, 5, lba_nbytes=4096, extra=",ms=64,mset=1,pi=1")
    # Metadata that is the protection information alone
    machine.namespace(meta, 6, lba_nbytes=4096, extra=",ms=8,mset=1,pi=1")
    machine.namespace(meta, 7, lba_nbytes=4096, extra=",ms=8,mset=0,pi=1")
    machine.namespace(meta, 8, lba_nbytes=4096, extra=",ms=8,mset=1,pi=1,pil=1")
    machine.namespace(machine.controller("zns", ",zoned.zasl=5"), lba_nbytes=4096, nbytes=128 * MIB,
                      extra=",zoned=true,zoned.zone_size=4M,zoned.zone_capacity=3M,"
                      "zoned.max_open=8,zoned.max_active=16,zoned.descr_ext_size=64,"
                      "zoned.zrwas=64K,zoned.zrwafg=16K,zoned.numzrwa=4")
    machine.argv += ["-device", "nvme-subsys,id=reclaim,nqn=reclaim,fdp=on,fdp.runs=8M,fdp.nrg=1,"
                     "fdp.nruh=8"]
    machine.namespace(machine.controller("fdp", ",subsys=reclaim"), lba_nbytes=4096,
                      nbytes=128 * MIB, extra=",fdp.ruhs=0-3;4")
    machine.namespace(machine.controller("small", ",mdts=1"))
    return machine.argv


def to_be_unplugged(folder):
    machine = Machine(folder)
    for number in range(9):
        machine.namespace(machine.controller(f"unplug{number}"), nbytes=16 * MIB)
    return machine.argv


def inject(*rules):
    """An image below which reads or writes fail: rules are of QEMU's blkdebug driver"""
    drive = "format=raw,file.driver=blkdebug,file.image.driver=file,file.image.filename={}"
    for number, rule in enumerate(rules):
        for setting in ("event=none " + rule).split():
            drive += f",file.inject-error.{number}.{setting}"
    return drive


def with_media_errors(folder):
    machine = Machine(folder)
    machine.namespace(machine.controller("readerror"),
                      drive=inject("iotype=read errno=5 sector=800"))
    machine.namespace(machine.controller("writeerror"),
                      drive=inject("iotype=write errno=5 sector=800"))
    # One for each way and node of the script
    machine.namespace(machine.controller("once"), drive=inject(
        *(f"iotype=write errno=5 once=on sector={1000 + 16 * number}" for number in range(16))))
    machine.namespace(machine.controller("full"),
                      drive=inject("iotype=write errno=28 sector=800"))
    # 'unsafe' would not pass flushes on
    machine.namespace(machine.controller("flusherror"), cache="writeback",
                      drive=inject("iotype=flush errno=5"))
    return machine.argv


def throttled(folder):
    machine = Machine(folder)
    machine.namespace(machine.controller("steady"), drive="format=raw,file={},"
                      "throttling.iops-total=50")
    for number in range(9):
        machine.namespace(machine.controller(f"slow{number}"), nbytes=16 * MIB,
                          drive="format=raw,file={},throttling.iops-total=2")
    return machine.argv


def too_slow(folder):
    """A disk for each row of both nodes: a read of 64 KiB takes 1.5 seconds"""
    machine = Machine(folder)
    for number in range(10):
        machine.namespace(machine.controller(f"late{number}"), nbytes=16 * MIB,
                          drive="format=raw,file={},throttling.bps-total=43000")
    return machine.argv


def two_controllers(folder):
    """One has a namespace, the other two"""
    machine = Machine(folder)
    machine.namespace(machine.controller("nvm"))
    multi = machine.controller("multi")
    machine.namespace(multi, 1)
    machine.namespace(multi, 2)
    return machine.argv


def two_paths(folder):
    """Two controllers that share a namespace"""
    machine = Machine(folder)
    machine.argv += ["-device", "nvme-subsys,id=shared,nqn=shared"]
    for name in ("path0", "path1"):
        machine.controller("paths", ",subsys=shared", name)
    machine.namespace("path0", extra=",shared=on")
    return machine.argv


def one_plain(folder):
    machine = Machine(folder)
    machine.namespace(machine.controller("nvm"))
    return machine.argv


# The ways to a file; the last life checks that the guest has these and no others
FILE_ROWS = ("sync", "io_uring", "libaio", "posix", "emu", "thrpool")


def with_file_systems(folder):
    """A namespace with ext4 for each way to a file"""
    machine = Machine(folder)
    controller = machine.controller("cut")
    for nsid, _ in enumerate(FILE_ROWS, 1):
        path = machine.namespace(controller, nsid, nbytes=32 * MIB)
        subprocess.run(["mkfs.ext4", "-q", "-F", path], check=True)
    return machine.argv


@dataclasses.dataclass
class Scenario:
    name: str
    what: str
    script: str  # with arguments
    devices: typing.Callable
    modules: typing.List[str] = dataclasses.field(default_factory=list)
    limit_s: int = 240  # several times what it takes: only for what hangs
    kernel_args: str = ""
    lives: typing.List[str] = dataclasses.field(default_factory=list)  # arguments of each boot


ALL = [
    Scenario("conformance", "the contract, on every row of every namespace", "conformance.sh",
             all_kinds, ["dm-mod"], limit_s=900),
    Scenario("tools", "the tools, on every kind of namespace", "tools.sh", all_kinds),
    Scenario("held", "what is mounted, swap or part of another device is not changed by the tools",
             "held.sh", two_controllers, ["dm-mod", "loop"]),
    Scenario("paths", "the same of a namespace that two controllers lead to", "held_paths.sh",
             two_paths, kernel_args="nvme_core.multipath=Y"),
    Scenario("clients", "what fio's engine and SPDK's bdev do, polling, and random commands",
             "clients.sh", one_plain, kernel_args="nvme.poll_queues=2", limit_s=400),
    Scenario("unplug", "a device is pulled out under load, on every row", "unplug.sh",
             to_be_unplugged),
    Scenario("reset", "function-level resets under load, on every row", f"reset.sh {RESETS}",
             one_plain, limit_s=240 + 90 * RESETS),
    Scenario("media", "the medium fails at some LBAs, or has no space", "media.sh",
             with_media_errors),
    Scenario("slow", "a device that takes its time, and one that takes too long", "slow.sh",
             throttled),
    Scenario("late", "transfers that end after their queue: memory of others stays as it is",
             f"late.sh {LATE_ROUNDS}", too_slow, limit_s=240 + 30 * LATE_ROUNDS),
    Scenario("others", "other processes use, switch and format the namespace meanwhile",
             "others.sh", one_plain),
    Scenario("tcp", "a namespace of another host, over NVMe/TCP", "tcp.sh", one_plain,
             ["nvmet-tcp", "nvme-tcp"]),
    Scenario("powercut", "the power goes right after a callback: what has FUA is there",
             "powercut.sh", with_file_systems,
             lives=[f"cut {row} {nsid}" for nsid, row in enumerate(FILE_ROWS, 1)]
             + [f"verify {' '.join(FILE_ROWS)}"]),
    Scenario("identity", "who refuses keeps its errno", "identity.sh", one_plain, ["dm-mod"]),
]
