"""A message's attributes as a page shows them: short ones at once, long ones in place, as far as a
page can bear."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from queues.decoders import visible
from queues.decoders.hex_rows import HexRow, hex_rows
from queues.formats import Record
from queues.sqs.types import MessageAttribute
from queues.templatetags.words import plural

SHORT_CHARACTERS = 240
SHORT_BYTES = 48
# Of a longer one, before it is opened; a multiple of 3, for base64.
BEGINNING = 48
MOST_CHARACTERS = 64 * 1024
MOST_BYTES = 2_048


@dataclass(frozen=True)
class Value:
    """A message attribute. `number`: its place among them, from 1; names may be anything."""

    number: int
    name: str
    attribute: MessageAttribute

    @property
    def binary(self) -> bool:
        return isinstance(self.attribute.value, bytes)

    @property
    def length(self) -> int:
        """Bytes of a binary value, characters of another."""
        return len(self.attribute.value)

    @property
    def length_told(self) -> str:
        unit = "byte" if self.binary else "character"
        base64 = ", in base64" if self.binary and self.short else ""
        return f"{self.length:,} {plural(unit, self.length)}{base64}"

    @property
    def short(self) -> bool:
        return self.length <= (SHORT_BYTES if self.binary else SHORT_CHARACTERS)

    @property
    def beginning(self) -> str:
        value = self.attribute.value
        if isinstance(value, bytes):
            return b64encode(value[:BEGINNING]).decode("ascii")
        return visible(" ".join(value[:BEGINNING].split()))

    @property
    def text(self) -> str:
        """All of it, or as much as is shown; binary in base64, as forms and files have it."""
        value = self.attribute.value
        if isinstance(value, bytes):
            return b64encode(value[:MOST_BYTES]).decode("ascii")
        return visible(value[:MOST_CHARACTERS])

    @property
    def hex_rows(self) -> list[HexRow]:
        value = self.attribute.value
        return list(hex_rows(value, 0, MOST_BYTES)) if isinstance(value, bytes) else []

    @property
    def bound(self) -> str:
        """What of it is shown, if that is not all."""
        most, unit = (MOST_BYTES, "bytes") if self.binary else (MOST_CHARACTERS, "characters")
        if self.length <= most:
            return ""
        return f"Shown: the first {most:,} of {self.length:,} {unit}."


def values_of(seen: Record) -> list[Value]:
    return [
        Value(number, name, attribute)
        for number, (name, attribute) in enumerate(seen.message_attributes.items(), start=1)
    ]
