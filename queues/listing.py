"""The queue list's order: filter, kind, page; each dead-letter queue beneath its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from queues.models import Queue, Sample
from queues.models.observed import QueueQuerySet
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

    def kinds(self, connection: str) -> list[tuple[QueueList, str, int]]:
        """The tabs above the list: where each leads, its label, how many queues it holds."""
        queues = list(Queue.objects.of(connection))
        targets = {queue.dead_letter_target for queue in queues}
        return [
            (
                replace(self, kind=kind, page=1),
                label,
                sum(is_kind(queue, kind, targets) for queue in queues),
            )
            for kind, label in KINDS.items()
        ]


@dataclass(frozen=True)
class Row:
    queue: Queue
    nested: bool
    dead_letter: bool
    spark: Sparkline | None = None


def is_kind(queue: Queue, kind: str, targets: set[str]) -> bool:
    match kind:
        case "fifo":
            return queue.fifo
        case "standard":
            return not queue.fifo
        case "dead-letter":
            return queue.name in targets
        case _:
            return True


def arrange(queues: QueueQuerySet, wanted: QueueList) -> list[Row]:
    every = list(queues)
    targets = {queue.dead_letter_target for queue in every if queue.dead_letter_target}
    shown = [
        queue
        for queue in every
        if wanted.text.lower() in queue.name.lower() and is_kind(queue, wanted.kind, targets)
    ]
    return [Row(queue, nested, queue.name in targets) for queue, nested in nest(shown)]


def with_sparklines(rows: list[Row]) -> list[Row]:
    samples = Sample.objects.of_each([row.queue for row in rows])
    return [replace(row, spark=sparkline(samples[row.queue.pk])) for row in rows]


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
