"""Bodies made of `name: value` lines: boto 2's MHMessage, and mail."""

from __future__ import annotations

import pytest

from queues.decoders import Fact, Shape, read
from tests.decoders.drawing import drawn
from tests.decoders.packing import b64

MAIL = (
    "From: =?utf-8?q?J=C3=BCrgen?= <jk@example.com>\r\nTo: shop@example.com\r\n"
    "Subject: =?utf-8?b?UmVjaG51bmcg4oKs?=\r\n 17\r\nX-Empty:\r\n\r\nDear shop,\r\nnote: hello\r\n"
)


def test_boto_2s_headers_are_laid_out_name_by_name() -> None:
    reading = read("InputBucket: photos\nInputKey: a b.jpg\nSize: 17\n")
    assert (reading.trail, reading.shape) == (["Headers"], Shape.MAIL)
    lines = reading.pretty or []
    assert [line.value_text for line in lines if line.value_text] == ["photos", "a b.jpg", "17"]
    assert "every line reads like" in reading.notes[0]


def test_they_are_found_in_base64_too() -> None:
    assert read(b64("InputBucket: photos\nInputKey: a.jpg\n")).trail == ["base64", "Headers"]


def test_a_mail_is_called_by_its_subject_and_read_as_it_was_sent() -> None:
    reading = read(MAIL)
    assert reading.title == "Rechnung € 17"
    assert "every line above the first empty one reads like" in reading.notes[0]
    assert reading.facts == [
        Fact("From", "Jürgen <jk@example.com>"),
        Fact("To", "shop@example.com"),
        Fact("Subject", "Rechnung € 17"),
    ]
    assert drawn(reading) == MAIL.replace("\r\n", "\n")


@pytest.mark.parametrize(
    "text",
    [
        "Error: the card was declined",
        "Note: one\nand a line that is no header\n",
        "a: b\nc: d\nand a line that is none",
        "two words: here\nand: there",
        "http://example.com/a\nhttp://example.com/b",
        ": no name\nb: c",
        "a: b\n\ud800: c",
        "\n\na: b\nc: d",
    ],
)
def test_sentences_with_colons_stay_text(text: str) -> None:
    assert read(text).trail == ["Text"]


def test_a_queue_of_headers_may_have_messages_with_one() -> None:
    assert read("InputKey: a.jpg\n", ["headers"]).trail == ["Headers"]
    assert read("no header", ["headers"]).problems == (
        "Headers: This does not begin with lines of “name: value”.",
    )


@pytest.mark.parametrize("subject", ["=?utf-8?b?!!!?=", "=?nowhere?q?a?=", "=?utf-8?q?=FF?=", "=?"])
def test_a_subject_that_cannot_be_decoded_is_shown_as_it_is(subject: str) -> None:
    reading = read(f"Subject: {subject}\nTo: a@b.c\n")
    assert reading.trail == ["Headers"]
    assert reading.title == subject
