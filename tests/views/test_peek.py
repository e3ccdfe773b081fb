"""Peek: a look at a queue's messages, what it costs, and how it leaves them."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from queues.models import AuditEntry, Dump
from simulator import Simulator
from tests.views.conftest import QUEUE
from tests.views.page import Page, page

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

PEEK = f"{QUEUE}peek/"


def fill(sqs: SQSClient, url: str, number: int) -> None:
    for at in range(number):
        sqs.send_message(QueueUrl=url, MessageBody=f"message {at}")


def peek(operator: Client, messages: int, path: str = PEEK, **fields: Any) -> Page:
    typed = {"messages": messages, "wait": 1, "visibility_timeout": 30} | fields
    return page(operator.post(path, typed, follow=True))


def states(simulator: Simulator, queue: str = "orders") -> set[str]:
    return {message.state for message in simulator.messages(queue)}


def test_a_queue_page_says_what_a_look_costs_before_anybody_looks(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    seen = page(operator.get(QUEUE))
    assert "A peek is a receive." in seen.text
    assert "adds one to their receive counts" in seen.text
    assert "Nothing was looked at yet" in seen.text
    assert seen.the("button", type="submit", class_="pri").text == "Peek"
    assert simulator.calls["ReceiveMessage"] == 0


@pytest.mark.parametrize("number", [1, 10, 35, 100])
def test_as_many_messages_are_shown_as_were_asked_for(
    number: int, operator: Client, simulator: Simulator, sqs: SQSClient, orders: str
) -> None:
    fill(sqs, orders, number)
    seen = peek(operator, number)
    assert len(set(seen.messages)) == number
    assert set(seen.messages) == {message.message_id for message in simulator.messages("orders")}
    assert f"Peek · {number} message" in seen.text
    assert states(simulator) == {"available"}
    assert {message.receive_count for message in simulator.messages("orders")} == {1}


def test_a_look_at_some_leaves_the_rest_alone(
    operator: Client, simulator: Simulator, sqs: SQSClient, orders: str
) -> None:
    fill(sqs, orders, 20)
    seen = peek(operator, 3)
    assert len(seen.messages) == 3
    assert "the queue may hold more" in seen.text
    assert sum(message.receive_count for message in simulator.messages("orders")) == 3


def test_afterwards_it_says_how_long_the_messages_were_hidden(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    fill(sqs, orders, 2)
    text = peek(operator, 2).text
    assert re.search(r"2 messages received \d+ s ago, hidden for \d", text)
    assert "then put back. Each was received once more." in text


def test_the_first_message_is_open_and_the_others_are_a_click_away(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    fill(sqs, orders, 3)
    seen = peek(operator, 3)
    opened = seen.the("section", id="message")
    assert opened.attributes["data-opened"] == seen.messages[0]
    assert seen.messages[0] in opened.text
    address = seen.links[seen.messages[2]]
    other = page(operator.get(address))
    assert other.the("section", id="message").attributes["data-opened"] == seen.messages[2]
    assert other.messages == seen.messages


def test_looking_again_at_a_peek_costs_nothing(
    operator: Client, simulator: Simulator, sqs: SQSClient, orders: str
) -> None:
    fill(sqs, orders, 2)
    seen = peek(operator, 2)
    received = simulator.calls["ReceiveMessage"]
    for _ in range(3):
        page(operator.get(seen.links[seen.messages[1]]))
    assert simulator.calls["ReceiveMessage"] == received
    assert {message.receive_count for message in simulator.messages("orders")} == {1}


def test_messages_can_be_kept_hidden_for_a_while(
    operator: Client, simulator: Simulator, sqs: SQSClient, orders: str
) -> None:
    fill(sqs, orders, 2)
    seen = peek(operator, 2, visibility_timeout=90, keep_hidden="on")
    assert "hidden from consumers for 1 min 30 s from then" in seen.text
    assert states(simulator) == {"in_flight"}
    simulator.clock.advance(80)
    assert states(simulator) == {"in_flight"}
    simulator.clock.advance(11)
    assert states(simulator) == {"available"}


def test_an_empty_queue_gives_nothing_and_no_proof_is_claimed(
    operator: Client, orders: str
) -> None:
    text = peek(operator, 10).text
    assert "Peek · 0 messages" in text
    assert "No message came" in text
    assert "no proof that the queue is empty" in text


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"messages": "0"}, "Number of messages"),
        ({"messages": "101"}, "Number of messages"),
        ({"messages": ""}, "Number of messages"),
        ({"wait": "21"}, "Wait"),
        ({"wait": "-1"}, "Wait"),
        ({"visibility_timeout": "0"}, "Visibility timeout"),
        ({"visibility_timeout": "43201"}, "Visibility timeout"),
    ],
)
def test_what_cannot_be_asked_for_is_said_and_nothing_is_received(
    typed: dict[str, str], complaint: str, operator: Client, simulator: Simulator, orders: str
) -> None:
    given = {"messages": "10", "wait": "1", "visibility_timeout": "30"} | typed
    form = page(operator.post(PEEK, given), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert complaint in form.complaints
    assert given.items() <= form.fields.items()
    assert simulator.calls["ReceiveMessage"] == 0
    assert not Dump.objects.exists()


@pytest.fixture
def few_tries(sqs: SQSClient) -> str:
    """A queue whose messages go to `dead` after two receives."""
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = json.dumps({"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 2})
    return sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": policy})["QueueUrl"]


def test_a_queue_with_few_tries_is_not_looked_into_unasked(
    operator: Client, simulator: Simulator, sqs: SQSClient, few_tries: str
) -> None:
    fill(sqs, few_tries, 1)
    assert (
        "one of 2 tries, after which SQS moves a message to dead" in page(operator.get(QUEUE)).text
    )
    asked = peek(operator, 1)
    assert "A look may move messages to dead." in asked.text
    assert "SQS delivers a message of this queue at most 2 times" in asked.text
    assert simulator.calls["ReceiveMessage"] == 0
    assert not AuditEntry.objects.exists()


def test_what_was_asked_for_is_kept_while_it_asks_back(
    operator: Client, simulator: Simulator, sqs: SQSClient, few_tries: str
) -> None:
    fill(sqs, few_tries, 2)
    asked = peek(operator, 2, visibility_timeout=70, keep_hidden="on")
    seen = page(operator.post(PEEK, asked.fields, follow=True))
    assert re.search(
        r"2 messages received \d+ s ago, hidden from consumers for 1 min 10 s", seen.text
    )
    assert states(simulator) == {"in_flight"}


def test_who_looks_anyway_is_told_how_many_tries_are_used(
    operator: Client, simulator: Simulator, sqs: SQSClient, few_tries: str
) -> None:
    fill(sqs, few_tries, 1)
    asked = peek(operator, 1)
    seen = peek(operator, 1, confirmed=asked.fields["confirmed"])
    assert "the most received has used 1 of 2 tries" in seen.text
    assert "used 2 of 2 tries" in peek(operator, 1, confirmed="on").text
    assert "No message came" in peek(operator, 1, confirmed="on").text
    assert [message.body for message in simulator.messages("dead")] == ["message 0"]


def test_a_dead_lettered_message_says_where_it_is_from(
    operator: Client, simulator: Simulator, sqs: SQSClient, few_tries: str
) -> None:
    fill(sqs, few_tries, 1)
    for _ in range(3):
        peek(operator, 1, confirmed="on")
    seen = peek(operator, 1, "/connections/local/queues/dead/peek/")
    assert "Dead-lettered from orders after too many receives." in seen.text
    assert "source orders" in seen.text


def test_a_fifo_queue_says_that_groups_wait_and_shows_group_and_number(
    operator: Client, simulator: Simulator, sqs: SQSClient
) -> None:
    url = sqs.create_queue(QueueName="invoices.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for at in range(3):
        sqs.send_message(
            QueueUrl=url, MessageBody="b", MessageGroupId="g1", MessageDeduplicationId=f"d{at}"
        )
    path = "/connections/local/queues/invoices.fifo/"
    assert "meanwhile their groups wait" in page(operator.get(path)).text
    seen = peek(operator, 3, f"{path}peek/")
    sent = [message.message_id for message in simulator.messages("invoices.fifo")]
    assert seen.messages == sent
    assert "Message group g1" in seen.text
    assert "Sequence number" in seen.text
    assert states(simulator, "invoices.fifo") == {"available"}


def test_a_token_that_expired_is_said_in_a_sentence_and_kept_in_the_audit(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    simulator.faults.add("expired_token", "ReceiveMessage")
    typed = {"messages": 10, "wait": 1, "visibility_timeout": 30}
    text = page(operator.post(PEEK, typed), HTTPStatus.BAD_GATEWAY).text
    assert "SQS does not accept the credentials" in text
    assert "temporary credentials have expired" in text
    assert "failed: The connection's temporary credentials" in AuditEntry.objects.get().result


def test_messages_that_could_not_be_put_back_are_said_to_reappear(
    operator: Client, simulator: Simulator, sqs: SQSClient, orders: str
) -> None:
    fill(sqs, orders, 2)
    simulator.faults.add("access_denied", "ChangeMessageVisibilityBatch")
    text = peek(operator, 2, visibility_timeout=20).text
    assert "2 could not be put back and reappear by themselves" in text
    assert states(simulator) == {"in_flight"}
    simulator.clock.advance(21)
    assert states(simulator) == {"available"}


@pytest.mark.parametrize("wanted", ["nonsense", "00000000-0000-0000-0000-000000000001", ""])
def test_a_peek_that_is_gone_leaves_the_page_as_if_nobody_had_looked(
    wanted: str, operator: Client, orders: str
) -> None:
    assert "Nothing was looked at yet" in page(operator.get(QUEUE, {"peek": wanted})).text


def test_a_peek_of_one_queue_is_not_shown_on_anothers_page(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    fill(sqs, orders, 1)
    sqs.create_queue(QueueName="mails")
    peek(operator, 1)
    path = f"/connections/local/queues/mails/?peek={Dump.objects.get().pk}"
    assert "Nothing was looked at yet" in page(operator.get(path)).text


def test_the_form_has_a_page_of_its_own(operator: Client, orders: str) -> None:
    form = page(operator.get(PEEK))
    assert {"messages": "10", "wait": "1", "visibility_timeout": "30"}.items() <= (
        form.fields.items()
    )


def test_the_counts_on_the_page_are_refreshed_alone(operator: Client, orders: str) -> None:
    part = page(operator.get(QUEUE, headers={"HX-Request": "true"}))
    assert "0 available" in part.text
    assert not part.all("html")
    assert not part.all("form")
