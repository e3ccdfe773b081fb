"""Which scenarios make up the matrix: every row with every deed, on both backends, many seeds."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tests.faults.rows import EVERY, ROWS, Row
from tests.faults.scenario import Scenario

# How many processes of one run are killed, each at a checkpoint of its own.
KILLS = 3
# Every how manyeth checkpoint is also one to be frozen at.
FREEZE_EVERY = 8
# No two runs are the same: a job may pass a few checkpoints more than it did in peace.
MORE = 5


def rows(backends: Sequence[str]) -> list[Scenario]:
    """All rows, in an order in which any beginning holds a bit of everything."""
    found = [each for row in ROWS.values() for each in runs_of(row, row.runs, backends)]
    random.Random(2012).shuffle(found)
    return found


def runs_of(row: Row, count: int, backends: Sequence[str]) -> Iterator[Scenario]:
    """One deed after the other, and each in turn on each backend."""
    possible = [each for each in backends if each in row.backends]
    for number in range(count if possible else 0):
        deed = row.deeds[number % len(row.deeds)]
        backend = possible[number // len(row.deeds) % len(possible)]
        yield Scenario(row.name, deed, 1000 * row.number + number, backend)


def sample(backends: Sequence[str]) -> list[Scenario]:
    """For every test run: each row, with another deed and backend from one to the next."""
    found = []
    for place, row in enumerate(each for each in ROWS.values() if each.runs):
        possible = [each for each in backends if each in row.backends]
        for turn in range(row.samples if possible else 0):
            deed = row.deeds[(2 * place + turn) % len(row.deeds)]
            backend = possible[(place + turn) % len(possible)]
            found.append(Scenario(row.name, deed, 10 * row.number + turn, backend))
    return found


def census() -> list[Scenario]:
    """One run of each deed in peace, which tells how many checkpoints there are."""
    return [Scenario("peace", deed, 1) for deed in EVERY]


def walks(checkpoints: Mapping[str, int], backends: Sequence[str]) -> list[Scenario]:
    """Kills at every checkpoint of each deed, several in a run; and freezes at some."""
    found = []
    for deed, last in checkpoints.items():
        stride = -(-(last + MORE) // KILLS)
        for first in range(1, stride + 1):
            at = ",".join(str(first + turn * stride) for turn in range(KILLS))
            found.append(_walk("killed", deed, first, backends, at))
        for first in range(1, last, FREEZE_EVERY):
            found.append(_walk("frozen", deed, first // FREEZE_EVERY, backends, str(first)))
    random.Random(2012).shuffle(found)
    return found


def rest_of_walks(
    checkpoints: Mapping[str, int], struck: Mapping[str, Iterable[int]], backends: Sequence[str]
) -> list[Scenario]:
    """A kill at each checkpoint that no process was killed at yet: those late in a job's work, of
    which its later attempts have less to do."""
    return [
        _walk("killed", deed, at, backends, str(at))
        for deed, last in checkpoints.items()
        for at in sorted(set(range(1, last + 1)) - set(struck.get(deed, ())))
    ]


def _walk(row: str, deed: str, number: int, backends: Sequence[str], at: str) -> Scenario:
    return Scenario(row, deed, 20_000 + number, backends[number % len(backends)], at)
