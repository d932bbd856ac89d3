# SPDX-License-Identifier: BSD-3-Clause
"""One TAP stream out of many."""
import re

RESULT = re.compile(r"^(ok|not ok)\b\s*\d*\s*(?:- )?(.*)$")
PLAN = re.compile(r"^1\.\.(\d+)")


class Tap:
    """What goes to standard output"""

    def __init__(self):
        self.count = 0
        self.failed = 0
        self.skipped = 0

    def result(self, passed, text):
        self.count += 1
        self.failed += not passed
        self.skipped += passed and "# SKIP" in text
        print(f"{'ok' if passed else 'not ok'} {self.count} - {text}", flush=True)

    def comment(self, text):
        print(f"# {text}", flush=True)

    def finish(self):
        print(f"1..{self.count}", flush=True)


class Inner:
    """One TAP document of the guest, checked against its own plan"""

    def __init__(self, tap, label):
        self.tap = tap
        self.label = label
        self.plan = None
        self.count = 0
        self.failed = 0

    def line(self, line):
        result = RESULT.match(line)
        plan = PLAN.match(line)
        if result:
            self.count += 1
            self.failed += result.group(1) != "ok"
            self.tap.result(result.group(1) == "ok", f"{self.label}: {result.group(2)}")
        elif plan:
            self.plan = int(plan.group(1))
        elif line.startswith("Bail out!"):
            self.failed += 1
            self.tap.result(False, f"{self.label}: {line}")
        elif line.startswith("#"):
            self.tap.comment(line[1:].strip())
        elif line:
            self.tap.comment(f"{self.label}: {line}")

    def end(self, status):
        """All results arrived, and the exit status goes with them"""
        if self.plan != self.count:
            self.tap.result(False, f"{self.label}: {self.count} results, the plan says {self.plan}")
        elif status != 0 and not self.failed:
            self.tap.result(False, f"{self.label}: exit status {status} without a failure")
