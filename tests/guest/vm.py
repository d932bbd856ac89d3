# SPDX-License-Identifier: BSD-3-Clause
"""One virtual machine: QEMU, the lines the guest prints, and the monitor."""
import json
import os
import pathlib
import select
import socket
import subprocess
import time

# 'max' has what our build may use; 5-level paging only costs time
CPU = {"tcg": "max,la57=off,pmu=off", "kvm": "host"}
ACCEL = {"tcg": "tcg,thread=multi", "kvm": "kvm"}
# multipath=N: each namespace is a node of its controller, not of a multipath head
KERNEL_ARGS = ("console=ttyS0 panic=-1 quiet loglevel=5 mitigations=off nokaslr tsc=reliable "
               "no_timer_check random.trust_cpu=on rcupdate.rcu_expedited=1 nvme_core.multipath=N")


FLUSH_EVENT = "pci_nvme_flush_ns"
FIRST_LINE_S = 90  # a boot takes 5 seconds; on a host with much else to do it took 34


class VmError(Exception):
    pass


class Silence(VmError):
    """Nothing at all since the start: QEMU hung before the kernel began"""


class Crash(VmError):
    """QEMU aborted on an assertion of its own"""


class Monitor:
    """QMP: commands and events over a socket"""

    def __init__(self, path, deadline):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(max(0.1, deadline - time.monotonic()))
        self.sock.connect(path)
        self.file = self.sock.makefile("rw", encoding="utf-8")
        self.events = []
        self._read()
        self.execute("qmp_capabilities")

    def _read(self):
        line = self.file.readline()
        if not line:
            raise VmError("QEMU closed the monitor")
        return json.loads(line)

    def execute(self, command, **arguments):
        self.file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.file.flush()
        while True:
            reply = self._read()
            if "event" in reply:
                self.events.append(reply)
            elif "error" in reply:
                raise VmError(f"{command}: {reply['error']['desc']}")
            else:
                return reply["return"]

    def wait(self, event, **data):
        """Until QEMU reports the event with that data"""
        while True:
            for seen in self.events:
                if seen["event"] == event and data.items() <= seen.get("data", {}).items():
                    self.events.remove(seen)
                    return
            reply = self._read()
            if "event" in reply:
                self.events.append(reply)


class Vm:
    def __init__(self, root, folder, devices, initrd, limit_s, accel, kernel_args=""):
        self.folder = folder
        self.deadline = time.monotonic() + limit_s
        self.console = folder / "console.log"
        self.errors = folder / "qemu.err"
        self.trace = folder / "qemu.trace"
        self.qmp = str(folder / "qmp")
        self.monitor = None
        libs = f"{root}/usr/lib/x86_64-linux-gnu"
        env = dict(os.environ, QEMU_MODULE_DIR=f"{libs}/qemu",
                   LD_LIBRARY_PATH=f"{libs}:{root}/lib/x86_64-linux-gnu")
        argv = [f"{root}/usr/bin/qemu-system-x86_64"]
        for data in ("share/qemu", "share/seabios", "lib/ipxe/qemu"):
            argv += ["-L", f"{root}/usr/{data}"]
        argv += ["-machine", "q35", "-accel", ACCEL[accel], "-cpu", CPU[accel], "-m", "1024",
                 "-smp", "2", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                 "-serial", f"file:{self.console}",
                 "-chardev", "stdio,id=talk,signal=off", "-serial", "chardev:talk",
                 "-trace", FLUSH_EVENT, "-D", str(self.trace),
                 "-qmp", f"unix:{self.qmp},server=on,wait=off",
                 "-kernel", str(root / "vmlinux"), "-initrd", str(initrd), "-append",
                 f"{KERNEL_ARGS} {kernel_args}"]
        argv += devices
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=errors, env=env)

    def lines(self):
        """What the guest prints, until it powers off; VmError when the time is over"""
        pending = b""
        fd = self.process.stdout.fileno()
        if not select.select([fd], [], [], FIRST_LINE_S)[0] and not self.tail():
            raise Silence("no output at all")
        while True:
            left = self.deadline - time.monotonic()
            if left <= 0 or not select.select([fd], [], [], left)[0]:
                raise VmError("the time limit was reached")
            data = os.read(fd, 65536)
            if not data:
                return
            *whole, pending = (pending + data).split(b"\n")
            for line in whole:
                yield line.decode(errors="replace").rstrip("\r")

    def answer(self, text):
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def qmp_monitor(self):
        if not self.monitor:
            self.monitor = Monitor(self.qmp, self.deadline)
        return self.monitor

    def unplug(self, device):
        """Pull the device out of its port; returns when it is gone"""
        monitor = self.qmp_monitor()
        monitor.execute("device_del", id=device)
        monitor.wait("DEVICE_DELETED", device=device)

    def flushes(self, nsid):
        """How many flushes the controller has executed for a namespace"""
        line = f"{FLUSH_EVENT} nsid {int(nsid):#x}\n"
        return self.trace.read_text(encoding="utf-8").count(line)

    def tail(self):
        """The end of what the guest's kernel and QEMU had to say"""
        text = ""
        for path in (self.console, self.errors):
            if path.exists():
                text += path.read_text(encoding="utf-8", errors="replace")
        return [line for line in text.splitlines() if line.strip()][-30:]

    def crash(self):
        """The assertion that QEMU failed, None when it did not"""
        if not self.errors.exists():
            return None
        lines = self.errors.read_text(encoding="utf-8", errors="replace").splitlines()
        return next((line for line in lines if "Assertion" in line and "failed" in line), None)

    def where(self):
        """Where the threads of QEMU are: what to look at when the whole machine stands still"""
        found = []
        for task in sorted(pathlib.Path(f"/proc/{self.process.pid}/task").glob("*")):
            for name in ("comm", "wchan", "syscall", "stack"):
                try:
                    text = (task / name).read_text(encoding="utf-8", errors="replace").strip()
                except OSError as error:
                    text = error.strerror
                found += [f"{task.name} {name}: {line}" for line in text.splitlines()]
        return found

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
