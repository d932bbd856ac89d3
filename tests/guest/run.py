#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Run the guest scenarios: run.py [--list] [FILTER]

The guest prints TAP, and lines for this program:
  @@begin LABEL    a TAP document begins      @@end STATUS   the program that printed it has ended
  @@host WORD ARG  do something to the machine; the guest may wait for the answer, one line:
                   unplug SERIAL, flushes NSID (count them from here on), cut NSID (the power)
  @@exit STATUS    the script has ended
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import fetch
import image
import scenarios
import tap as taps
import vm as vms

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build"


def payload():
    """Our programs, and the scripts that run them"""
    programs = [path for path in (BUILD / "tools").iterdir()
                if path.is_file() and os.access(path, os.X_OK)]
    programs += [path for path in (BUILD / "tests" / "guest").iterdir()
                 if path.is_file() and os.access(path, os.X_OK)]
    programs += [BUILD / "tests" / path for path in (
        "conformance/conformance", "compat/client_bdev", "compat/client_fio", "torture/torture")]
    scripts = sorted((HERE / "in").iterdir()) + [HERE.parent / "tools" / "lib.sh"]
    return programs, scripts


class Session:
    """What one guest says, line by line"""

    def __init__(self, tap, vm, scenario, life):
        self.life = life
        self.tap = tap
        self.vm = vm
        self.scenario = scenario
        self.inner = None
        self.status = None
        self.nflushes = 0

    def _unplug(self, serial):
        self.vm.unplug(serial)
        self.vm.answer("done")

    def _flushes(self, nsid):
        self.nflushes = self.vm.flushes(nsid)
        self.vm.answer(str(self.nflushes))

    def _cut(self, nsid):
        seen = self.vm.flushes(nsid) - self.nflushes
        self.vm.process.kill()
        self.tap.result(seen > 0, f"{self.scenario.name} {self.life}: "
                        "the controller saw a flush before the callback")
        self.status = 0

    def _host(self, words):
        deeds = {"unplug": self._unplug, "flushes": self._flushes, "cut": self._cut}
        if len(words) != 2 or words[0] not in deeds:
            raise vms.VmError(f"the guest asks for '{' '.join(words)}'")
        deeds[words[0]](words[1])

    def line(self, line):
        word, _, rest = line.partition(" ")
        if word == "@@begin":
            self.inner = taps.Inner(self.tap, f"{self.scenario.name} {rest}")
        elif word == "@@end":
            self.inner.end(int(rest))
            self.inner = None
        elif word == "@@host":
            self._host(rest.split())
        elif word == "@@exit":
            self.status = int(rest)
        elif self.inner:
            self.inner.line(line)
        else:
            self.tap.comment(line.lstrip("# "))

    def verdict(self, error):
        """The guest has ended, or was ended because of an error"""
        if error is None and self.status is None:
            error = "the guest ended without a verdict"
        if error is None and self.status != 0:
            error = f"its script ended with {self.status}"
        if error is None and self.inner:
            error = f"'{self.inner.label}' has no end"
        if error is not None:
            self.tap.result(False, f"{self.scenario.name}: {error}")
            for line in self.vm.tail():
                self.tap.comment(f"console: {line}")


def boot(tap, scenario, root, folder, accel, devices, life):
    programs, scripts = payload()
    image.build(folder / "initrd", root, ["nvme"] + scenario.modules, programs, scripts,
                f"{scenario.script} {life}".strip())
    vm = vms.Vm(root, folder, devices, folder / "initrd", scenario.limit_s, accel,
                scenario.kernel_args)
    session = Session(tap, vm, scenario, life)
    error = None
    try:
        for line in vm.lines():
            session.line(line)
    except vms.Silence:
        raise
    except (vms.VmError, OSError) as failure:
        error = str(failure) or type(failure).__name__
        for line in vm.where():
            tap.comment(f"QEMU: {line}")
    finally:
        vm.stop()
    if vm.crash():
        raise vms.Crash(vm.crash())
    session.verdict(error)


def live(tap, scenario, root, folder, accel, devices, life):
    """One boot, to its end; tried again when QEMU hung before it began, or failed an assertion"""
    for attempt in (1, 2):
        try:
            boot(tap, scenario, root, folder, accel, devices, life)
            return
        except (vms.Silence, vms.Crash) as failure:
            tap.comment(f"{scenario.name}: boot {attempt}: {failure}")
    tap.result(False, f"{scenario.name}: two boots that QEMU did not survive, or never began")


def run(tap, scenario, root, accel):
    start = time.monotonic()
    failed = tap.failed
    before = tap.count
    folder = pathlib.Path(tempfile.mkdtemp(prefix="xnvme-guest-"))
    try:
        devices = scenario.devices(folder)
        for life in scenario.lives or [""]:
            live(tap, scenario, root, folder, accel, devices, life)
    except (OSError, subprocess.CalledProcessError) as error:
        tap.result(False, f"{scenario.name}: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    tap.comment(f"{scenario.name}: {tap.count - before} results, {tap.failed - failed} failed, "
                f"{time.monotonic() - start:.1f} s")


def on_signal(number, _frame):
    """Through the finally clauses: no machine and no folder stays behind"""
    sys.exit(128 + number)


def main(argv):
    signal.signal(signal.SIGTERM, on_signal)
    if argv[:1] == ["--list"]:
        for scenario in scenarios.ALL:
            print(f"{scenario.name:12} {scenario.what}")
        return 0
    chosen = [s for s in scenarios.ALL if not argv or argv[0] in s.name]
    if not chosen or len(argv) > 1:
        print(__doc__, file=sys.stderr)
        return 2
    accel = os.environ.get("GUEST_ACCEL", "tcg")
    if accel not in vms.ACCEL:
        print(f"GUEST_ACCEL is one of {' '.join(vms.ACCEL)}, not '{accel}'", file=sys.stderr)
        return 2
    tap = taps.Tap()
    start = time.monotonic()
    try:
        root = fetch.fetch(tap.comment)
    except fetch.Unsupported as reason:
        tap.result(True, f"guest # SKIP {reason}")
        chosen = []
    except fetch.FetchError as error:
        tap.result(False, f"fetch: {error}")
        chosen = []
    for scenario in chosen:
        run(tap, scenario, root, accel)
    tap.finish()
    tap.comment(f"{tap.count} results, {tap.failed} failed, {tap.skipped} skipped, "
                f"{time.monotonic() - start:.0f} s with {accel}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
