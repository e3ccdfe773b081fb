"""A body is read from the outside in, and the way there is kept."""

from __future__ import annotations

import gzip
import json
import time

import pytest

from queues.decoders import Shape, json_text, names, read
from queues.decoders.base import Decoder, Document, Step
from queues.decoders.budget import Budget
from tests.decoders.packing import b64

ORDER = '{"order": 17, "total": 12.50, "order": 18}'
TOPIC = "arn:aws:sns:eu-west-1:123456789012:orders"


def sns(message: str, **more: str) -> str:
    return json.dumps({"Type": "Notification", "TopicArn": TOPIC, "Message": message, **more})


def test_a_body_that_is_json_is_its_own_document() -> None:
    reading = read(ORDER)
    assert (reading.trail, reading.shape, reading.text) == (["JSON"], Shape.JSON, ORDER)
    assert (reading.unwrapped, reading.envelope, reading.problems) == (False, None, ())


def test_wrappers_are_followed_to_what_is_inside_and_the_trail_tells_them() -> None:
    body = sns(b64(gzip.compress(b64(ORDER).encode())), Subject="Paid")
    reading = read(body)
    assert reading.trail == ["SNS notification", "base64", "gzip", "base64", "JSON"]
    assert reading.text == ORDER
    assert reading.raw == body
    assert reading.title == "Paid"


def test_the_envelope_is_the_outermost_json_around_the_document() -> None:
    inner = sns(ORDER)
    outer = sns(inner)
    assert read(outer).envelope == outer
    assert read(b64(outer)).envelope == outer
    assert read(b64(ORDER)).envelope is None


def test_json_that_was_encoded_twice_is_unwrapped() -> None:
    reading = read(json.dumps(ORDER))
    assert (reading.trail, reading.text) == (["JSON string", "JSON"], ORDER)
    assert read('"just a string"').trail == ["Text"]
    assert read(json.dumps(b64(ORDER))).trail == ["JSON string", "base64", "JSON"]
    assert read('"just a string"', ["json-string"]).text == "just a string"


@pytest.mark.parametrize("chain", [(), ("raw",), ["raw"]])
def test_a_queue_that_wants_its_bodies_raw_gets_them_raw(chain: list[str]) -> None:
    body = b64(ORDER)
    reading = read(body, chain)
    assert (reading.trail, reading.text, reading.pretty) == (["Text"], body, None)


def test_a_queue_that_names_its_decoders_gets_those_and_no_more() -> None:
    body = b64(gzip.compress(b64(ORDER).encode()))
    reading = read(body, ["base64", "gzip"])
    assert (reading.trail, reading.text) == (["base64", "gzip", "Text"], b64(ORDER))
    assert read(body, ["base64", "gzip", "base64"]).trail[-1] == "JSON"


def test_a_step_that_fails_says_so_and_what_was_reached_is_shown() -> None:
    reading = read(b64(ORDER), ["base64", "gzip"])
    assert (reading.trail, reading.text) == (["base64", "JSON"], ORDER)
    assert reading.problems == ("gzip: This is no gzip: the data is damaged.",)


def test_a_decoder_that_is_not_there_any_more_is_named() -> None:
    reading = read(ORDER, ["invoice"])
    assert (reading.trail, reading.text) == (["JSON"], ORDER)
    assert "there is none of that name" in reading.problems[0]


@pytest.mark.parametrize("name", [name for name, _ in names()])
def test_every_decoder_can_be_chosen_for_any_body(name: str) -> None:
    for body in (ORDER, "hello", b64(b"\x00\x01\xff"), "<a/>", ""):
        reading = read(body, [name])
        assert reading.raw == body
        assert not any("reading it failed" in problem for problem in reading.problems)


def test_a_body_wrapped_twenty_times_is_unwrapped_sixteen_times() -> None:
    body = ORDER
    for _ in range(20):
        body = b64(body)
    reading = read(body)
    assert reading.trail == ["base64"] * 16 + ["Text"]
    assert b64(b64(b64(b64(ORDER)))) == reading.text
    assert reading.problems == (
        "It is wrapped more than 16 times; what stands in the 16th wrapper is shown.",
    )


def test_a_decoder_that_breaks_does_not_break_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Decoder, document: Document) -> Step | None:
        raise KeyError("a piece of the body")

    monkeypatch.setattr("queues.decoders.headers.Headers.find", broken)
    reading = read("hello")
    assert (reading.trail, reading.text) == (["Text"], "hello")
    assert reading.problems == (
        "Headers: reading it failed (KeyError). What was reached until then is shown.",
    )


def test_a_document_that_takes_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queues.decoders.reading.Budget", lambda: Budget(seconds=0.05))
    body = "[" * 100_000 + "]" * 100_000
    begun = time.thread_time()
    reading = read(body)
    assert time.thread_time() - begun < 0.5
    assert (reading.trail, reading.text) == (["Text"], body)
    assert reading.problems == (
        "It takes more than 0.05 seconds of work. What was reached until then is shown.",
    )


def test_binary_has_rows_of_sixteen_bytes() -> None:
    reading = read(b64(b"\x00\x01" + b"hello world, hello" + b"\xff" * 20), ["base64"])
    assert reading.shape is Shape.BINARY
    rows = reading.hex()
    assert (rows[0].offset, rows[0].hex, rows[0].ascii) == (
        "00000000",
        "00 01 68 65 6c 6c 6f 20 77 6f 72 6c 64 2c 20 68",
        "..hello world, h",
    )
    assert [row.offset for row in reading.hex(17, 16)] == ["00000010", "00000020"]
    assert [row.offset for row in reading.hex(-5, 1)] == ["00000000"]
    assert reading.hex(10_000, 16) == []


def test_text_has_rows_too_in_utf_8() -> None:
    assert read("né\ud800").hex()[0].hex == "6e c3 a9 ed a0 80"


def test_a_byte_order_mark_before_a_body_is_seen_and_does_not_hide_the_json() -> None:
    reading = read("\ufeff" + ORDER)
    assert (reading.trail, reading.text) == (["byte order mark", "JSON"], ORDER)
    assert json_text("\ufeff" + ORDER) == (ORDER, None)
    assert read("\ufeff<a/>").trail == ["byte order mark", "XML"]
    assert read("\ufeffhello").text == "\ufeffhello"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_does_not_hide_the_json_behind_it(encoding: str) -> None:
    reading = read(b64(ORDER.encode(encoding)))
    assert (reading.trail, reading.text) == (["base64", "JSON"], ORDER)
