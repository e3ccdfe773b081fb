"""Many stored messages at a time, for a search: past the ORM, and mostly past Python.

A row for each message costs more than looking through its body does. So a search for a text gets
the bodies joined to one value, and what is next is read while Python looks at what came before:
SQLite needs no interpreter for that. What stands beside the bodies is read only where somebody
asks. Where the store is no SQLite, rows are joined here.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from enum import Enum
from functools import partial
from queue import SimpleQueue
from typing import Any, cast
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from queues.models import Dump, Message, bulk
from queues.models.routing import store_database
from queues.search.looking import Looked
from queues.search.slices import LONGEST, Slice

# SQLite looks at the kernel's pages instead of copying them; it never writes this way.
MAPPED = 2**31 - 2**16
AT_ONCE = 500
# Pieces that are read, or wait to be looked at: one for each reader, and one.
AHEAD = 3

# No id has them, and not every database takes them.
UNHEARD_OF = re.compile("[\0\ud800-\udfff]")
# What the processor's cache takes is joined twice as quickly as what it does not.
JOINED_AT_ONCE = 250

SHORT = f"CASE WHEN length(body) <= {LONGEST} THEN body END"
WHERE = "FROM queues_message WHERE dump_id = %s AND ordinal > %s AND ordinal <= %s"
# A NULL is passed over by group_concat. Bodies from x'7b' until before x'7c' begin with a brace.
SLICE = f"""SELECT count(*), sum(length(body) > {LONGEST}),
    sum(body < x'7b' OR body >= x'7c'), sum(message_attributes_json <> '{{}}'),
    sum(instr(attributes_json, '"Message')), CAST(group_concat({SHORT}, '') AS BLOB) {WHERE}"""
BESIDE = f"""SELECT group_concat(ordinal), group_concat(length(body)),
    group_concat(attributes_json, char(10)), group_concat(message_attributes_json, char(10))
    {WHERE}"""
LINES = f"SELECT group_concat(ordinal), group_concat(attributes_json, char(10)) {WHERE}"
ROWS = f"SELECT ordinal, message_id, {SHORT}, attributes_json, message_attributes_json "


class What(Enum):
    """What a search reads: bodies to look through, only the lines beside them, or rows."""

    SLICES = "slices"
    LINES = "lines"
    ROWS = "rows"


# Ordinal, id, body (None: longer than LONGEST), attributes and own attributes as JSON.
Columns = tuple[int, str | None, bytes | None, str, str]


# What is known of a slice's messages, and the ordinals of those to be looked at one by one.
Sifted = tuple[Looked, list[int]]
Sift = Callable[[Slice], Sifted]


class Ahead:
    """A context manager that gives a dump's messages with ordinals from after `after` to `last`,
    so many at a time, in order; on SQLite the next ones are read meanwhile. One reader has the
    caller's connection: whoever wants to use it calls wait() first. `sift`: looks at slices where
    they are read, in several threads."""

    def __init__(
        self, dump_id: UUID, what: What, after: int, last: int, step: int, sift: Sift
    ) -> None:
        self._connection = connections[store_database()]
        self._key = bulk.adapt(Dump, "id", dump_id)
        self._what, self._after, self._last, self.step = what, after, last, step
        self._sift = sift
        self._coming: deque[tuple[int, Future[list[Any]]]] = deque()
        self._readers: ThreadPoolExecutor | None = None
        self._idle: SimpleQueue[BaseDatabaseWrapper] = SimpleQueue()
        self._ending = ExitStack()

    def __enter__(self) -> Ahead:
        self._connection.ensure_connection()
        if self._connection.vendor == "sqlite":
            used = [self._connection]
            # What a transaction has written, only its own connection sees.
            if not self._connection.in_atomic_block:
                used.append(self._ending.enter_context(closing(self._connection.copy())))
            for each in used:
                each.ensure_connection()
                each.connection.execute(f"PRAGMA mmap_size={MAPPED}")
                self._idle.put(each)
            self._readers = ThreadPoolExecutor(len(used), "search-reader")
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()
        if self._readers is not None:
            self._readers.shutdown()
            self._connection.connection.execute("PRAGMA mmap_size=0")
        self._ending.close()

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]:
        """The last ordinal of each piece, and what was read of it."""
        while self._coming or self._after < self._last:
            while self._after < self._last and len(self._coming) < (AHEAD if self._readers else 1):
                # `step` may be another by now.
                after, self._after = self._after, min(self._after + self.step, self._last)
                self._coming.append((self._after, self._begin(after, self._after)))
            until, rows = self._coming.popleft()
            yield until, rows.result()

    def wait(self) -> None:
        wait([rows for _, rows in self._coming])

    def _begin(self, after: int, until: int) -> Future[list[Any]]:
        if self._readers is not None:
            return self._readers.submit(self._read, after, until)
        read: Future[list[Any]] = Future()
        read.set_result(self._read(after, until))
        return read

    def _read(self, after: int, until: int) -> list[Any]:
        if self._what is What.SLICES and self._readers is not None:
            return [
                self._sifted(start, min(start + JOINED_AT_ONCE, until))
                for start in range(after, until, JOINED_AT_ONCE)
            ]
        if self._what is What.LINES and self._readers is not None:
            return self._select(LINES, after, until)
        rows = self._select(f"{ROWS} {WHERE} ORDER BY ordinal", after, until)
        if self._readers is None:
            rows = [_row(columns) for columns in rows]
        if self._what is What.ROWS:
            return rows
        if self._what is What.LINES:
            return [(",".join(str(row[0]) for row in rows), "\n".join(row[3] for row in rows))]
        return [self._sift(_joined(rows))]

    def _sifted(self, after: int, until: int) -> Sifted:
        [columns] = self._select(SLICE, after, until)
        return self._sift(Slice(columns, partial(self._beside, after, until)))

    def _beside(self, after: int, until: int) -> Sequence[Any]:
        [columns] = self._select(BESIDE, after, until)
        return cast("Sequence[Any]", columns)

    def _select(self, statement: str, after: int, until: int) -> list[Any]:
        given = (self._key, after, until)
        if self._readers is None:
            with self._connection.cursor() as cursor:
                cursor.execute(statement, given)
                return list(cursor.fetchall())
        connection = self._idle.get()
        try:
            # Past the ORM's cursor: that one is for the thread that opened it.
            read = connection.connection.execute(statement.replace("%s", "?"), given)
            found: list[Any] = read.fetchall()
            return found
        finally:
            self._idle.put(connection)


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
            len(rows),
            sum(body is None for body in bodies),
            sum((body or b"")[:1] != b"{" for body in bodies),
            sum(each != "{}" for each in own),
            sum('"Message' in each for each in attributes),
            b"".join(body or b"" for body in bodies),
        ),
        lambda: (
            ",".join(map(str, ordinals)),
            ",".join(str(LONGEST + 1 if body is None else len(body)) for body in bodies),
            "\n".join(attributes),
            "\n".join(own),
        ),
    )
