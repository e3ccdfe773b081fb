"""The queue list's order: filter, kind, page; each dead-letter queue beneath its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from queues.models import Queue, Sample
from queues.sparkline import Sparkline, sparkline

PAGE_SIZE = 100
KINDS = {"": "All", "standard": "Standard", "fifo": "FIFO", "dead-letter": "Dead-letter"}


@dataclass(frozen=True)
class QueueList:
    """What a list's URL asks for."""

    text: str = ""
    kind: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, query: QueryDict) -> QueueList:
        kind = query.get("kind", "")
        page = query.get("page", "1")
        return cls(
            text=query.get("q", "").strip(),
            kind=kind if kind in KINDS else "",
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE

    @property
    def query(self) -> str:
        given: dict[str, Any] = {"q": self.text, "kind": self.kind}
        if self.page > 1:
            given["page"] = self.page
        return urlencode({key: value for key, value in given.items() if value})

    def at(self, page: int) -> QueueList:
        return replace(self, page=page)


@dataclass(frozen=True)
class Row:
    queue: Queue
    nested: bool
    dead_letter: bool
    spark: Sparkline | None = None


@dataclass(frozen=True)
class Totals:
    """Sums of what was last seen: as approximate and as old as their parts."""

    available: int | None
    in_flight: int | None
    delayed: int | None
    dead_letters: int | None
    dead_letter_queues: int


class Listing:
    """The queues of a connection as last seen, and of them those that a URL asks for."""

    def __init__(self, connection: str, wanted: QueueList) -> None:
        self.wanted = wanted
        self.queues = list(Queue.objects.of(connection).defer("attributes"))
        self.targets = {queue.dead_letter_target for queue in self.queues} - {""}
        shown = [
            queue
            for queue in self.queues
            if wanted.text.lower() in queue.name.lower() and self._is(wanted.kind, queue)
        ]
        self.rows = [
            Row(queue, nested, self._is("dead-letter", queue)) for queue, nested in nest(shown)
        ]

    def _is(self, kind: str, queue: Queue) -> bool:
        match kind:
            case "fifo":
                return queue.fifo
            case "standard":
                return not queue.fifo
            case "dead-letter":
                return queue.name in self.targets
            case _:
                return True

    @property
    def _page(self) -> slice:
        return slice(self.wanted.offset, self.wanted.offset + PAGE_SIZE)

    def page(self) -> list[Row]:
        rows = self.rows[self._page]
        samples = Sample.objects.of_each([row.queue for row in rows])
        return [replace(row, spark=sparkline(samples[row.queue.pk])) for row in rows]

    def previous(self) -> QueueList | None:
        return self.wanted.at(self.wanted.page - 1) if self.wanted.page > 1 else None

    def next(self) -> QueueList | None:
        more = len(self.rows) > self.wanted.offset + PAGE_SIZE
        return self.wanted.at(self.wanted.page + 1) if more else None

    def most(self) -> int:
        """What the bars beneath the counts are measured by."""
        return max((queue.available or 0 for queue in self.queues), default=0)

    def oldest(self) -> datetime | None:
        """When the oldest of the counts on this page was asked for."""
        queues = [row.queue for row in self.rows[self._page] if not row.queue.failure]
        seen = [queue.observed_at for queue in queues if queue.observed_at]
        return min(seen, default=None)

    def kinds(self) -> list[tuple[QueueList, str, int]]:
        """The tabs above the list: where each leads, its label, how many queues it holds."""
        return [
            (
                replace(self.wanted, kind=kind, page=1),
                label,
                sum(self._is(kind, queue) for queue in self.queues),
            )
            for kind, label in KINDS.items()
        ]

    def totals(self) -> Totals:
        dead = [queue for queue in self.queues if self._is("dead-letter", queue)]
        return Totals(
            added(queue.available for queue in self.queues),
            added(queue.in_flight for queue in self.queues),
            added(queue.delayed for queue in self.queues),
            added(queue.available for queue in dead) if dead or not self.queues else 0,
            len(dead),
        )


def added(counts: Iterable[int | None]) -> int | None:
    """The sum of what is known; None, not 0, if nothing is."""
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def nest(queues: Iterable[Queue]) -> list[tuple[Queue, bool]]:
    """By name, a dead-letter queue directly beneath the first of its sources that is shown."""
    by_name = {queue.name: queue for queue in queues}
    beneath: dict[str, list[Queue]] = defaultdict(list)
    placed: set[str] = set()
    for queue in by_name.values():
        target = by_name.get(queue.dead_letter_target)
        if target and target.name not in placed and target is not queue:
            beneath[queue.name].append(target)
            placed.add(target.name)
    order: list[tuple[Queue, bool]] = []
    for queue in by_name.values():
        if queue.name not in placed or queue.name in beneath:
            targets = [target for target in beneath[queue.name] if target.name not in beneath]
            order += [(queue, False), *((target, True) for target in targets)]
    return order
