"""Sending to a FIFO queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from simulator import Simulator
from tests.views.page import page
from tests.views.test_send import bodies, refused, send

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

NAME = "invoices.fifo"


@pytest.fixture
def invoices(sqs: SQSClient) -> str:
    return sqs.create_queue(QueueName=NAME, Attributes={"FifoQueue": "true"})["QueueUrl"]


def test_group_and_deduplication_id_go_along(
    operator: Client, simulator: Simulator, invoices: str
) -> None:
    page(send(operator, queue=NAME, message_group_id="g1", message_deduplication_id="d1"))
    [message] = simulator.messages(NAME)
    assert message.group == "g1"
    assert message.attributes["MessageDeduplicationId"] == "d1"


def test_a_message_sent_twice_within_five_minutes_is_delivered_once(
    operator: Client, simulator: Simulator, invoices: str
) -> None:
    for body in ("first", "second"):
        page(send(operator, body, NAME, message_group_id="g1", message_deduplication_id="same"))
    assert bodies(simulator, NAME) == ["first"]


def test_both_ids_are_asked_for_before_sqs_is(
    operator: Client, simulator: Simulator, invoices: str
) -> None:
    form = refused(operator, "precious", queue=NAME)
    assert form.complaints.count("This field is required.") == 2
    assert form.fields["body"] == "precious"
    assert simulator.calls["SendMessage"] == 0


def test_a_queue_that_deduplicates_by_content_needs_no_id(
    operator: Client, simulator: Simulator, sqs: SQSClient, invoices: str
) -> None:
    sqs.set_queue_attributes(QueueUrl=invoices, Attributes={"ContentBasedDeduplication": "true"})
    assert (
        "Empty: the SHA-256 of the body."
        in page(operator.get(f"/connections/local/queues/{NAME}/send/")).text
    )
    page(send(operator, queue=NAME, message_group_id="g1"))
    assert bodies(simulator, NAME) == ["hello"]


@pytest.mark.parametrize("group", ["with blank", "ü", "g" * 129])
def test_an_id_that_sqs_would_not_take_is_refused_and_kept(
    group: str, operator: Client, simulator: Simulator, invoices: str
) -> None:
    form = refused(operator, queue=NAME, message_group_id=group, message_deduplication_id="d1")
    assert form.complaints
    assert form.fields["message_group_id"] == group
    assert bodies(simulator, NAME) == []


def test_there_is_no_delay_for_a_single_message(operator: Client, invoices: str) -> None:
    form = page(operator.get(f"/connections/local/queues/{NAME}/send/"))
    assert "delay_seconds" not in form.fields
