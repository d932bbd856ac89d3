#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The gate of ./x bench on made-up figures, and the files that it reads; TAP"""
import os
import re
import sys

import records
from gate import Figure, Known, judge, judge_rounds
from measure import ROOT
from rows import COUNT, ROWS, THREADS, TIME, Row

COMMAND = Row("row/16", "instructions/command", 100, 90, COUNT, "", ())
UNKEYED = COMMAND._replace(keyed=False)
TIMED = COMMAND._replace(gate=TIME)
REACHED = TIMED._replace(budget=1.3, least=True)
POOL = COMMAND._replace(gate=THREADS)
RATIO = COMMAND._replace(ratio=True)
FREE = COMMAND._replace(budget=None)


def own(figure, floor=None):
    return Known(own=Figure(figure, floor))


def other(figure, floor=None, opened=None):
    return Known(other=Figure(figure, floor), opened=opened)


def opened(figure):
    return Known(opened=figure)


def clock(nover, over, within, cpu=0.5):
    return [(over, cpu)] * nover + [(within, cpu)] * (9 - nover)


CASES = (
    # name, verdict, words that it begins with, whether it fails
    ("a figure at its budget is good", judge(COMMAND, Figure(100)), "ok", False),
    ("a missed budget fails", judge(COMMAND, Figure(100.1)), "OVER BUDGET", True),
    ("a figure 3 % above the record fails within its budget", judge(COMMAND, Figure(82.4), own(80)), "MORE THAN 2 %", True),
    ("a figure 1 % above the record is good", judge(COMMAND, Figure(80.8), own(80)), "ok", False),
    ("a row without a budget has its record", judge(FREE, Figure(82.4), own(80)), "MORE THAN 2 %", True),
    ("a row without a budget and record is printed", judge(FREE, Figure(82.4)), "no budget", False),
    ("threads have no record", judge(POOL, Figure(82.4), own(80)), "ok", False),
    ("threads have a budget", judge(POOL, Figure(110)), "OVER BUDGET", True),
    ("another key allows what its floor costs more", judge(COMMAND, Figure(120, 25), other(80, 20)), "ok", False),
    ("another key fails by the ratio to the floor", judge(COMMAND, Figure(130, 25), other(80, 20)), "OVER BUDGET, by the ratio", True),
    ("another key that is cheaper fails by the ratio", judge(COMMAND, Figure(90, 10), other(80, 20)), "OVER BUDGET, by the ratio", True),
    ("another key does not compare with its record", judge(COMMAND, Figure(99, 20), other(50, 20)), "ok", False),
    ("another key without a floor says so", judge(COMMAND, Figure(500), other(80)), "not gated", False),
    ("what no compiler changes gates under any key", judge(UNKEYED, Figure(101), other(80)), "OVER BUDGET", True),
    ("an open row that misses as much is open", judge(COMMAND, Figure(201), opened(200)), "open", False),
    ("an open row that became worse fails", judge(COMMAND, Figure(206), opened(200)), "WORSE", True),
    ("an open row that meets its budget fails", judge(COMMAND, Figure(99), opened(200)), "MEETS ITS BUDGET", True),
    ("an open row of threads that meets its budget is only said", judge(POOL, Figure(99), opened(200)), "MEETS ITS BUDGET", False),
    ("an open row is held to its record", judge(COMMAND, Figure(180), Known(own=Figure(150), opened=200)), "MORE THAN 2 %", True),
    ("an open row without a budget fails", judge(FREE, Figure(99), opened(200)), "NO BUDGET", True),
    ("under another key an open row is open", judge(COMMAND, Figure(206, 20), other(200, 20, 200)), "open, by the ratio", False),
    ("what no compiler changes becomes worse under any key", judge(UNKEYED, Figure(206), other(200, None, 200)), "WORSE", True),
    ("what is a ratio gates under any key", judge(RATIO, Figure(101), other(80)), "OVER BUDGET", True),
    ("under another key an open ratio of counts is open", judge(RATIO, Figure(250), other(200, None, 200)), "open", False),
    ("threads of another machine are open", judge(POOL, Figure(400, 20), other(200, 20, 200)), "open", False),
    ("under another key meeting the budget is only said", judge(COMMAND, Figure(99, 20), other(200, 20, 200)), "MEETS", False),
    ("eight of nine rounds over the budget fail", judge_rounds(TIMED, clock(8, 101, 99)), "OVER BUDGET", True),
    ("seven of nine rounds over the budget are in doubt", judge_rounds(TIMED, clock(7, 101, 99)), "in doubt", False),
    ("one of nine rounds over the budget is good", judge_rounds(TIMED, clock(1, 900, 99)), "ok", False),
    ("with load the clock does not decide", judge_rounds(TIMED, clock(9, 900, 0, 99), loaded=True), "ok, by processor", False),
    ("with load processor time decides", judge_rounds(TIMED, clock(9, 1, 0, 101), loaded=True), "OVER BUDGET, by processor", True),
    ("without load the clock decides", judge_rounds(TIMED, clock(9, 101, 0, 1)), "OVER BUDGET", True),
    ("a rate that falls short fails", judge_rounds(REACHED, clock(9, 1.2, 0)), "OVER BUDGET", True),
    ("a rate that is reached is good", judge_rounds(REACHED, clock(9, 1.4, 0)), "ok", False),
    ("a ratio of the clock alone does not gate with load",
     judge_rounds(REACHED._replace(by_clock=True), clock(9, 0.1, 0), loaded=True), "not gated", False),
    ("an open ratio that became worse fails", judge_rounds(TIMED, clock(9, 240, 0), known=opened(200)), "WORSE", True),
    ("an open ratio that meets its budget is only said", judge_rounds(TIMED, clock(9, 99, 0), known=opened(200)), "MEETS", False),
    ("under another key an open ratio is open", judge_rounds(TIMED, clock(9, 999, 0), known=other(200, 20, 200)), "open", False),
    ("with load an open ratio that meets its budget is only said",
     judge_rounds(TIMED, clock(9, 99, 0, 99), True, opened(200)), "MEETS", False),
)

