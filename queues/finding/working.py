"""One go at a search: reads on from where it stands, looks, and writes down what it found."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from queues.finding.reading import Ahead, Columns, What, body_at, rows_at
from queues.models import Dump, Finding, FindingPart
from queues.models.preferences import chain_of
from queues.models.routing import store_database
from queues.search.grouping import Grouping
from queues.search.histogram import Histogram
from queues.search.looking import Looked, Looker
from queues.search.paths import Path
from queues.search.query import Query
from queues.search.rows import Row
from queues.search.slices import Slice

STEP = {What.ROWS: 1_000, What.SLICE: 2_000, What.LINES: 10_000}
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
        with Ahead(self._dump_id, what, position, last, STEP[what]) as ahead:
            for until_here, found in ahead:
                looked.add(self._look(ahead, what, found))
                position = until_here
                if time.monotonic() >= until:
                    break
        finished = ended is not None and position >= last
        if position > finding.position or finished:
            self._commit(finding, looked, position, finished=finished)

    def _what(self) -> What:
        if self._looker.sees_all:
            return What.LINES
        return What.SLICE if self._looker.sifts else What.ROWS

    def _look(self, ahead: Ahead, what: What, found: list[Any]) -> Looked:
        if what is What.ROWS:
            looked = self._look_at(ahead, found)
            looked.count = len(found)
            return looked
        part = Slice(found[0])
        if what is What.LINES:
            looked = self._looker.take(part)
        else:
            looked, open_ = self._looker.sift(part)
            if open_:
                ahead.wait()
                looked.merge(self._look_at(ahead, rows_at(self._dump_id, open_)))
        looked.count = len(part)
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
            ordinal, message_id, body, attributes, own = columns
            if body is None:
                ahead.wait()
                body = body_at(self._dump_id, ordinal)
            row = Row(ordinal, message_id, body, attributes, own)
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
