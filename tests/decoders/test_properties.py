"""Whatever is in a body, it can be read: in time, in bounds, and the raw body stays."""

from __future__ import annotations

import gzip
import json
import pickle
import time
import zlib
from collections.abc import Callable

import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from queues.decoders import Reading, names, read
from queues.decoders.budget import OUTPUT
from queues.decoders.lines import MOST_LINES
from tests.decoders.packing import b64

WRAPPERS: list[Callable[[bytes], bytes]] = [
    lambda data: b64(data).encode(),
    gzip.compress,
    zlib.compress,
    zstandard.compress,
    lambda data: json.dumps(data.decode("latin-1")).encode(),
    lambda data: data[: len(data) * 2 // 3],
    lambda data: data + b"\x00",
    lambda data: b"<?xml version='1.0'?><a>" + data + b"</a>",
    lambda data: b"Subject: a\nTo: b\n\n" + data,
    lambda data: b'{"Type":"Notification","TopicArn":"a","Message":' + data + b"}",
    lambda data: pickle.dumps(data, 4),
]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
ANY_BYTES = st.binary(max_size=300) | ANY_TEXT.map(lambda text: text.encode("utf-8", "replace"))
CHAINS = st.none() | st.lists(st.sampled_from([name for name, _ in names()]), max_size=4)


def looked_at(reading: Reading) -> None:
    """All that a page asks of it."""
    lines = reading.pretty or []
    assert len(lines) <= MOST_LINES
    for line in lines:
        assert isinstance(line.value_text + line.path + line.indent, str)
        assert line.opens == 0 or line.number < line.opens <= len(lines)
    assert reading.trail
    assert len(reading.bytes) <= max(OUTPUT, 4 * len(reading.raw))
    assert reading.hex(0, 64) is not None
    sentences = [*reading.problems, *reading.notes, reading.pretty_note]
    assert not any("reading it failed" in sentence for sentence in sentences), sentences


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT, CHAINS)
@example("\x00", None)
@example("\ud800", None)
@example('"\ud800"', ["json-string"])
@example("{" * 2000 + "}" * 2000, None)
def test_any_text_can_be_read(body: str, chain: list[str] | None) -> None:
    begun = time.thread_time()
    reading = read(body, chain)
    looked_at(reading)
    assert time.thread_time() - begun < 2.5
    assert reading.raw == body


@settings(max_examples=250, deadline=None)
@given(ANY_BYTES, st.lists(st.sampled_from(range(len(WRAPPERS))), max_size=5), CHAINS)
def test_any_bytes_in_any_wrappers_can_be_read(
    data: bytes, wrappers: list[int], chain: list[str] | None
) -> None:
    for number in wrappers:
        data = WRAPPERS[number](data)
    body = b64(data)
    reading = read(body, None if chain is None else ["base64", *chain])
    looked_at(reading)
    assert reading.raw == body


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=200), st.lists(st.sampled_from([0, 1, 2, 3]), max_size=6))
def test_what_was_wrapped_comes_out_as_it_went_in(text: str, wrappers: list[int]) -> None:
    document = json.dumps({"text": text})
    data = document.encode()
    for number in wrappers:
        data = WRAPPERS[number](data)
    reading = read(b64(data))
    assert reading.text == document
    assert len(reading.trail) == len(wrappers) + 2
