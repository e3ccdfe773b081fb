"""Ordinals of a dump's messages, as short as they can be written: `1-20,35`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

PIECE = 500


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """As few ranges (first, last) as there are: 1 2 3 7 8 are (1, 3), (7, 8)."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        elif not found or number != found[-1][1]:
            found.append((number, number))
    return found


def as_text(ordinals: Iterable[int]) -> str:
    return ",".join(
        str(first) if first == last else f"{first}-{last}" for first, last in runs(ordinals)
    )


def from_text(text: str | Sequence[int]) -> list[int]:
    """In order, each once. A list is what jobs kept that were made by earlier versions."""
    if not isinstance(text, str):
        return sorted(set(text))
    found: list[int] = []
    for part in text.split(",") if text else ():
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def in_pieces(ordinals: Sequence[int]) -> Iterator[Sequence[int]]:
    """No more at once than every database takes in one query."""
    for start in range(0, len(ordinals), PIECE):
        yield ordinals[start : start + PIECE]


def count_in(text: str | Sequence[int]) -> int:
    return len(from_text(text))
