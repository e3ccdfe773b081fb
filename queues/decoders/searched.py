"""What a search looks at, without what only people need. Most bodies are plain JSON: a look at the
first character and for the marks of envelopes is all they cost."""

from __future__ import annotations

from collections.abc import Sequence

from queues.decoders.base import Shape
from queues.decoders.reading import read
from queues.decoders.registry import UNWRAPPING_ENVELOPES

# The first mark of each envelope: where none stands, there is no envelope.
FIRST_MARKS = tuple(dict.fromkeys(each.marks[0] for each in UNWRAPPING_ENVELOPES if each.marks))


def json_text(raw: str, chain: Sequence[str] | None = None) -> tuple[str | None, str | None]:
    """The JSON text of the decoded document, or None if it is no JSON, and of the envelope it stood
    in, or None. A plain body is not parsed: what begins as JSON is given as it is."""
    if chain is None and raw[:1] in ("{", "["):
        for mark in FIRST_MARKS:
            if mark in raw:
                break
        else:
            return raw, None
    reading = read(raw, chain)
    is_json = reading.shape is Shape.JSON
    return (reading.text if is_json else None), reading.envelope


def text_within(raw: str, chain: Sequence[str] | None = None) -> str | None:
    """The decoded text, if it is another than the raw body; None if it is not, or is binary."""
    if chain is None and raw[:1] in ("{", "[") and not any(mark in raw for mark in FIRST_MARKS):
        return None
    reading = read(raw, chain)
    return reading.text if reading.unwrapped else None
