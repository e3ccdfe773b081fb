"""Sending a message: what is typed is what arrives."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from queues.models import AuditEntry
from simulator import Simulator
from tests.views.conftest import QUEUE
from tests.views.page import Page, page

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

MOST = 1_048_576
# What a browser sends along with the ten rows of attributes.
ROWS = {"attributes-TOTAL_FORMS": 10, "attributes-INITIAL_FORMS": 0}


def send(operator: Client, body: str = "hello", queue: str = "orders", **fields: Any) -> Any:
    path = f"/connections/local/queues/{queue}/send/"
    return operator.post(path, {"body": body} | ROWS | fields, follow=True)


def refused(operator: Client, body: str = "hello", **fields: Any) -> Page:
    return page(send(operator, body, **fields), HTTPStatus.UNPROCESSABLE_ENTITY)


def bodies(simulator: Simulator, queue: str = "orders") -> list[str]:
    return [message.body for message in simulator.messages(queue)]


def test_a_message_is_sent_and_its_id_is_told(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    sent = page(send(operator))
    [message] = simulator.messages("orders")
    assert f"The message was sent. Its ID is {message.message_id}." in sent.text
    assert message.body == "hello"
    assert AuditEntry.objects.get().result == f"sent as {message.message_id}"


@pytest.mark.parametrize(
    "body",
    [
        "\n\n leading and trailing \n\n",
        "\ttabs\tand   blanks ",
        " ",
        "naïve 日本 😀 \U0010ffff",
        '{"html": "<script>alert(1)</script> &amp; \\u0000"}',
        "a\u2028b\u202ec\x85d",
    ],
)
def test_every_character_arrives_as_it_was_typed(
    body: str, operator: Client, simulator: Simulator, orders: str
) -> None:
    page(send(operator, body))
    assert bodies(simulator) == [body]


def test_line_ends_arrive_as_they_were_typed_and_not_as_a_browser_sends_them(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    page(send(operator, "\r\none\r\n\r\ntwo\r\n"))
    assert bodies(simulator) == ["\none\n\ntwo\n"]


def test_the_largest_message_arrives_whole(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    body = "0123456789abcdef" * (MOST // 16)
    page(send(operator, body))
    [arrived] = bodies(simulator)
    assert hashlib.sha256(arrived.encode()).digest() == hashlib.sha256(body.encode()).digest()


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("", "This field is required."),
        ("x" * (MOST + 1), "1,048,577 bytes, its attributes included. This queue allows 1,048,576"),
        ("é" * (MOST // 2 + 1), "1,048,578 bytes"),
        ("one\ntwo\x08", "holds U+0008 at character 8 (line 2)"),
        ("￾", "holds U+FFFE"),
    ],
)
def test_what_sqs_would_refuse_is_said_before_it_is_asked(
    body: str, complaint: str, operator: Client, simulator: Simulator, orders: str
) -> None:
    form = refused(operator, body)
    assert complaint in form.complaints
    assert form.fields["body"] == body
    assert simulator.calls["SendMessage"] == 0
    assert not AuditEntry.objects.exists()


def test_a_nul_character_is_refused(operator: Client, simulator: Simulator, orders: str) -> None:
    assert "Null characters are not allowed." in refused(operator, "a\x00b").complaints
    assert bodies(simulator) == []


def test_a_smaller_limit_of_the_queue_counts(
    operator: Client, simulator: Simulator, sqs: SQSClient, orders: str
) -> None:
    sqs.set_queue_attributes(QueueUrl=orders, Attributes={"MaximumMessageSize": "1024"})
    assert "At most 1,024 bytes" in page(operator.get(f"{QUEUE}send/")).text
    assert "This queue allows 1,024" in refused(operator, "x" * 1025).complaints
    page(send(operator, "x" * 1024))


def test_a_delay_holds_the_message_back(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    page(send(operator, delay_seconds=60))
    assert simulator.messages("orders")[0].state == "delayed"
    simulator.clock.advance(61)
    assert simulator.messages("orders")[0].state == "available"


def test_without_a_delay_the_queues_own_counts(
    operator: Client, simulator: Simulator, sqs: SQSClient, orders: str
) -> None:
    sqs.set_queue_attributes(QueueUrl=orders, Attributes={"DelaySeconds": "60"})
    page(send(operator, "later", delay_seconds=""))
    page(send(operator, "now", delay_seconds=0))
    states = {message.body: message.state for message in simulator.messages("orders")}
    assert states == {"later": "delayed", "now": "available"}


@pytest.mark.parametrize("delay", ["-1", "901", "soon"])
def test_a_delay_out_of_range_is_refused_and_keeps_the_body(
    delay: str, operator: Client, simulator: Simulator, orders: str
) -> None:
    form = refused(operator, "\nprecious", delay_seconds=delay)
    assert form.complaints
    assert form.fields["body"] == "\nprecious"
    assert form.fields["delay_seconds"] == delay
    assert bodies(simulator) == []


def test_a_standard_queue_takes_a_group_for_fair_delivery_and_no_deduplication(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    assert "message_deduplication_id" not in page(operator.get(f"{QUEUE}send/")).fields
    page(send(operator, message_group_id="tenant-7"))
    assert simulator.messages("orders")[0].group == "tenant-7"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("access_denied", "not allowed to do this"),
        ("throttled", "asked too often"),
        ("expired_token", "have expired"),
        ("error_before", "SQS failed on its side"),
        ("lost_answer", "not known"),
    ],
)
def test_what_goes_wrong_at_sqs_is_said_in_the_form_which_keeps_what_was_typed(
    fault: str, said: str, operator: Client, simulator: Simulator, orders: str
) -> None:
    simulator.faults.add(fault, "SendMessage")
    typed = {"attributes-0-name": "colour", "attributes-0-type": "String"}
    form = refused(operator, "\nprecious\n", **typed, **{"attributes-0-value": "red"})
    assert said in form.complaints
    assert form.fields["body"] == "\nprecious\n"
    assert form.fields["attributes-0-name"] == "colour"
    assert form.fields["attributes-0-value"] == "red"
    assert AuditEntry.objects.get().result.startswith("failed: ")


def test_a_message_is_sent_once_though_the_answer_was_lost(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    simulator.faults.add("lost_answer", "SendMessage", count=1)
    refused(operator)
    assert bodies(simulator) == ["hello"]
