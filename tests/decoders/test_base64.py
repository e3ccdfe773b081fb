"""base64 is undone where what comes out is plausible, and nowhere else."""

from __future__ import annotations

import base64

import pytest

from queues.decoders import Shape, read
from tests.decoders.packing import b64

ORDER = '{"order": 17, "total": 12.50}'


@pytest.mark.parametrize(
    "word",
    [
        "cGFy",
        "data",
        "test",
        "TRUE",
        "order123",
        "key=",
        "ORD-2291847",
        "hello",
        "1234567890123456",
        "abcdefghijklmnop",
        "d41d8cd98f00b204e9800998ecf8427e",
        "b1946ac92f7e4c0b8d3e6e0e5c1f7a42",
        "AKIAIOSFODNN7EXAMPLE",
        "YWJjZGVm",
        "eF4A8DzrJ1G4valH",
        "arn/aws/sqs/eu",
        b64(bytes(range(256))),
    ],
)
def test_a_word_that_happens_to_be_base64_stays_as_it_is(word: str) -> None:
    reading = read(word)
    assert (reading.trail, reading.text, reading.unwrapped) == (["Text"], word, False)


@pytest.mark.parametrize(
    "body",
    [
        b64(ORDER),
        b64(ORDER).rstrip("="),
        base64.encodebytes((ORDER + " " * 100).encode()).decode(),
        "\r\n".join([b64(ORDER)[:20], b64(ORDER)[20:]]),
        b64(ORDER) + "\n",
    ],
    ids=["as boto 2", "without padding", "in lines", "in CRLF lines", "line end"],
)
def test_json_in_base64_is_found_however_it_was_written_down(body: str) -> None:
    reading = read(body)
    assert reading.trail == ["base64", "JSON"]
    assert (reading.text or "").strip() == ORDER
    assert reading.raw == body
    assert reading.notes == []


@pytest.mark.parametrize(
    "text", ["hello", "hello world", "Größe: 17 €", "你好世界，你好", "a\nb\nc\nd"]
)
def test_text_as_boto_2_wrapped_it_is_read_and_that_is_called_a_guess(text: str) -> None:
    reading = read(b64(text))
    assert (reading.trail, reading.text) == (["base64", "Text"], text)
    assert "The raw body may be what was meant." in reading.notes[0]


def test_an_image_in_base64_is_binary_and_named() -> None:
    reading = read(b64(b"\x89PNG\r\n\x1a\n" + bytes(range(200))))
    assert (reading.trail, reading.shape, reading.text) == (
        ["base64", "Binary"],
        Shape.BINARY,
        None,
    )
    assert reading.notes == ["Binary: It begins like a PNG image."]


def test_a_queue_that_says_base64_gets_it_undone_even_where_it_looks_like_chance() -> None:
    assert read("cGFy", ["base64"]).text == "par"
    assert read(b64(b"\x00\x01\x02\xff"), ["base64"]).shape is Shape.BINARY


@pytest.mark.parametrize("body", ["hello there", "aGVsbG8*", "abcde", "héllo wörld", ORDER])
def test_what_is_no_base64_says_so_and_is_shown_as_it_is(body: str) -> None:
    reading = read(body, ["base64"])
    assert reading.text == body
    assert reading.problems == (
        "base64: This is no base64: it has other characters, or some are missing.",
    )


def test_the_alphabet_for_urls_is_known_too() -> None:
    document = '{"asked": "???>>>", "by": "ÿÿÿ"}'
    body = base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")
    assert {"-", "_"} <= set(body)
    assert read(body).text == document
