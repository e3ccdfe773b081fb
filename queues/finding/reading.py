"""Many stored messages at a time, for a search: past the ORM, and mostly past Python.

A row for each message costs more than looking through its body does. So a search for a text gets
the bodies joined to one value, and what is next is read while Python looks at what came before:
SQLite needs no interpreter for that. Where the store is no SQLite, rows are joined here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connections

from queues.models import Dump, Message, bulk
from queues.models.routing import store_database
from queues.search.slices import LONGEST

# SQLite looks at the kernel's pages instead of copying them; it never writes this way.
MAPPED = 2**31 - 2**16
AT_ONCE = 500

SHORT = f"CASE WHEN length(body) <= {LONGEST} THEN body END"
WHERE = "FROM queues_message WHERE dump_id = %s AND ordinal > %s AND ordinal <= %s"
# A NULL is passed over by group_concat, and so is no part of the lines.
JOINED = """SELECT group_concat(ordinal), {bodies} group_concat(ifnull(message_id, '')),
    group_concat(attributes_json, char(10)), group_concat(message_attributes_json, char(10)) """
BODIES = f"""group_concat(length(body)), sum(length(body) > {LONGEST}),
    sum(substr(body, 1, 1) NOT IN (x'7b', x'5b')),
    CAST(group_concat({SHORT}, '') AS BLOB),"""
ROWS = f"SELECT ordinal, message_id, {SHORT}, attributes_json, message_attributes_json "


class What(Enum):
    """What a search reads: bodies to look through, only the lines beside them, or rows."""

    SLICE = JOINED.format(bodies=BODIES) + WHERE
    LINES = JOINED.format(bodies="'', 0, 0, NULL,") + WHERE
    ROWS = ROWS + WHERE + " ORDER BY ordinal"


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
        self._what, self._after, self._last, self._step = what, after, last, step
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
        while self._after < self._last:
            until = min(self._after + self._step, self._last)
            rows = self._coming.result() if self._coming else self._read(self._after, until)
            self._after = until
            self._coming = None
            if self._reader and until < self._last:
                following = min(until + self._step, self._last)
                self._coming = self._reader.submit(self._read, until, following)
            yield until, rows

    def wait(self) -> None:
        if self._coming is not None:
            self._coming.exception()

    def _read(self, after: int, until: int) -> list[Any]:
        given = (self._key, after, until)
        if self._reader is not None:
            statement = self._what.value.replace("%s", "?")
            found: list[Any] = self._connection.connection.execute(statement, given).fetchall()
            return found
        with self._connection.cursor() as cursor:
            cursor.execute(What.ROWS.value, given)
            rows = [_row(columns) for columns in cursor.fetchall()]
        return rows if self._what is What.ROWS else [_joined(rows)]


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


def _joined(rows: Sequence[Columns]) -> tuple[Any, ...]:
    """As SQLite joins them."""
    if not rows:
        return (None,) * 8
    ordinals, ids, bodies, attributes, own = zip(*rows, strict=True)
    return (
        ",".join(map(str, ordinals)),
        ",".join(str(LONGEST + 1 if body is None else len(body)) for body in bodies),
        sum(body is None for body in bodies),
        sum((body or b"")[:1] not in (b"{", b"[") for body in bodies),
        b"".join(body or b"" for body in bodies),
        ",".join(each or "" for each in ids),
        "\n".join(attributes),
        "\n".join(own),
    )
