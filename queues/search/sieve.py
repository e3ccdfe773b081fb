"""Looks through many joined bodies at once for texts: which messages surely have them, and which
might, because their body hides something: an envelope, base64, an escape.

To look at each of those is slow, so it matters that few are: of plain JSON without escapes none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence, Set

from queues.decoders.searched import FIRST_MARKS
from queues.search.slices import Slice
from queues.sqs.types import encode_text

MARKS = tuple(mark.encode("ascii") for mark in FIRST_MARKS)
# Of such a text JSON writes every character as it is; only \\u00xx could stand for one.
SIMPLE = re.compile(r"[ !#-.0-\[\]-~]+")
BACKSLASH, ASCII_ESCAPE = b"\\", b"\\u00"
BINARY = '"type": "Binary'
WHOLES = ("MessageGroupId", "MessageDeduplicationId")


class Sieve:
    """`chain`: how bodies are decoded; where a person said how, any body may hide something."""

    def __init__(self, texts: Sequence[str], chain: Sequence[str] | None) -> None:
        self._texts = texts
        self._told = bool(chain)
        self._raw = chain == ()
        simple = all(SIMPLE.fullmatch(text) for text in texts)
        self._escape = ASCII_ESCAPE if simple else BACKSLASH

    def sift(self, part: Slice, named: Set[int]) -> tuple[list[int], list[int]]:
        """Places of messages in the slice: those whose raw body has all texts, and those that may
        have them otherwise. `named`: ordinals of those whose id one of the texts is."""
        having = [set(part.having(encode_text(text))) for text in self._texts]
        sure = set.intersection(*having)
        hiding = self._hiding(part)
        if named:
            hiding |= {at for at, ordinal in enumerate(part.ordinals) if ordinal in named}
        possible = [
            found | hiding | _beside(part, text)
            for text, found in zip(self._texts, having, strict=True)
        ]
        return sorted(sure), sorted(set.intersection(*possible) - sure)

    def _hiding(self, part: Slice) -> set[int]:
        if self._told:
            return set(range(len(part)))
        found = set(part.long)
        if BACKSLASH in part.bodies:
            found.update(part.having(self._escape))
        if self._raw:
            return found
        for mark in MARKS:
            found.update(part.having(mark))
        if not part.plain:
            starts = [0, *part.ends]
            found.update(
                at
                for at, start in enumerate(starts[:-1])
                if part.bodies[start : start + 1] not in (b"{", b"[")
            )
        return found


def _beside(part: Slice, text: str) -> set[int]:
    """Places where it may stand beside the body: in an attribute, or as the whole of a group or a
    deduplication id."""
    found: set[int] = set()
    escaped = json.dumps(text)
    if part.grouped:
        wholes = [f'"{name}": {escaped}' for name in WHOLES]
        found.update(
            at for at, line in enumerate(part.attributes) if any(each in line for each in wholes)
        )
    if part.owning:
        inside = escaped[1:-1]
        found.update(at for at, line in enumerate(part.own) if inside in line or BINARY in line)
    return found
