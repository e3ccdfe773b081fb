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
    are, as far as that was counted: never fewer than were found."""

    start: datetime
    end: datetime
    found: int
    total: int


class Histogram:
    """`unknown`: how many of the found ones do not say when they were sent. `whole`: all messages
    were counted, whether found or not."""

    def __init__(self) -> None:
        self.width = WIDTHS[0]
        self.found: Counter[int] = Counter()
        self.all: Counter[int] = Counter()
        self.unknown = 0
        self.whole = True

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Histogram:
        histogram = cls()
        if fields:
            histogram.width, histogram.unknown = fields["width"], fields["unknown"]
            histogram.found = Counter({int(at): count for at, count in fields["found"].items()})
        return histogram

    def as_json(self) -> dict[str, Any]:
        return {"width": self.width, "unknown": self.unknown, "found": dict(self.found)}

    def add(self, moments: Iterable[int], *, unknown: int = 0) -> None:
        """`moments`: in milliseconds since 1970."""
        self.unknown += unknown
        wide = self.width * 1_000
        self.found.update([moment // wide for moment in moments])
        self._fit()

    def behind(self, everything: Histogram) -> None:
        """Show these counts behind the found ones, both in bars of one width."""
        self.all = Counter(everything.found)
        self._widen(self.width, everything.width)
        self._fit()

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

    def _fit(self) -> None:
        while (known := self.all.keys() | self.found.keys()) and (
            max(known) - min(known) >= MOST_BARS
        ):
            self._widen(self.width, self.width, least=self.width + 1)

    def _widen(self, found: int, all_: int, least: int = 0) -> None:
        """The two counts, which have bars of these widths, get the next that suits both."""
        least = max(found, all_, least)
        self.width = next((each for each in WIDTHS if each >= least), 0) or _in_days(least)
        self.found = _added(self.found, self.width // found)
        self.all = _added(self.all, self.width // all_)


def _in_days(seconds: int) -> int:
    """Two, four, eight days, and so on."""
    days = 2
    while days * DAY < seconds:
        days *= 2
    return days * DAY


def _added(counts: Counter[int], times: int) -> Counter[int]:
    """In bars so many times as wide."""
    found: Counter[int] = Counter()
    for at, count in counts.items():
        found[at // times] += count
    return found


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
