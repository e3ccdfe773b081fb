"""Many stored messages at a time, for a search: past the ORM, and mostly past Python.

A row for each message costs more than looking through its body does. So a search for a text gets
the bodies joined to one value, and what is next is read while Python looks at what came before:
SQLite needs no interpreter for that. What stands beside the bodies is read only where somebody
asks. Where the store is no SQLite, rows are joined here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.db import connections

from queues.models import Dump, Message, bulk
from queues.models.routing import store_database
from queues.search.slices import LONGEST, Slice

# SQLite looks at the kernel's pages instead of copying them; it never writes this way.
MAPPED = 2**31 - 2**16
AT_ONCE = 500

# No id has them, and not every database takes them.
UNHEARD_OF = re.compile("[\0\ud800-\udfff]")
# What the processor's cache takes is joined twice as quickly as what it does not.
JOINED_AT_ONCE = 250

SHORT = f"CASE WHEN length(body) <= {LONGEST} THEN body END"
WHERE = "FROM queues_message WHERE dump_id = %s AND ordinal > %s AND ordinal <= %s"
# A NULL is passed over by group_concat. Bodies from x'7b' until before x'7c' begin with a brace.
SLICE = f"""SELECT group_concat(ordinal), sum(length(body) > {LONGEST}),
    sum(body < x'7b' OR body >= x'7c'), sum(message_attributes_json <> '{{}}'),
    sum(instr(attributes_json, '"Message')), CAST(group_concat({SHORT}, '') AS BLOB) {WHERE}"""
BESIDE = f"""SELECT group_concat(length(body)), group_concat(attributes_json, char(10)),
    group_concat(message_attributes_json, char(10)) {WHERE}"""
LINES = f"SELECT group_concat(ordinal), group_concat(attributes_json, char(10)) {WHERE}"
ROWS = f"SELECT ordinal, message_id, {SHORT}, attributes_json, message_attributes_json "


class What(Enum):
    """What a search reads: bodies to look through, only the lines beside them, or rows."""

    SLICES = "slices"
    LINES = "lines"
    ROWS = "rows"


# Ordinal, id, body (None: longer than LONGEST), attributes and own attributes as JSON.
Columns = tuple[int, str | None, bytes | None, str, str]


class Ahead:
    """A context manager that gives a dump's messages with ordinals from after `after` to `last`,
    so many at a time, in order; the next ones are read meanwhile. The connection is the caller's:
    whoever wants to use it calls wait() first."""

    def __init__(self, dump_id: UUID, what: What, after: int, last: int, step: int) -> None:
        self._connection = connections[store_database()]
        self._connection.ensure_connection()
        self._key = bulk.adapt(Dump, "id", dump_id)
        self._what, self._after, self._last, self.step = what, after, last, step
        self._coming: Future[list[Any]] | None = None
        self._reader: ThreadPoolExecutor | None = None

    def __enter__(self) -> Ahead:
        if self._connection.vendor == "sqlite":
            self._reader = ThreadPoolExecutor(1, "search-reader")
            self._connection.connection.execute(f"PRAGMA mmap_size={MAPPED}")
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()
        if self._reader is not None:
            self._reader.shutdown()
            self._connection.connection.execute("PRAGMA mmap_size=0")

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]:
        """The last ordinal of each piece, and what was read of it."""
        until = min(self._after + self.step, self._last)
        while self._after < until:
            rows = self._coming.result() if self._coming else self._read(self._after, until)
            self._coming = None
            # `step` may be another by now.
            self._after, following = until, min(until + self.step, self._last)
            if self._reader and until < following:
                self._coming = self._reader.submit(self._read, until, following)
            yield until, rows
            until = following

    def wait(self) -> None:
        if self._coming is not None:
            self._coming.exception()

    def _read(self, after: int, until: int) -> list[Any]:
        if self._what is What.SLICES and self._reader is not None:
            return [
                self._slice(start, min(start + JOINED_AT_ONCE, until))
                for start in range(after, until, JOINED_AT_ONCE)
            ]
        if self._what is What.LINES and self._reader is not None:
            return self._select(LINES, after, until)
        rows = [
            _row(columns)
            for columns in self._select(f"{ROWS} {WHERE} ORDER BY ordinal", after, until)
        ]
        if self._what is What.ROWS:
            return rows
        if self._what is What.LINES:
            return [(",".join(str(row[0]) for row in rows), "\n".join(row[3] for row in rows))]
        return [_joined(rows)]

    def _slice(self, after: int, until: int) -> Slice:
        [columns] = self._select(SLICE, after, until)
        return Slice(columns, partial(self._beside, after, until))

    def _beside(self, after: int, until: int) -> Sequence[Any]:
        self.wait()
        [columns] = self._select(BESIDE, after, until)
        return cast("Sequence[Any]", columns)

    def _select(self, statement: str, after: int, until: int) -> list[Any]:
        """Past the ORM's cursor on SQLite: that one is for the thread that opened it."""
        given = (self._key, after, until)
        if self._reader is not None:
            statement = statement.replace("%s", "?")
            found: list[Any] = self._connection.connection.execute(statement, given).fetchall()
            return found
        with self._connection.cursor() as cursor:
            cursor.execute(statement, given)
            return list(cursor.fetchall())


def named(dump_id: UUID, texts: Sequence[str]) -> set[int]:
    """Ordinals of those whose whole id is one of the texts."""
    ids = [text for text in texts if not UNHEARD_OF.search(text)]
    found = Message.objects.filter(dump=dump_id, message_id__in=ids)
    return set(found.values_list("ordinal", flat=True))


def rows_at(dump_id: UUID, ordinals: Sequence[int]) -> Iterator[Columns]:
    """Those with these ordinals, in order."""
    connection = connections[store_database()]
    key = bulk.adapt(Dump, "id", dump_id)
    for start in range(0, len(ordinals), AT_ONCE):
        some = ordinals[start : start + AT_ONCE]
        places = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                f"{ROWS} FROM queues_message WHERE dump_id = %s AND ordinal IN ({places}) "
                "ORDER BY ordinal",
                [key, *some],
            )
            found = cursor.fetchall()
        yield from (_row(columns) for columns in found)


def body_at(dump_id: UUID, ordinal: int) -> bytes:
    return bytes(Message.objects.values_list("body", flat=True).get(dump=dump_id, ordinal=ordinal))


def _row(columns: Sequence[Any]) -> Columns:
    """PostgreSQL gives views of bytes."""
    ordinal, message_id, body, attributes, own = columns
    return ordinal, message_id, None if body is None else bytes(body), attributes, own


def _joined(rows: Sequence[Columns]) -> Slice:
    """As SQLite joins them."""
    ordinals, _, bodies, attributes, own = zip(*rows, strict=True) if rows else ((),) * 5
    return Slice(
        (
            ",".join(map(str, ordinals)),
            sum(body is None for body in bodies),
            sum((body or b"")[:1] != b"{" for body in bodies),
            sum(each != "{}" for each in own),
            sum('"Message' in each for each in attributes),
            b"".join(body or b"" for body in bodies),
        ),
        lambda: (
            ",".join(str(LONGEST + 1 if body is None else len(body)) for body in bodies),
            "\n".join(attributes),
            "\n".join(own),
        ),
    )
