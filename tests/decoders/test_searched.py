"""What a search looks at is what a page shows, and costs little."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queues.decoders import Shape, json_text, read, searched, text_within
from queues.decoders import reading as reading_module
from tests.decoders.packing import b64

ORDER = '{"order": 17, "total": 12.50}'
SNS = json.dumps(
    {"Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:1:orders", "Message": ORDER}
)


@pytest.mark.parametrize(
    ("body", "document", "envelope"),
    [
        (ORDER, ORDER, None),
        (b64(ORDER), ORDER, None),
        (SNS, ORDER, SNS),
        (b64(SNS), ORDER, SNS),
        ("hello", None, None),
        ("17", None, None),
        (b64("hello there"), None, None),
    ],
)
def test_the_document_and_the_envelope_around_it(
    body: str, document: str | None, envelope: str | None
) -> None:
    assert json_text(body) == (document, envelope)


@pytest.mark.parametrize(
    ("body", "text"),
    [(ORDER, None), ("hello", None), (b64(ORDER), ORDER), (SNS, ORDER), (b64("\x00" * 40), None)],
)
def test_the_text_within_if_it_is_another_than_the_body(body: str, text: str | None) -> None:
    assert text_within(body) == text


def test_the_queues_decoder_is_used() -> None:
    assert json_text(b64(ORDER), ["raw"]) == (None, None)
    assert json_text(SNS, ["json"]) == (SNS, None)
    assert text_within(b64("ab"), ["base64"]) == "ab"


def test_a_plain_json_body_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr(searched, "read", refuse)
    monkeypatch.setattr(reading_module, "read", refuse)
    assert json_text(ORDER) == (ORDER, None)
    assert text_within(ORDER) is None


BODIES = st.sampled_from([ORDER, SNS, b64(ORDER), b64(SNS), "hello", b64("hello there")])


@settings(max_examples=60, deadline=None)
@given(st.text() | st.binary().map(b64) | BODIES)
def test_a_search_and_a_page_agree(body: str) -> None:
    seen = read(body)
    document, envelope = json_text(body)
    assert envelope == seen.envelope
    if seen.shape is Shape.JSON:
        assert document == seen.text
    elif not body.startswith(("{", "[")):
        assert document is None
