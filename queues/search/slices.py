"""Many messages in a few values, to be looked through at once."""

from __future__ import annotations

import ctypes
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any

# Longer bodies are read one by one, so that thousands of them cannot fill the memory.
LONGEST = 64 * 1024


class Slice:
    """`bodies`: one after the other, those longer than LONGEST left out. `plain`: all of them begin
    as JSON objects do. `owning`: some message has attributes of its own. `grouped`: some may have a
    group or a deduplication id. `beside`: reads ordinals and the bodies' lengths, and for each
    message a line of SQS's attributes and one of its own as JSON; only where somebody asks."""

    def __init__(self, columns: Sequence[Any], beside: Callable[[], Sequence[Any]]) -> None:
        self._count, long, others, owning, grouped, bodies = columns
        self._any_long = bool(long)
        self.plain, self.owning, self.grouped = not others, bool(owning), bool(grouped)
        self.bodies: bytes = bodies or b""
        self._read_beside = beside

    def __len__(self) -> int:
        return int(self._count)

    @cached_property
    def _beside(self) -> Sequence[Any]:
        return self._read_beside()

    @cached_property
    def ordinals(self) -> list[int]:
        return numbers(self._beside[0] or "")

    @cached_property
    def _sizes(self) -> list[int]:
        return numbers(self._beside[1] or "")

    @cached_property
    def attributes(self) -> list[str]:
        return (self._beside[2] or "").split("\n")

    @cached_property
    def own(self) -> list[str]:
        return (self._beside[3] or "").split("\n")

    @cached_property
    def ends(self) -> list[int]:
        """Where each body ends."""
        return list(accumulate([size if size <= LONGEST else 0 for size in self._sizes]))

    @cached_property
    def long(self) -> list[int]:
        """Places of those that are left out."""
        sizes = self._sizes if self._any_long else ()
        return [at for at, size in enumerate(sizes) if size > LONGEST]

    def having(self, sought: bytes) -> list[int]:
        """Places of bodies in which it stands, in order."""
        if not stands_in(sought, self.bodies):
            return []
        bodies, found = self.bodies, []
        ends = self.ends
        at = bodies.find(sought)
        while at >= 0:
            place = bisect_right(ends, at)
            if at + len(sought) <= ends[place]:
                found.append(place)
                at = bodies.find(sought, ends[place])
            else:  # half of it stands in the next one
                at = bodies.find(sought, at + 1)
        return found


def numbers(text: str) -> list[int]:
    return list(map(int, text.split(","))) if text else []


def _finder() -> Callable[[bytes, bytes], bool]:
    """The C library's search is two to three times as fast as Python's on large values, and lets
    other threads go on meanwhile; where there is none, Python's will do."""
    try:
        memmem = ctypes.CDLL(None).memmem
    except (OSError, AttributeError, TypeError):
        return lambda sought, bodies: sought in bodies
    memmem.restype = ctypes.c_void_p
    memmem.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]

    def stands_in(sought: bytes, bodies: bytes) -> bool:
        if len(sought) == 1:  # which Python leaves to the C library, too
            return sought in bodies
        return memmem(bodies, len(bodies), sought, len(sought)) is not None

    return stands_in


stands_in = _finder()
