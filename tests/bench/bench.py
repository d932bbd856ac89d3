#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""
What a command costs, and whether that is within the budget

docs/performance.md says how to read it. rows.py has the rows, gate.py decides.
"""
import argparse
import concurrent.futures
import os
import re
import statistics
import sys

import against
import measure
import records
import report
from devices import devices
from gate import Figure, Known, Verdict, judge, judge_rounds
from measure import ROOT, Failure, Load, Skip
from rows import COUNT, ROWS, TIME

BUILD = os.path.join(ROOT, "build")
NATTEMPTS = 3  # At what is not repeatable and misses
LOADED = 0.1  # Processors that others keep busy: from here processor time decides


def parse_args():
    parser = argparse.ArgumentParser(prog="./x bench", description=__doc__)
    parser.add_argument("--only", metavar="PATTERN", default="", help="rows whose id this regular expression finds")
    parser.add_argument("--counts", action="store_true", help="no times")
    parser.add_argument("--rounds", type=int, default=9, help="of the times (%(default)s)")
    parser.add_argument("--ms", type=int, default=100, help="of each part of a round (%(default)s)")
    parser.add_argument("--record", action="store_true", help="write the counts to tests/bench/records.txt")
    parser.add_argument("--against", metavar="BUILD", help="a build folder or an installation of another version: print ratios")
    parser.add_argument("--markdown", action="store_true", help="print the table of docs/performance.md; with --against, its 0.8.0")
    return parser.parse_args()


def chosen_rows(options):
    return [row for row in ROWS if re.search(options.only, row.id) and not (options.counts and row.gate == TIME)]


def own_build(found, options):
    bench = os.path.join(BUILD, "tests/bench/bench")
    if not os.path.exists(bench):
        sys.exit("bench: build/tests/bench/bench is missing, run ./x build")
    return measure.Build(bench, os.path.join(BUILD, "lib/libxnvme.so"), os.path.join(BUILD, "lib/libxnvme.a"),
                         os.path.join(BUILD, "tools/xnvme"), found, options)


class Result:
    """A row that was measured: figure, the ratio of processor time, ns in words, verdict"""

    def __init__(self, row):
        self.row, self.figure, self.cpu, self.note = row, Figure(None), None, ""
        self.verdict = Verdict("")


def measure_count(build, row, result, known):
    result.figure = measure.figure(build, row)
    result.verdict = judge(row, result.figure, known)


def measure_time(build, row, result, known):
    load = Load()
    rounds = measure.raw(build, row)
    loaded = load.others() > LOADED
    sign = -1 if row.least else 1
    ratios = [((one.ours / one.floor) ** sign, (one.ours_cpu / one.floor_cpu) ** sign) for one in rounds]
    clock, result.cpu = (statistics.median(side) for side in zip(*ratios))
    result.figure = Figure(clock)
    result.note = "; {:.1f} ns to {:.1f}, of processor time {:.1f} to {:.1f}".format(
        *(statistics.median(side) for side in zip(*rounds)))
    result.verdict = judge_rounds(row, ratios, loaded, known)


def measure_row(build, row, known):
    result = Result(row)
    try:
        for _ in range(1 if row.gate == COUNT else NATTEMPTS):
            (measure_time if row.gate == TIME else measure_count)(build, row, result, known)
            if not result.verdict.failed:
                break
    except Skip as why:
        result.verdict = Verdict(f"skipped: {why}")
    except (Failure, ValueError, OSError) as err:
        result.verdict = Verdict(f"FAILED: {err}", True)
    return result


def measure_all(build, rows, known_of):
    """Results in the order of the rows; two counts at a time, and the rest alone"""
    with concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count())) as pool:
        futures = {row.id: pool.submit(measure_row, build, row, known_of(row)) for row in rows if not row.exclusive}
        for row in rows:
            if row.exclusive:
                concurrent.futures.wait(futures.values())
                yield measure_row(build, row, known_of(row))
            else:
                yield futures[row.id].result()


class Files:
    """What is known of rows from records.txt and open.txt"""

    def __init__(self, key):
        self.records = records.load(records.RECORDS, records.parse_records)
        self.opened = records.load(records.OPEN, records.parse_open)
        self.key = key
        self.own = self.records.get(key)
        self.other = None if self.own is not None else next(iter(self.records.values()), {})

    def known_of(self, row):
        none = Figure(None)
        return Known(own=self.own.get(row.id) if self.own is not None else None,
                     other=self.other.get(row.id, none) if self.other is not None else None,
                     opened=self.opened.get(row.id))

    def describe(self):
        print("key:", self.key)
        if self.own is None:
            print("records.txt has no figures of this key: budgets gate as ratios to the floor of this run")

    def write(self, results):
        rows = self.records.setdefault(self.key, {})
        for result in results:
            if result.row.gate == COUNT and result.figure.ours is not None:
                rows[result.row.id] = result.figure
        self.records[self.key] = {row.id: rows[row.id] for row in ROWS if row.id in rows and row.gate == COUNT}
        records.save(self.records)


def print_rows(build, rows, files):
    files.describe()
    report.head()
    results = []
    for result in measure_all(build, rows, files.known_of):
        results.append(result)
        report.line(result, files.known_of(result.row))
    return results


def print_markdown(build, rows, options, files):
    results = list(measure_all(build, rows, files.known_of))
    others = {}
    if options.against:
        other = against.builds(build, options.against)[1]
        others = {result.row.id: result for result in measure_all(other, rows, lambda row: Known())}
    report.markdown(results, others)
    return results


def main():
    options = parse_args()
    rows = chosen_rows(options)
    with devices() as found:
        build = own_build(found, options)
        files = Files(build.key())
        if options.markdown:
            results = print_markdown(build, rows, options, files)
        elif options.against:
            against.main(build, rows, options.against)
            return
        else:
            results = print_rows(build, rows, files)
    if options.record:
        files.write(results)
    # The table alone goes to standard output
    sys.exit(report.end(results, sys.stderr if options.markdown else sys.stdout))


if __name__ == "__main__":
    main()
