"""A body as a page shows it: laid out, as raw text, or as hex; never more than a page can bear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from queues.decoders import Line, Reading, Shape, visible
from queues.decoders.hex_rows import HexRow
from queues.formats.readable import json_escape

VIEWS = {"pretty": "Pretty", "raw": "Raw", "hex": "Hex"}

MOST_LINES = 5_000
MOST_CHARACTERS = 256 * 1024
HEX_BYTES = 4_096
# Deeper lines are not moved further to the right: there is no room.
DEEPEST_INDENT = 40

_NOT_SEEN = re.compile(r"[^ -~]")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the page. `tokens`: class and text of each. `opens`: the number of the line that
    closes it, 0 if it opens nothing or its end is not shown. `cut`: its end is left out."""

    number: int
    depth: int
    tokens: list[tuple[str, str]]
    path: str
    opens: int
    cut: bool = False

    @property
    def indent(self) -> str:
        return "  " * min(self.depth, DEEPEST_INDENT)


@dataclass(frozen=True)
class BodyView:
    """`offset`: the byte at which hex begins."""

    reading: Reading
    asked: str
    offset: int = 0

    @cached_property
    def shows(self) -> str:
        """lines, text or hex."""
        if self.asked == "raw":
            return "text"
        if self.asked == "pretty" and self.reading.pretty:
            return "lines"
        return "text" if self.asked == "pretty" and self.reading.text is not None else "hex"

    @property
    def part(self) -> str:
        """What its copy button copies; empty where there is no text to copy."""
        if self.shows == "hex" and self.reading.text is None:
            return ""
        return {"lines": "pretty", "hex": "decoded"}.get(
            self.shows, "raw" if self.is_raw else "decoded"
        )

    @property
    def is_raw(self) -> bool:
        """Is the text that is shown the body as SQS gave it?"""
        return self.asked == "raw" or self.reading.text == self.reading.raw

    @property
    def notes(self) -> list[str]:
        """What is to be known of this view, in sentences."""
        found = [self.reading.pretty_note] if self.asked == "pretty" else []
        if self.asked == "pretty" and self.shows == "hex":
            found.append("This is binary data, shown as hex.")
        if self.asked == "hex" and self.reading.unwrapped:
            found.append("The bytes of what was decoded, not of the raw body.")
        return [note for note in found if note]

    @cached_property
    def rows(self) -> list[Row]:
        return list(_rows(self.reading.pretty or [], self.reading.shape))

    @cached_property
    def _whole_text(self) -> str:
        return self.reading.raw if self.asked == "raw" else self.reading.text or ""

    @property
    def text(self) -> str:
        return visible(self._whole_text[:MOST_CHARACTERS])

    @cached_property
    def hex_rows(self) -> list[HexRow]:
        return self.reading.hex(self.start, HEX_BYTES)

    @property
    def start(self) -> int:
        """Where hex begins: a whole page of it, and never behind the last byte."""
        last = max(0, len(self.reading.bytes) - 1)
        return min(self.offset, last) // HEX_BYTES * HEX_BYTES

    @property
    def next_offset(self) -> int | None:
        after = self.start + HEX_BYTES
        return after if self.shows == "hex" and after < len(self.reading.bytes) else None

    @property
    def previous_offset(self) -> int | None:
        return self.start - HEX_BYTES if self.shows == "hex" and self.start else None

    @property
    def bound(self) -> str:
        """What of it is shown, if that is not all."""
        if self.shows == "text":
            whole = len(self._whole_text)
            return (
                f"Shown: the first {MOST_CHARACTERS:,} of {whole:,} characters."
                if whole > MOST_CHARACTERS
                else ""
            )
        if self.shows == "hex":
            whole, end = len(self.reading.bytes), self.start + HEX_BYTES
            return (
                f"Shown: bytes {self.start + 1:,} to {min(end, whole):,} of {whole:,}."
                if whole > HEX_BYTES
                else ""
            )
        return self._bound_of_lines()

    def _bound_of_lines(self) -> str:
        shown, whole = len(self.rows), len(self.reading.pretty or [])
        cut = bool(self.rows) and self.rows[-1].cut
        said = f"Shown: the first {shown:,} of {whole:,} lines." if shown < whole else ""
        if cut:
            said += f" Line {shown:,} is too long for this page; its end is left out."
        return said.strip()


def _rows(lines: list[Line], shape: Shape) -> Iterator[Row]:
    """As many as fit; the line that does not is cut, and is the last."""
    last = _last(lines)
    room = MOST_CHARACTERS
    for line in lines[:last]:
        tokens = []
        for token in line.tokens:
            text = token.text[:room]
            room -= len(text)
            tokens.append((token.style, _seen(text, shape)))
        cut = room == 0
        opens = line.opens if line.opens <= last else 0
        yield Row(line.number, line.depth, tokens, line.path, opens, cut)


def _last(lines: list[Line]) -> int:
    """How many lines are shown."""
    room = MOST_CHARACTERS
    for at, line in enumerate(lines[:MOST_LINES], start=1):
        room -= sum(len(token.text) for token in line.tokens)
        if room <= 0:
            return at
    return min(len(lines), MOST_LINES)


def _seen(text: str, shape: Shape) -> str:
    """In JSON what cannot be seen becomes JSON's own escape: what is copied has the same value."""
    if shape is not Shape.JSON:
        return visible(text)
    return _NOT_SEEN.sub(lambda found: _escaped(found.group()), text)


def _escaped(character: str) -> str:
    return character if character.isprintable() else json_escape(character)
