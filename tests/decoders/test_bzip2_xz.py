"""bzip2 and xz in base64, whole, cut off, damaged, and as bombs."""

from __future__ import annotations

import bz2
import lzma
from collections.abc import Callable

import pytest

from queues import decoders
from tests.corpus.case import packed

TEXT = b'{"order": 17, "lines": [1, 2, 3]}'
PACKERS: dict[str, Callable[[bytes], bytes]] = {"bzip2": bz2.compress, "xz": lzma.compress}
every = pytest.mark.parametrize("name", PACKERS)


@every
def test_it_is_unpacked(name: str) -> None:
    reading = decoders.read(packed(PACKERS[name](TEXT)))
    assert reading.trail == ["base64", name, "JSON"]
    assert reading.data == TEXT
    assert reading.problems == ()


@every
def test_what_is_cut_off_says_so(name: str) -> None:
    long = bytes(range(256)) * 2_000
    whole = PACKERS[name](long)
    reading = decoders.read(packed(whole[:-8]))
    assert reading.trail[:2] == ["base64", name]
    assert "ends early" in reading.problems[0]
    assert long.startswith(reading.bytes)


@every
def test_what_is_damaged_says_so(name: str) -> None:
    whole = PACKERS[name](bytes(range(256)) * 2_000)
    broken = whole[: len(whole) // 2] + b"\xff" * 16 + whole[len(whole) // 2 + 16 :]
    problems = decoders.read(packed(broken)).problems
    assert any("damaged" in problem for problem in problems)


@every
def test_streams_one_after_another_are_one_document(name: str) -> None:
    pack = PACKERS[name]
    reading = decoders.read(packed(pack(TEXT[:9]) + pack(TEXT[9:])))
    assert reading.trail == ["base64", name, "JSON"]
    assert reading.data == TEXT
    assert reading.problems == ()


@every
def test_what_follows_the_last_stream_is_told(name: str) -> None:
    reading = decoders.read(packed(PACKERS[name](TEXT) + b"something else, and more of it"))
    assert reading.data == TEXT
    assert reading.problems == (f"{name}: more data follows the end; it is not shown.",)


@every
def test_a_bomb_ends_at_the_limit(name: str) -> None:
    reading = decoders.read(packed(PACKERS[name](b" " * 6 * 1024 * 1024)))
    assert len(reading.bytes) <= 5 * 1024 * 1024
    assert "more than 5 MiB" in reading.problems[0]


def test_a_stream_that_wants_gigabytes_of_memory_gets_none() -> None:
    modest = lzma.compress(TEXT, format=lzma.FORMAT_ALONE)
    assert decoders.read(packed(modest), ["base64", "xz"]).data == TEXT
    greedy = modest[:1] + (1536 * 1024 * 1024).to_bytes(4, "little") + modest[5:]
    reading = decoders.read(packed(greedy), ["base64", "xz"])
    assert reading.data == greedy
    assert "more than 80 MiB of memory" in reading.problems[0]


def test_a_text_that_begins_like_it_is_text() -> None:
    assert decoders.read("BZh is how bzip2 begins").trail == ["Text"]
