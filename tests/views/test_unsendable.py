"""Stored messages with characters that SQS took once and takes no more, taken up to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from queues.sqs.types import MessageAttribute
from tests.views.conftest import QUEUE
from tests.views.page import page
from tests.views.store import message, stored

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

NOTE = "holds characters that SQS does not take"


def addresses(body: str, value: str = "plain") -> tuple[str, str]:
    """Where one may send another like it, and where one may edit it."""
    dump = stored(message(body, message_attributes={"a": MessageAttribute("String", value)}))
    return f"{QUEUE}send/?like={dump.pk}:1", f"/dumps/{dump.pk}/messages/1/resend/"


@pytest.mark.parametrize(
    ("body", "shown"),
    [("a\x00b", "a\\x00b"), ("a\ud800b", "a\\ud800b"), ("a\x1b[31mb", "a\\x1b[31mb")],
)
def test_they_are_written_as_escapes_and_the_page_says_so(
    body: str, shown: str, operator: Client, orders: str
) -> None:
    for address in addresses(body):
        form = page(operator.get(address))
        assert form.fields["body"] == shown
        assert NOTE in form.text


def test_in_an_attribute_too(operator: Client, orders: str) -> None:
    for address in addresses("plain", "a\ud800b"):
        form = page(operator.get(address))
        assert "a\\ud800b" in form.fields.values()
        assert NOTE in form.text


def test_whoever_sends_it_sends_what_they_saw(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    like, _ = addresses("a\x00b")
    fields = page(operator.get(like)).fields
    operator.post(like, {name: text for name, text in fields.items() if "file" not in name})
    (sent,) = sqs.receive_message(QueueUrl=orders, WaitTimeSeconds=1)["Messages"]
    assert sent["Body"] == "a\\x00b"


def test_what_sqs_takes_is_shown_as_it_is(operator: Client, orders: str) -> None:
    for address in addresses("tab\tand \u202e and 😀"):
        form = page(operator.get(address))
        assert form.fields["body"] == "tab\tand \u202e and 😀"
        assert NOTE not in form.text
