"""SNS: the document is what was published, the facts are what SNS says of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from queues import decoders
from queues.decoders import Reading
from tests.corpus.others import body_of

NOTIFICATION: dict[str, Any] = json.loads(body_of("sns-text"))


def facts(reading: Reading) -> dict[str, str]:
    return {fact.label: fact.value for fact in reading.facts}


def test_a_notification_is_its_message_under_its_subject() -> None:
    reading = decoders.read(body_of("sns-text"))
    assert reading.data == "Order 17 was paid."
    assert reading.title == "Paid"
    assert reading.envelope == body_of("sns-text")
    assert facts(reading)["Topic"] == "arn:aws:sns:eu-west-1:123456789012:orders"
    assert facts(reading)["Published"] == "2026-05-02T00:54:06.655Z"


def test_a_message_that_is_json_keeps_its_digits() -> None:
    body = body_of("sns-json")
    message = '{"order":17,"total":12.50,"at":1777683246655123456789}'
    assert decoders.read(body).text == message
    assert decoders.json_text(body) == (message, body)


def test_message_attributes_are_facts_with_their_types() -> None:
    told = facts(decoders.read(body_of("sns-json")))
    assert told["event (String)"] == "order.paid"
    assert told["total (Number)"] == "12.50"
    assert told["customers (String.Array)"] == '["anna","ben"]'
    assert told["trace (Binary)"] == "AAH+/w=="


def test_what_stands_in_the_message_is_followed() -> None:
    reading = decoders.read(body_of("sns-base64-gzip"))
    assert reading.trail == ["SNS notification", "base64", "gzip", "JSON"]
    assert json.loads(reading.text or "")["order"] == 19


def test_the_innermost_title_is_the_messages() -> None:
    reading = decoders.read(body_of("s3-through-sns"))
    assert reading.title == "ObjectCreated:CompleteMultipartUpload photos/a.jpg"
    assert facts(reading)["Subject"] == "Amazon S3 Notification"


def test_that_the_signature_is_not_checked_is_said() -> None:
    notes = decoders.read(body_of("sns-text")).notes
    assert notes == ["SNS notification: The signature is not checked here."]


def test_a_notification_of_a_fifo_topic_has_its_sequence_number() -> None:
    assert facts(decoders.read(body_of("sns-fifo")))["Sequence number"] == "10000000000000003000"


def test_a_confirmation_stays_whole_and_says_what_its_link_does() -> None:
    body = body_of("sns-confirmation")
    reading = decoders.read(body)
    assert reading.text == body
    assert reading.title == "Confirm the subscription to orders"
    assert facts(reading)["Link"].startswith("https://sns.eu-west-1.amazonaws.com/?Action=Confirm")
    assert "not opened" in reading.notes[0]


def test_the_end_of_a_subscription_is_told_from_its_beginning() -> None:
    envelope = json.loads(body_of("sns-confirmation")) | {"Type": "UnsubscribeConfirmation"}
    title = decoders.read(json.dumps(envelope)).title
    assert title == "Confirm the end of the subscription to orders"


@pytest.mark.parametrize(
    "changed",
    [
        {"Type": "notification"},
        {"Type": 17},
        {"TopicArn": None},
        {"TopicArn": 1},
        {"Message": {"order": 17}},
        {"Message": 17},
        {"Message": None},
    ],
    ids=str,
)
def test_what_only_looks_like_it_stays_json(changed: dict[str, Any]) -> None:
    body = json.dumps(NOTIFICATION | changed)
    reading = decoders.read(body)
    assert (reading.trail, reading.text) == (["JSON"], body)


@pytest.mark.parametrize(
    "attributes", [17, [], {"a": 17}, {"a": {"Value": {"b": [1.10]}}}], ids=str
)
def test_attributes_of_another_shape_do_no_harm(attributes: Any) -> None:
    reading = decoders.read(json.dumps(NOTIFICATION | {"MessageAttributes": attributes}))
    assert reading.data == "Order 17 was paid."
    assert reading.problems == ()


def test_of_a_thousand_attributes_some_are_shown_and_the_others_counted() -> None:
    many = {f"n{number}": {"Type": "String", "Value": "v"} for number in range(1000)}
    told = decoders.read(json.dumps(NOTIFICATION | {"MessageAttributes": many})).facts
    assert told[-1].label == "More"
    assert told[-1].value == "976 others, in the document"


def test_an_empty_message_is_empty() -> None:
    reading = decoders.read(json.dumps(NOTIFICATION | {"Message": ""}))
    assert (reading.trail, reading.data) == (["SNS notification", "Text"], "")
