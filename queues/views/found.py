"""How far the looking through a list is and what it found, for the list's templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from queues.finding import histogram_of as counted_in_time
from queues.formats import FORMATS
from queues.forms.filters import Fault
from queues.models import Dump, Finding, QueuePreferences, SavedFilter
from queues.search.chips import Range
from queues.search.histogram import Histogram as Counted
from queues.search.query import Params
from queues.views.asked import Asked, address_with, path_of
from queues.views.groups import Groups, groups_of
from queues.views.histogram import Histogram, histogram_of


@dataclass(frozen=True)
class Chip:
    label: str
    address: str


@dataclass(frozen=True)
class Saved:
    pk: int
    name: str
    address: str
    current: bool


@dataclass
class Found:
    """`finding` None: nothing was looked for, because `problem`. `first`, `last`: which of what was
    found the page shows, counted from 1. `paths`: some that can be picked, with examples."""

    dump: Dump
    asked: Asked
    preferences: QueuePreferences
    finding: Finding | None = None
    problem: str = ""
    bad_path: str = ""
    stopped: bool = False
    wants_all: bool = False
    first: int = 0
    last: int = 0
    paths: list[tuple[str, str]] = field(default_factory=list)

    @property
    def fault(self) -> Fault | None:
        return self.asked.fault

    @property
    def by(self) -> str:
        return self.asked.by

    # How far the looking is.

    @property
    def seeking(self) -> bool:
        """Is there a filter, so that it matters what was found?"""
        return bool(self.asked.query)

    @property
    def done(self) -> bool:
        return self.finding is not None and self.finding.finished

    @property
    def looking(self) -> bool:
        """Is there more to come: of what is sought, or of when all messages were sent?"""
        if self.finding is None or self.stopped:
            return False
        return not self.done or not self._in_time.whole

    @property
    def number(self) -> int:
        """What a list without filters shows is known without looking."""
        if not self.seeking:
            return self.dump.message_count
        return self.finding.found if self.finding else 0

    @property
    def total(self) -> int:
        return self.dump.message_count

    @property
    def looked_at(self) -> int:
        return self.finding.looked_at if self.finding else 0

    @property
    def percent(self) -> int:
        return self.finding.percent if self.finding else 0

    @property
    def unjudged(self) -> int:
        return self.finding.unjudged if self.finding else 0

    @property
    def reasons(self) -> list[tuple[str, int]]:
        return self.finding.reasons if self.finding else []

    # Choosing all of it.

    @property
    def can_choose_all(self) -> bool:
        more = self.first > 1 or self.last < self.number
        return more and (self.done or not self.seeking)

    @property
    def all_chosen(self) -> bool:
        return self.wants_all and self.number > 0 and (self.done or not self.seeking)

    @property
    def key(self) -> str:
        """Of what acts on all that was found; empty: on the whole dump."""
        return self.finding.key if self.finding and self.seeking else ""

    @property
    def suffix(self) -> str:
        return f" ({self.number:,})" if self.all_chosen else ""

    # Addresses.

    @property
    def path(self) -> str:
        return path_of(self.dump)[0]

    @property
    def hidden(self) -> Params:
        """For a form that adds to what is asked."""
        return [*path_of(self.dump)[1], *self.asked.params]

    @property
    def hidden_but_by(self) -> Params:
        return [*path_of(self.dump)[1], *self.asked.query.params()]

    @property
    def list_query(self) -> str:
        return urlencode(self.asked.params)

    @property
    def bare(self) -> str:
        return address_with(self.dump)

    @property
    def without_filters(self) -> str:
        return address_with(self.dump, self.asked.grouping)

    @property
    def without_groups(self) -> str:
        return address_with(self.dump, self.asked.query.params())

    # What is shown besides the rows.

    @cached_property
    def chips(self) -> list[Chip]:
        return [
            Chip(
                chip.label,
                address_with(self.dump, [*chip.params_without_it, *self.asked.grouping]),
            )
            for chip in self.asked.query.chips()
        ]

    @cached_property
    def saved(self) -> list[Saved]:
        filters = SavedFilter.objects.filter(
            connection=self.dump.connection, queue_name=self.dump.queue_name
        )
        now = urlencode(self.asked.query.params())
        bare = address_with(self.dump)
        return [
            Saved(each.pk, each.name, f"{bare}{each.params}", each.params == now)
            for each in filters
        ]

    @property
    def histogram(self) -> Histogram | None:
        if self.finding is None:
            return None
        counted = self._in_time
        bars = counted.bars()
        if not counted.whole:
            # Part of what stands behind would look like all of it.
            bars = [bar._replace(total=bar.found) for bar in bars]
        return histogram_of(bars, counted.unknown, self._sent_between, whole=self.done)

    @cached_property
    def _in_time(self) -> Counted:
        assert self.finding is not None
        return counted_in_time(self.finding)

    def _sent_between(self, start: datetime, end: datetime) -> str:
        query = replace(self.asked.query, sent=Range(start, end))
        return address_with(self.dump, [*query.params(), *self.asked.grouping])

    @cached_property
    def groups(self) -> Groups:
        if self.finding is None or self.bad_path:
            return Groups(problem=self.bad_path)
        return groups_of(self.finding, self._where)

    def _where(self, expression: str) -> str:
        """The list with one more expression; it goes on counting the values it counts."""
        query = self.asked.query
        where = tuple(dict.fromkeys((*query.where, expression)))
        params = replace(query, where=where).params()
        return address_with(self.dump, [*params, *self.asked.grouping])

    @property
    def formats(self) -> list[tuple[str, str]]:
        return [(each.name, each.label) for each in FORMATS.values()]

    @property
    def columns(self) -> Sequence[str]:
        columns: list[str] = self.preferences.columns
        return columns
