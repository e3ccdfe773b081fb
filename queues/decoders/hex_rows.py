"""Bytes, sixteen a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 16


@dataclass(frozen=True, slots=True)
class HexRow:
    """`00000010`, `7b 22 6f …`, `{"o…`: what is no printable ASCII is a dot."""

    offset: str
    hex: str
    ascii: str


def hex_rows(data: bytes, offset: int, length: int) -> Iterator[HexRow]:
    """The rows that hold the `length` bytes from `offset` on."""
    start = max(0, offset) // WIDTH * WIDTH
    for at in range(start, min(len(data), max(0, offset) + max(0, length)), WIDTH):
        row = data[at : at + WIDTH]
        seen = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        yield HexRow(f"{at:08x}", row.hex(" "), seen)
