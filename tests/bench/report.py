# SPDX-License-Identifier: BSD-3-Clause
"""Printing of results"""

FORMAT = "{:<24} {:<24} {:>9} {:>10} {:>7} {:>10} {:>7} {:>9}  {}"


def head():
    print(FORMAT.format("row", "metric", "floor", "figure", "cpu", "budget", "stretch", "record", ""), flush=True)


def number(row, value):
    return "" if value is None else f"{value:.{row.digits}f}"


def limit(row, value):
    if value is None:
        return ""
    return (">= " if row.least else "<= ") + (f"{value:.4g}" if value < 1000 else f"{value:.0f}")


def line(result, known):
    row = result.row
    record = known.own.ours if known.own is not None else None
    print(FORMAT.format(row.id, row.metric, number(row, result.figure.floor), number(row, result.figure.ours),
                        number(row, result.cpu), limit(row, row.budget), number(row, row.stretch), number(row, record),
                        result.verdict.word + result.note).rstrip(), flush=True)


def end(results, out):
    """Print what failed, and the sum; the exit status"""
    failed = [result for result in results if result.verdict.failed]
    count = lambda word: sum(result.verdict.word.startswith(word) for result in results)
    print(file=out)
    for result in failed:
        print(f"failed: {result.row.id} {number(result.row, result.figure.ours)} {result.verdict.word}", file=out)
    print(f"{len(results)} rows, {len(failed)} failed, {count('open')} open, {count('skipped')} skipped, "
          f"{count('not gated')} not gated", file=out)
    return int(bool(failed))


def cell(result):
    """A figure, and in parentheses that of processor time"""
    if result is None or result.figure.ours is None:
        return ""
    cpu = "" if result.cpu is None else f" ({number(result.row, result.cpu)})"
    return number(result.row, result.figure.ours) + cpu


def markdown(results, others):
    """`others`: results of another build by id"""
    print("| row | metric | 0.8.0 | today | budget | stretch | floor |\n|---|---|---|---|---|---|---|")
    for result in results:
        row = result.row
        print(f"| {row.id} | {row.metric} | {cell(others.get(row.id))} | {cell(result)} | {limit(row, row.budget)} "
              f"| {number(row, row.stretch)} | {number(row, result.figure.floor)} |")
