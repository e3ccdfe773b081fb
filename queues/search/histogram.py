"""When messages were sent: counts in bars of one width, at most sixty, which widen as needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

MOST_BARS = 60
DAY = 86_400
# Each is a multiple of the one before, so that bars can be added up to wider ones. In seconds.
WIDTHS = (1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, DAY)


class Bar(NamedTuple):
    """Messages sent from `start` until just before `end`: how many were found, and how many there
    are of those looked at so far."""

    start: datetime
    end: datetime
    found: int
    total: int


class Histogram:
    """`unknown`: how many of the found ones do not say when they were sent."""

    def __init__(self) -> None:
        self.width = WIDTHS[0]
        self.found: Counter[int] = Counter()
        self.all: Counter[int] = Counter()
        self.unknown = 0

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Histogram:
        histogram = cls()
        if fields:
            histogram.width, histogram.unknown = fields["width"], fields["unknown"]
            histogram.found = Counter({int(at): count for at, count in fields["found"].items()})
            histogram.all = Counter({int(at): count for at, count in fields["all"].items()})
        return histogram

    def as_json(self) -> dict[str, Any]:
        return {
            "width": self.width,
            "unknown": self.unknown,
            "found": dict(self.found),
            "all": dict(self.all),
        }

    def add(self, moments: Iterable[int], *, found: bool) -> None:
        """`moments`: in milliseconds since 1970. All are added with `found` False, and those that
        were found once more with True."""
        wide = self.width * 1_000
        counts = Counter([moment // wide for moment in moments])
        (self.found if found else self.all).update(counts)
        self._widen()

    def bars(self) -> list[Bar]:
        """From the first message to the last, those without messages included."""
        known = self.all.keys() | self.found.keys()
        return [
            Bar(
                _moment(at * self.width),
                _moment((at + 1) * self.width),
                self.found[at],
                max(self.all[at], self.found[at]),
            )
            for at in (range(min(known), max(known) + 1) if known else ())
        ]

    def _widen(self) -> None:
        while (known := self.all.keys() | self.found.keys()) and (
            max(known) - min(known) >= MOST_BARS
        ):
            wider = next((each for each in WIDTHS if each > self.width), self.width * 2)
            times = wider // self.width
            self.width = wider
            self.found, self.all = _added(self.found, times), _added(self.all, times)


def _added(counts: Counter[int], times: int) -> Counter[int]:
    found: Counter[int] = Counter()
    for at, count in counts.items():
        found[at // times] += count
    return found


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
