"""Every decoder, by name, and in the order in which a body is offered to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from queues.decoders import own
from queues.decoders.base import Decoder, Document
from queues.decoders.base64_text import Base64
from queues.decoders.byte_order_mark import ByteOrderMark
from queues.decoders.bzip2_xz import Bzip2, Xz
from queues.decoders.compressed import Gzip, Zlib, Zstd
from queues.decoders.envelopes import ENVELOPES
from queues.decoders.json_string import JsonString
from queues.decoders.msgpack_values import MessagePack
from queues.decoders.own import workshop
from queues.decoders.s3_pointer import S3Address
from queues.decoders.shapes import SHAPES

# Those of bytes and text; a body that is JSON is offered to none of them.
WRAPPERS: tuple[Decoder, ...] = (
    ByteOrderMark(),
    JsonString(),
    Gzip(),
    Zlib(),
    Zstd(),
    Bzip2(),
    Xz(),
    Base64(),
    S3Address(),
)

# MessagePack is only ever read where a queue is told so.
BUILT_IN = (*WRAPPERS, MessagePack(), *ENVELOPES, *SHAPES)
BY_NAME = {each.name: each for each in BUILT_IN}

# Only these give another document than the JSON they stand in.
UNWRAPPING_ENVELOPES = tuple(each for each in ENVELOPES if each.unwraps)


def by_name(name: str) -> Decoder | None:
    own = (each for each in workshop.decoders if each.name == name)
    return BY_NAME.get(name) or next(own, None)


def names() -> list[tuple[str, str]]:
    """(name, label) of all that a queue may be told to use, one's own first."""
    return [(each.name, each.label) for each in (*workshop.decoders, *BUILT_IN)]


def configure(paths: Sequence[str]) -> None:
    """One's own decoders are the classes at these dotted paths. Raises BadDecoder, a sentence."""
    own.configure(paths, taken=("raw", *BY_NAME))


def candidates(document: Document) -> Iterator[Decoder]:
    """Those worth asking, in order. A body that is JSON is its own document: only envelopes."""
    if document.is_json:
        text = document.text or ""
        yield from (each for each in ENVELOPES if all(mark in text for mark in each.marks))
    else:
        yield from workshop.decoders
        yield from WRAPPERS
    yield from SHAPES
