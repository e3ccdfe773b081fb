"""The rows of a list of stored messages: what each is called, what it holds, the chosen values.

Only the bodies a page shows are read, and those within bounds: the row of a body that is too large
shows how it begins, and says so.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from queues.decoders import Reading, read, visible
from queues.formats import Record
from queues.models import Dump, Message
from queues.search.paths import Path
from queues.search.query import Query
from queues.views.cells import Cell, cells_of, document_of

# A page of a hundred has to be there at once: bodies up to this size are read for their rows…
LARGEST_BYTES = 64_000
# … in all no more than these, and no longer than this.
MOST_BYTES = 2_000_000
MOST_SECONDS = 0.3
PREVIEW_CHARACTERS = 300
# So much stands before a text that was sought, so that one sees where it stands.
BEFORE_HIT = 24
TITLE_CHARACTERS = 120


@dataclass(frozen=True)
class Preview:
    before: str
    hit: str = ""
    after: str = ""


@dataclass
class Row:
    """`title`: what the decoders call it, if they do. `kind`: how it was read; `note`: what was
    not. `reading` None: it was not read."""

    message: Message
    seen: Record
    preview: Preview
    title: str = ""
    kind: str = ""
    decoded: bool = False
    note: str = ""
    reading: Reading | None = field(default=None, repr=False)
    cells: list[Cell] = field(default_factory=list)

    @cached_property
    def document(self) -> dict[str, Any] | None:
        """For columns; None where it was not read."""
        return document_of(self.reading, self.message) if self.reading else None


def rows_of(
    dump: Dump,
    messages: Sequence[Message],
    chain: Sequence[str] | None,
    query: Query,
    columns: Sequence[Path] = (),
) -> list[Row]:
    """`messages`: as Dump.rows() gives them, without their bodies."""
    bodies = bodies_of(dump, messages)
    end = time.monotonic() + MOST_SECONDS
    rows = []
    for message in messages:
        body = bodies.get(message.ordinal)
        if body is None:
            rows.append(unread(message, "It is too large to be decoded in a list; open it."))
        elif time.monotonic() > end:
            rows.append(unread(message, "Decoding this list takes too long; open the message."))
        else:
            rows.append(read_row(message, body, chain, query))
    for row in rows:
        row.cells = cells_of(columns, row.document) if columns else []
    return rows


def bodies_of(dump: Dump, messages: Iterable[Message]) -> dict[int, bytes]:
    chosen, total = [], 0
    for message in messages:
        length: int = message.length  # type: ignore[attr-defined]
        if length <= LARGEST_BYTES and total + length <= MOST_BYTES:
            total += length
            chosen.append(message.ordinal)
    found = dump.messages.filter(ordinal__in=chosen).values_list("ordinal", "body")
    return {ordinal: bytes(body) for ordinal, body in found}


def unread(message: Message, why: str) -> Row:
    head: bytes = bytes(message.head)  # type: ignore[attr-defined]
    text = one_line(head.decode("utf-8", "ignore"))
    return Row(message, message.facts, Preview(text), kind="not decoded here", note=why)


def read_row(message: Message, body: bytes, chain: Sequence[str] | None, query: Query) -> Row:
    raw = body.decode("utf-8", "surrogatepass")
    reading = read(raw, chain)
    text = reading.text
    shown = raw if text is None else text
    return Row(
        message,
        message.facts,
        preview_of(shown, query),
        title=one_line(reading.title)[:TITLE_CHARACTERS],
        kind=kind_of(reading),
        decoded=shown != raw,
        note=reading.problems[0] if reading.problems else "",
        reading=reading,
    )


def kind_of(reading: Reading) -> str:
    """The steps that led to what is shown; plain JSON, which most is, goes without saying."""
    trail = [layer.label for layer in reading.layers]
    return "" if trail == ["JSON"] else " › ".join(trail[-3:]) or "Text"


def preview_of(text: str, query: Query) -> Preview:
    at, length = place_of(text, query)
    if at < 0:
        return Preview(one_line(text[: PREVIEW_CHARACTERS * 2])[:PREVIEW_CHARACTERS])
    start = max(0, at - BEFORE_HIT)
    before = one_line(text[start:at], ends=False)
    after = one_line(text[at + length :][: PREVIEW_CHARACTERS * 2], ends=False)
    return Preview(
        ("…" if start else "") + before, visible(text[at : at + length]), after[:PREVIEW_CHARACTERS]
    )


def place_of(text: str, query: Query) -> tuple[int, int]:
    """Where the first text that was sought stands; -1: nowhere, it is in an attribute."""
    for sought in query.texts:
        if query.ignore_case:
            folded = text.lower()
            # Some letters change their length: then the place is not known exactly.
            at = folded.find(sought.lower()) if len(folded) == len(text) else -1
        else:
            at = text.find(sought)
        if at >= 0:
            return at, len(sought)
    return -1, 0


def one_line(text: str, *, ends: bool = True) -> str:
    """White space of any kind as one space; `ends`: none at its ends."""
    joined = " ".join(text.split())
    if not ends and text[:1].isspace():
        joined = f" {joined}"
    if not ends and text[-1:].isspace():
        joined = f"{joined} "
    return visible(joined)
