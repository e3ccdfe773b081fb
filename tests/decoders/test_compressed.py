"""What is compressed is unpacked, as far as it goes and no further than the limits."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Callable

import pytest
import zstandard

from queues.decoders import Shape, read
from queues.decoders.budget import OUTPUT
from tests.decoders.packing import b64

ORDER = json.dumps({"order": 17, "lines": [{"sku": f"LMP-{number}"} for number in range(500)]})
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zstd": zstandard.compress,
}
each = pytest.mark.parametrize("name", PACK)


def zstd_stream(data: bytes, window_log: int) -> bytes:
    """As a producer that does not know the length writes it."""
    parameters = zstandard.ZstdCompressionParameters(window_log=window_log)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return bytes(stream.compress(data) + stream.flush())


@each
def test_json_in_it_in_base64_is_found_with_the_way_there(name: str) -> None:
    reading = read(b64(PACK[name](ORDER.encode())))
    assert reading.trail == ["base64", name, "JSON"]
    assert reading.text == ORDER
    assert [layer.size for layer in reading.layers][1:] == [len(ORDER)] * 2
    assert reading.problems == ()


@each
def test_one_in_another_is_found_too(name: str) -> None:
    reading = read(b64(gzip.compress(PACK[name](b64(ORDER).encode()))))
    assert reading.trail == ["base64", "gzip", name, "base64", "JSON"]
    assert reading.text == ORDER


@each
def test_what_ends_early_is_shown_up_to_there(name: str) -> None:
    # Noise, so that there are several blocks of it.
    whole = b"".join(b"%s\n" % os.urandom(500).hex().encode() for _ in range(600))
    packed = PACK[name](whole)
    reading = read(b64(packed[: len(packed) * 3 // 4]))
    assert reading.trail[:2] == ["base64", name]
    assert whole.startswith(reading.bytes)
    assert 0 < len(reading.bytes) < len(whole)
    assert reading.problems == (f"{name}: the data ends early; what came until then is shown.",)


@each
def test_what_is_damaged_is_shown_as_far_as_it_goes_with_a_warning(name: str) -> None:
    pack = zstandard.ZstdCompressor(write_checksum=True).compress if name == "zstd" else PACK[name]
    packed = bytearray(pack(os.urandom(400_000)))
    packed[300_000:300_500] = bytes(500)
    reading = read(b64(bytes(packed)))
    assert reading.trail[:2] == ["base64", name]
    assert len(reading.bytes) >= 200_000
    assert reading.problems == (
        f"{name}: the data is damaged; what could be unpacked is shown, and may be wrong.",
    )


@each
def test_a_bomb_ends_at_five_mebibytes_and_says_so(name: str) -> None:
    reading = read(b64(PACK[name](b"0" * (64 * 1024 * 1024))))
    assert OUTPUT - 200_000 < len(reading.bytes) <= OUTPUT
    assert reading.problems == (
        f"{name}: It would become more than 5 MiB. What came until then is shown.",
    )


def test_bombs_in_bombs_pay_from_the_same_purse() -> None:
    bomb = b"0" * (256 * 1024 * 1024)
    for _ in range(5):
        bomb = gzip.compress(bomb)
    reading = read(b64(bomb))
    assert sum(layer.size for layer in reading.layers[:-1]) <= OUTPUT
    assert "more than 5 MiB" in reading.problems[0]


def test_members_of_a_gzip_file_follow_one_another() -> None:
    reading = read(b64(gzip.compress(b'{"a":') + gzip.compress(b"1}")))
    assert reading.text == '{"a":1}'


def test_what_follows_the_end_is_named() -> None:
    reading = read(b64(gzip.compress(ORDER.encode()) + b"and more"))
    assert reading.text == ORDER
    assert reading.problems == ("gzip: more data follows the end; it is not shown.",)


def test_a_zstd_stream_without_a_length_is_read() -> None:
    assert read(b64(zstd_stream(ORDER.encode(), 20))).text == ORDER


def test_a_zstd_frame_that_asks_for_much_memory_is_not_unpacked() -> None:
    reading = read(b64(zstd_stream(ORDER.encode(), 27)))
    assert (reading.trail, reading.shape) == (["base64", "Binary"], Shape.BINARY)
    assert reading.problems == (
        "zstd: Nothing can be unpacked: unpacking it needs more than 8 MiB of memory.",
    )


def test_a_zstd_frame_that_needs_a_dictionary_says_so() -> None:
    numbers = (number * 7919 % 9973 for number in range(3000))
    samples: list[bytes | bytearray | memoryview] = [b"order %d" % number for number in numbers]
    dictionary = zstandard.train_dictionary(4000, samples)
    packed = zstandard.ZstdCompressor(dict_data=dictionary).compress(samples[0])
    assert read(b64(packed)).problems == (
        "zstd: Nothing can be unpacked: it was made with a dictionary, which is not here.",
    )


@each
def test_a_queue_that_says_so_hears_why_it_is_not(name: str) -> None:
    assert read("hello", [name]).problems == (
        f"{name}: This is text, and {name} is made of bytes.",
    )
    assert (
        read(b64("hello there"), ["base64", name])
        .problems[0]
        .startswith(f"{name}: This is no {name}: ")
    )