TEXT = "# words\nkey a=1 b=2\nrow/1 10.5 2\nrow/2 3 # more words\n\nkey a=2 b=2\nrow/1 11\n"
PARSED = {"a=1 b=2": {"row/1": Figure(10.5, 2), "row/2": Figure(3)}, "a=2 b=2": {"row/1": Figure(11)}}


def check_files():
    """What is wrong in the files, as (name of the check, findings)"""
    ids = [row.id for row in ROWS]
    recorded = records.load(records.RECORDS, records.parse_records)
    opened_rows = records.load(records.OPEN, records.parse_open)
    with open(os.path.join(ROOT, "docs/performance.md"), encoding="utf-8") as file:
        told = re.findall(r"^\| ([a-z][\w/-]*) \| ", file.read().split("| row | metric | 0.8.0 |")[-1], re.M)
    yield "records are read as they are written", [] if records.parse_records(TEXT) == PARSED and \
        records.parse_records(records.format_records(PARSED)) == PARSED else ["they are not"]
    yield "no row has the id of another", sorted({name for name in ids if ids.count(name) > 1})
    yield "records.txt has figures", [] if recorded else ["it has none"]
    yield "records.txt names rows", [name for rows in recorded.values() for name in rows if name not in ids]
    yield "open.txt names rows", [name for name in opened_rows if name not in ids]
    yield "docs/performance.md has every row and no other", sorted(set(ids) ^ set(told))


def main():
    results = [(name, verdict.failed is fails and verdict.word.startswith(words), verdict)
               for name, verdict, words, fails in CASES]
    results += [(name, not findings, findings) for name, findings in check_files()]
    print(f"1..{len(results)}")
    for nth, (name, good, found) in enumerate(results, 1):
        print(f"{'ok' if good else 'not ok'} {nth} - {name}")
        if not good:
            print(f"# {found}")
    sys.exit(not all(good for _, good, _ in results))


if __name__ == "__main__":
    main()
