"""A filter is kept, described, and looks for its text where people expect it."""

from __future__ import annotations

import json

import pytest

from queues.search import BadFilter, Filter
from queues.sqs.types import MessageAttribute
from tests.search.messages import message

RECORD = message(
    raw="The größe of order 17 is\x00 unknown",
    message_id="5fea7756-0ea4-451a-a703-a558b933e274",
    attributes={
        "MessageGroupId": "customer-42",
        "MessageDeduplicationId": "a948904f2f0f",
        "SentTimestamp": "1763921220000",
        "ApproximateReceiveCount": "3",
        "SenderId": "AIDAEXAMPLE",
    },
    message_attributes={
        "kind": MessageAttribute("String", "Invoice"),
        "retries": MessageAttribute("Number", "12345"),
        "seal": MessageAttribute("Binary", b"\xff\x00" + "größe".encode() + b"wax"),
    },
)


@pytest.mark.parametrize(
    "text",
    [
        "order 17",
        "größe",
        "\x00",
        "Invoice",
        "234",
        "wax",
        "größewax",
        "customer-42",
        "a948904f2f0f",
        "5fea7756-0ea4-451a-a703-a558b933e274",
    ],
)
def test_a_text_is_found_in_the_body_in_values_and_as_a_whole_id(text: str) -> None:
    assert Filter(text=text).finds_text(RECORD)


@pytest.mark.parametrize(
    "text",
    [
        "ORDER",
        "order  17",
        "kind",
        "grosse",
        # Parts of ids and of times would be found by chance.
        "42",
        "451a",
        "a948",
        "1763921220000",
        "AIDAEXAMPLE",
        "customer",
    ],
)
def test_a_text_is_not_found_by_chance_or_in_another_case(text: str) -> None:
    assert not Filter(text=text).finds_text(RECORD)


def test_a_filter_says_in_words_what_it_chooses() -> None:
    assert str(Filter("paid")) == "text contains “paid”"
    assert str(Filter(expression="body.status == 'failed'")) == "body.status == 'failed'"
    both = Filter.parse("paid", "  body.status == 'failed'\n")
    assert str(both) == "text contains “paid” and body.status == 'failed'"
    alternatives = Filter("paid", "body.a || body.b")
    assert str(alternatives) == "text contains “paid” and (body.a || body.b)"


def test_a_filter_survives_being_kept_with_a_job() -> None:
    kept = Filter.parse(" \ud800 “paid” ", "body.a == '\ud800' || attributes.SenderId")
    assert Filter.from_json(json.loads(json.dumps(kept.as_json()))) == kept


def test_a_kept_filter_that_lost_its_content_does_not_choose_everything() -> None:
    with pytest.raises(BadFilter):
        Filter.from_json({"text": "", "expression": ""})
