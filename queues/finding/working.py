"""One go at a search: reads on from where it stands, looks, and writes down what it found."""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import TracebackType
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from queues.finding.reading import Ahead, Columns, What, body_at, named, rows_at
from queues.models import Dump, Finding, FindingPart
from queues.models.preferences import chain_of
from queues.models.routing import store_database
from queues.search.grouping import Grouping
from queues.search.histogram import Histogram
from queues.search.looking import Looked, Looker
from queues.search.paths import Path
from queues.search.query import Query
from queues.search.rows import Row
from queues.search.slices import numbers

STEP = {What.ROWS: 1_000, What.SLICES: 1000, What.LINES: 10_000}
# Pieces that are judged at once: one for each process, and one that waits.
AT_ONCE = 2
# Messages in the first, and in the smallest piece; and seconds after which the next one is smaller.
FIRST_STEP, FEWEST, LONG = 250, 10, 0.1
# Seconds that a look may take longer because processes are started.
MOST_PATIENCE = 2.0
# Bodies at once in Python's memory, where they are long.
MOST_BYTES = 16_000_000
# Different reasons why messages cannot be judged; an expression has few.
MOST_REASONS = 100


class Work:
    """A context manager. One search, one thread."""

    def __init__(self, finding: Finding, query: Query, path: Path | None) -> None:
        self._dump_id, self._path = finding.dump_id, path
        self._looker = Looker(query, chain_of(finding.decoder), path)

    def __enter__(self) -> Work:
        self._looker.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._looker.__exit__(kind, error, traceback)

    def go_on(self, finding: Finding, until: float) -> None:
        """Looks at messages until then, at a few at least, and commits. Raises NoJudge."""
        # Asked before the last ordinal is: what comes later makes it not the last.
        ended = Dump.objects.values_list("finished_at", flat=True).get(pk=self._dump_id)
        [last] = Dump.objects.filter(pk=self._dump_id).aggregate(Max("messages__ordinal")).values()
        last, position = last or 0, finding.position
        looked, what = Looked(), self._what()
        ids = named(self._dump_id, self._looker.query.texts) if what is What.SLICES else set()
        sift = partial(self._looker.sift, named=ids)
        with Ahead(self._dump_id, what, position, last, STEP[what], sift) as ahead:
            for until_here, some in self._in_order(ahead, what, until):
                looked.add(some)
                position = until_here
        finished = ended is not None and position >= last
        if position > finding.position or finished:
            self._commit(finding, looked, position, finished=finished)

    def _in_order(self, ahead: Ahead, what: What, until: float) -> Iterator[tuple[int, Looked]]:
        """What was looked at up to which ordinal. Some are judged while the next are read."""
        begun: deque[tuple[int, Callable[[], Looked]]] = deque()
        started = time.monotonic()
        if what is What.ROWS:
            ahead.step = min(FIRST_STEP, ahead.step)
        for until_here, found in ahead:
            begun.append((until_here, self._begin(ahead, what, found)))
            if started and self._looker.query.where:
                # Processes are starting, which on a busy machine takes all the time there is.
                yield _ended(*begun.popleft())
                until += min(MOST_PATIENCE, time.monotonic() - started)
                started = 0.0
            elif len(begun) > AT_ONCE:
                began = time.monotonic()
                yield _ended(*begun.popleft())
                # Where each message takes long, somebody waits for the page all the same.
                slow = time.monotonic() - began > LONG
                ahead.step = (
                    max(FEWEST, ahead.step // 2) if slow else min(STEP[what], ahead.step * 2)
                )
            if time.monotonic() >= until:
                break
        for each in begun:
            yield _ended(*each)

    def _what(self) -> What:
        if self._looker.sees_all:
            return What.LINES
        return What.SLICES if self._looker.sifts else What.ROWS

    def _begin(self, ahead: Ahead, what: What, found: list[Any]) -> Callable[[], Looked]:
        """Of long messages only a piece is in memory and being judged at a time."""
        before = Looked(count=len(found))
        last: list[Row] = []
        if what is not What.ROWS:
            before = self._look(ahead, what, found)
        else:
            for some in self._in_pieces(ahead, found):
                if last:
                    before.add(self._looker.look(last))
                last = some
        after = self._looker.begin(last)

        def end() -> Looked:
            before.add(after())
            return before

        return end

    def _look(self, ahead: Ahead, what: What, found: list[Any]) -> Looked:
        if what is What.LINES:
            [(joined, attributes)] = found
            ordinals = numbers(joined or "")
            looked = self._looker.take(ordinals, attributes or "")
            looked.count = len(ordinals)
            return looked
        looked = Looked()
        for sifted, open_ in found:
            if open_:
                ahead.wait()
                sifted.merge(self._look_at(ahead, rows_at(self._dump_id, open_)))
            looked.add(sifted)
        return looked

    def _look_at(self, ahead: Ahead, rows: Iterable[Columns]) -> Looked:
        looked = Looked()
        for some in self._in_pieces(ahead, rows):
            looked.add(self._looker.look(some))
        return looked

    def _in_pieces(self, ahead: Ahead, rows: Iterable[Columns]) -> Iterator[list[Row]]:
        """Long bodies are read only now."""
        some: list[Row] = []
        size = 0
        for columns in rows:
            row = Row._make(columns)
            if columns[2] is None:
                ahead.wait()
                row = row._replace(body=body_at(self._dump_id, row.ordinal))
            some.append(row)
            size += len(row.body)
            if size > MOST_BYTES:
                yield some
                some, size = [], 0
        if some:
            yield some

    def _commit(self, finding: Finding, looked: Looked, position: int, *, finished: bool) -> None:
        histogram = Histogram.from_json(json.loads(finding.histogram_json))
        histogram.add(looked.sent, unknown=len(looked.found) - len(looked.sent))
        reasons = Counter(json.loads(finding.reasons_json)) + looked.unjudged
        changes = {
            "turns": finding.turns + 1,
            "position": position,
            "looked_at": finding.looked_at + looked.count,
            "found": finding.found + len(looked.found),
            "unjudged": finding.unjudged + looked.unjudged.total(),
            "reasons_json": json.dumps(dict(reasons.most_common(MOST_REASONS))),
            "histogram_json": json.dumps(histogram.as_json()),
            "finished": finished,
            "used_at": timezone.now(),
        }
        if self._path is not None:
            grouping = Grouping.from_json(self._path, json.loads(finding.groups_json))
            grouping.add(looked.keys)
            changes["groups_json"] = json.dumps(grouping.as_json())
        with transaction.atomic(using=store_database()):
            # Of twins only one finds the row as it was: nothing is counted twice.
            if Finding.objects.filter(pk=finding.pk, turns=finding.turns).update(**changes):
                FindingPart.objects.bulk_create(
                    FindingPart.of(finding, finding.found, looked.found)
                )


def _ended(position: int, end: Callable[[], Looked]) -> tuple[int, Looked]:
    return position, end()
