"""One message on a page of its own, or beside the list."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client

from queues.models import Dump
from queues.sqs.types import MessageAttribute
from tests.views.page import page
from tests.views.store import many, message, stored

pytestmark = pytest.mark.django_db(databases="__all__")


def test_everything_sqs_said_of_it_is_there(operator: Client) -> None:
    dump = stored(
        message(
            "hello",
            attributes={
                "SentTimestamp": "1795460000123",
                "ApproximateFirstReceiveTimestamp": "1795460001000",
                "ApproximateReceiveCount": "3",
                "SenderId": "AIDAEXAMPLE",
                "MessageGroupId": "g1",
                "SequenceNumber": "18870000000000000256",
            },
            message_attributes={
                "colour": MessageAttribute("String", "red"),
                "price": MessageAttribute("Number.euro", "12.50"),
                "seal": MessageAttribute("Binary", b"\x00\xff"),
            },
        )
    )
    seen = page(operator.get(f"/dumps/{dump.pk}/messages/1/"))
    for said in (
        "m-1",
        "Receive count 3",
        "Message group g1",
        "Sequence number 18870000000000000256",
        "Sender IAM user AIDAEXAMPLE",
        "5d41402abc4b2a76b9719d911017c592",
        "colour String red",
        "price Number.euro 12.50",
        "seal Binary AP8=",
        "SentTimestamp 1795460000123",
    ):
        assert said in seen.text
    assert seen.the("pre", id="raw").text == "hello"
    titles = {each.attributes.get("title") for each in seen.all("dd")}
    assert "2026-11-23 18:53:20.123 UTC" in titles


def test_one_goes_from_message_to_message(operator: Client) -> None:
    path = f"/dumps/{many(3).pk}/messages"
    links = page(operator.get(f"{path}/2/")).links
    assert (links["Previous"], links["Next"]) == (f"{path}/1/", f"{path}/3/")
    assert "Previous" not in page(operator.get(f"{path}/1/")).links
    assert "Next" not in page(operator.get(f"{path}/3/")).links


def test_under_htmx_it_is_the_pane_alone(operator: Client) -> None:
    pane = page(operator.get(f"/dumps/{many(2).pk}/messages/2/", headers={"HX-Request": "true"}))
    assert pane.the("section", id="message").has("data-opened", "m-2")
    assert pane.the("h2", title="Message ID").text == "m-2"
    assert not pane.all("html")


@pytest.mark.parametrize("ordinal", ["0", "3", "9223372036854775808", "9" * 50])
def test_a_message_that_is_not_there_is_said_to_be_missing(ordinal: str, operator: Client) -> None:
    page(operator.get(f"/dumps/{many(2).pk}/messages/{ordinal}/"), HTTPStatus.NOT_FOUND)


def test_the_page_of_a_peeks_message_leads_back_to_the_peek(operator: Client) -> None:
    peek = stored(message("hello"), kind=Dump.Kind.PEEK)
    back = page(operator.get(f"/dumps/{peek.pk}/messages/1/")).links["Peek"]
    assert back == f"/connections/local/queues/orders/?peek={peek.pk}&message=1"
