"""Where a text is looked for: in bodies as they are and as they mean, and in attributes' values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from queues.decoders.searched import text_within
from queues.formats.base import Record
from queues.sqs.types import Message

ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def texts_of(message: Record | Message, chain: Sequence[str] | None) -> Iterator[str]:
    """The body's texts: raw, decoded, and JSON's strings as they mean. Then attributes' values, of
    binary ones what is text."""
    yield from body_texts(message.body, chain)
    for attribute in message.message_attributes.values():
        value = attribute.value
        yield value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


def body_texts(raw: str, chain: Sequence[str] | None) -> Iterator[str]:
    yield raw
    within = text_within(raw, chain)
    if within is not None:
        yield within
    document = raw if within is None else within
    if "\\" in document and document.lstrip()[:1] in ("{", "[", '"'):
        yield unescaped(document)


def wholes_of(message: Record | Message) -> tuple[str, ...]:
    """What a text may be, but not only a part of: "42" stands somewhere in every tenth id."""
    return (message.message_id, message.group_id or "", message.deduplication_id or "")


def unescaped(json_text: str) -> str:
    """JSON with its strings' escapes resolved: to be looked through, not to be parsed."""
    text = ESCAPE.sub(_meant, json_text)
    # Halves of a character beyond the first 65,536 become one.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _meant(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return SHORT.get(escape[2], escape[2])
