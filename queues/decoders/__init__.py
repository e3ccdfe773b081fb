"""A message's body: what it is, for people to read. Pure, bounded, never evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from queues.decoders.json_text import MOST_CHARACTERS, Line, lay_out


@dataclass(frozen=True)
class Body:
    raw: str

    @cached_property
    def lines(self) -> list[Line] | None:
        return lay_out(self.raw)

    @property
    def kind(self) -> str:
        if self.lines is not None:
            return "JSON"
        return "Text, too long to lay out" if len(self.raw) > MOST_CHARACTERS else "Text"

    @property
    def visible(self) -> str:
        return visible(self.raw)


def visible(text: str) -> str:
    """Text as a page can carry it: controls, lone surrogates and marks that reorder a line become
    escapes, so that what one sees is what there is."""
    return "".join(
        character if character.isprintable() or character in "\n\t" else _escape(character)
        for character in text
    )


def _escape(character: str) -> str:
    if character.isspace() and character not in "\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029":
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
