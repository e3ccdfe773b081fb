"""How results are printed."""

from __future__ import annotations

from statistics import median

from benchmarks.letters import Row

WIDTHS = "{:<2} {:<32} {:>15} {:>9}  {:<24} {:>7}  {}"
HEAD = WIDTHS.format("", "what", "ours", "theirs", "median (range)", "goal", "met")


def line(row: Row) -> str:
    digits = 3 if row.letter == "c" else 2
    low, high = min(row.values), max(row.values)
    value = f"{median(row.values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
    goal = f"{'>=' if row.at_least else '<='} {row.goal}"
    met = "yes" if row.met else "NO"
    return WIDTHS.format(row.letter, row.what, row.ours, row.theirs, value, goal, met)
