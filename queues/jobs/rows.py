"""Rows of the store, made from what a sweep brings. Built by hand and inserted in bulk: this is the
hot path of every dump."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from queues.formats.json_lines import attributes_to_json
from queues.jobs.plan import Judged
from queues.models import Dump, Ledger, Message, Settlement, bulk
from queues.sqs.sweep import Arrival
from queues.sqs.types import Message as SqsMessage
from queues.sqs.types import encode_text

MESSAGE = (
    "dump",
    "ordinal",
    "message_id",
    "body",
    "md5_body",
    "attributes_json",
    "message_attributes_json",
    "received_at",
)
SETTLEMENT = (
    "ledger",
    "number",
    "ordinal",
    "message_id",
    "state",
    "judgement",
    "handle",
    "hidden_until",
    "target_id",
    "error",
)
COUNTS = ("message_count", "byte_count", "attribute_bytes")
CHUNK = 1000
HELD, STORED = Settlement.State.HELD.value, Settlement.State.STORED.value

as_json = json.JSONEncoder().encode


class Clock:
    """Seconds of the monotonic clock as times of the database."""

    def __init__(self, now: datetime) -> None:
        self._wall, self._monotonic = now, time.monotonic()
        self._known: dict[float, Any] = {}

    def time(self, seconds: float) -> Any:
        if seconds not in self._known:
            moment = self._wall + timedelta(seconds=seconds - self._monotonic)
            self._known[seconds] = bulk.adapt_time(moment)
        return self._known[seconds]


class Rows:
    """What one transaction adds to a dump and its ledger."""

    def __init__(self, dump: Dump, ledger: Ledger, now: datetime) -> None:
        self._dump, self._ledger, self._clock = dump, ledger, Clock(now)
        self._now = bulk.adapt_time(now)
        self._dump_key = bulk.adapt(Message, "dump", dump.pk)
        self._messages: list[tuple[Any, ...]] = []
        self._settlements: list[tuple[Any, ...]] = []
        self._again: list[tuple[Any, ...]] = []
        self._bodies = self._attributes = 0

    def message(self, message: SqsMessage) -> int:
        """Its ordinal."""
        ordinal = self._dump.message_count + len(self._messages) + 1
        body, own = encode_text(message.body), "{}"
        if message.message_attributes:
            own = as_json(attributes_to_json(message.message_attributes))
        system = as_json(dict(message.attributes))
        self._bodies += len(body)
        self._attributes += len(system) + len(own)
        self._messages.append(
            (
                self._dump_key,
                ordinal,
                message.message_id,
                body,
                message.md5_of_body,
                system,
                own,
                self._now,
            )
        )
        return ordinal

    def settlement(self, arrival: Arrival, ordinal: int | None, judged: Judged) -> None:
        judgement, error = judged
        self._settlements.append(
            (
                self._ledger.pk,
                arrival.number,
                ordinal,
                arrival.message.message_id,
                HELD if ordinal is None else STORED,
                judgement.value,
                arrival.message.receipt_handle,
                self._clock.time(arrival.until),
                "",
                error,
            )
        )

    def again(self, arrival: Arrival) -> None:
        """One that is known: its handle is new."""
        until = self._clock.time(arrival.until)
        self._again.append((arrival.message.receipt_handle, until, self._ledger.pk, arrival.number))

    def insert(self) -> None:
        if self._messages:
            bulk.insert(Message, MESSAGE, self._messages)
            self._count()
        if self._settlements:
            bulk.insert(Settlement, SETTLEMENT, self._settlements)
        if self._again:
            fields, where = ("handle", "hidden_until"), ("ledger", "number")
            bulk.update(Settlement, fields, where, self._again)

    def _count(self) -> None:
        dump = self._dump
        counted = (
            dump.message_count + len(self._messages),
            dump.byte_count + self._bodies,
            dump.attribute_bytes + self._attributes,
        )
        bulk.update(Dump, COUNTS, ("id",), [(*counted, self._dump_key)])
        dump.message_count, dump.byte_count, dump.attribute_bytes = counted


def by_key(rows: QuerySet[Any, Any]) -> Iterator[Any]:
    """Rows whose first value is their number, read in chunks: flat memory, no open cursor."""
    last = -1
    while chunk := list(rows.filter(number__gt=last).order_by("number")[:CHUNK]):
        yield from chunk
        last = chunk[-1][0]
