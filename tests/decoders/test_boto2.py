"""Bodies as boto 2 wrote them: base64 around text, around JSON, around headers, around bytes."""

from __future__ import annotations

import json

import pytest

from queues import decoders
from tests.corpus.others import body_of


def test_a_message_of_text_is_unpacked_and_that_it_is_a_guess_is_said() -> None:
    reading = decoders.read(body_of("boto2-message-text"))
    assert reading.text == "charge order 17, 12.50 €\n"
    assert any("base64" in note for note in reading.notes)
    assert reading.raw == body_of("boto2-message-text")


@pytest.mark.parametrize("name", ["boto2-message-json", "boto2-json"])
def test_json_in_base64_is_the_document(name: str) -> None:
    reading = decoders.read(body_of(name))
    assert reading.shape is decoders.Shape.JSON
    assert json.loads(reading.text or "")["order"] == 17


@pytest.mark.parametrize("name", ["boto2-message-short", "boto2-raw"])
def test_a_word_that_is_base64_too_stays_a_word(name: str) -> None:
    assert decoders.read(body_of(name)).text == "cGFy"


def test_a_queue_that_is_told_reads_the_word_as_well() -> None:
    assert decoders.read(body_of("boto2-message-short"), ["base64"]).text == "par"


@pytest.mark.parametrize("name", ["boto2-headers", "boto2-encoded-headers"])
def test_headers_are_read_as_headers(name: str) -> None:
    reading = decoders.read(body_of(name))
    assert reading.shape is decoders.Shape.MAIL
    assert reading.pretty is not None
    drawn = "\n".join("".join(token.text for token in line.tokens) for line in reading.pretty)
    assert "OriginalFileName" in drawn
    assert "photo.jpg" in drawn


def test_bytes_in_base64_are_hex_once_a_queue_is_told_so() -> None:
    reading = decoders.read(body_of("boto2-message-binary"), ["base64"])
    assert reading.shape is decoders.Shape.BINARY
    assert reading.data == bytes(range(256))
