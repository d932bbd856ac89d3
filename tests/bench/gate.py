# SPDX-License-Identifier: BSD-3-Clause
"""
Whether a figure is good enough: decided on figures alone, so that selftest.py can plant them

- A figure within its budget is good, and so is any figure of a row without a budget.
- A repeatable count may be at most 2 % above the record of the same key.
- With another key, budgets are multiplied by floor here / floor of the record: the same program,
  written by hand, tells what this compiler, C library and processor make of the same work.
- A row of open.txt may miss its budget, but not be worse than the figure there, and fails when it
  meets the budget. Under another key neither fails. What threads do, and a time, may meet it by
  chance or on one machine, and does not fail for that.
- A ratio of time misses a limit when at least 8 of 9 rounds do. If it were exactly at its limit,
  that would happen in 2 of 100 runs, and bench.py measures a miss again, twice.
"""
from collections import namedtuple

from rows import COUNT, THREADS, TIME

# How much worse than a recorded figure is a finding. What interleaves or takes time is not repeatable.
SLACK = {COUNT: 1.02, THREADS: 1.5, TIME: 1.15}

Verdict = namedtuple("Verdict", "word failed", defaults=(False,))
Figure = namedtuple("Figure", "ours floor", defaults=(None,))
# `own`: of this key; `other`: of the first key in the file, when this key has none; `opened`: of open.txt
Known = namedtuple("Known", "own other opened", defaults=(None, None, None))


def worse(row, value, limit):
    # A figure that was written with six digits is itself
    return value < limit - 1e-6 * abs(limit) if row.least else value > limit + 1e-6 * abs(limit)


def slack(row, limit):
    return limit / SLACK[row.gate] if row.least else limit * SLACK[row.gate]


def factor(row, figure, known):
    """By how much limits change here; None: nothing says so"""
    if not row.keyed or row.ratio or known.other is None:
        return 1.0
    if not figure.floor or not known.other.floor:
        return None
    return figure.floor / known.other.floor


def compares(row, known):
    """Whether a recorded figure says something about this machine"""
    return known.other is None or (row.gate == COUNT and not row.keyed)


def judge_limits(row, known, misses, strict, by, note=""):
    """`misses(limit)`: True, False, or None when it cannot be told; `by`: the factor of limits"""
    opened = known.opened
    if opened is not None and row.budget is None:
        return Verdict("NO BUDGET: take it out of open.txt", True)
    missed = row.budget is not None and misses(row.budget * by)
    if opened is not None:
        if missed is False:
            return Verdict(f"MEETS ITS BUDGET{note}: take it out of open.txt", strict)
        if compares(row, known) and misses(slack(row, opened)):
            return Verdict(f"WORSE than {opened:g} of open.txt{note}", True)
    elif missed:
        return Verdict(f"OVER BUDGET{note}", True)
    if known.own is not None and row.gate == COUNT and misses(slack(row, known.own.ours)):
        return Verdict(f"MORE THAN 2 % ABOVE THE RECORD of {known.own.ours:g}", True)
    if opened is not None:
        return Verdict(f"open{note}")
    if row.budget is None:
        return Verdict("recorded" if known.own is not None else "no budget")
    return Verdict(f"ok{note}" if missed is False else f"in doubt{note}")


def judge(row, figure, known=Known()):
    """A count"""
    by = factor(row, figure, known)
    if by is None:
        return Verdict("not gated: no record of this key, and no floor")
    same_key = not row.keyed or known.other is None
    return judge_limits(row, known, lambda limit: worse(row, figure.ours, limit),
                        same_key and row.gate == COUNT, by,
                        "" if same_key or row.ratio else ", by the ratio to the floor")


def judge_rounds(row, rounds, loaded=False, known=Known()):
    """A ratio of time, from its rounds: pairs of ratios, by the clock and of processor time"""
    if loaded and row.by_clock:
        return Verdict("not gated: the machine is loaded")
    ratios = [pair[1 if loaded else 0] for pair in rounds]
    sure = len(ratios) - len(ratios) // 9

    def misses(limit):
        beyond = sum(worse(row, ratio, limit) for ratio in ratios)
        return True if beyond >= sure else False if len(ratios) - beyond >= sure else None

    return judge_limits(row, known._replace(own=None), misses, False, 1.0,
                        ", by processor time" if loaded else "")
