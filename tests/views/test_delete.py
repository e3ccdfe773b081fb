"""Deleting a queue: only an empty one, and only by its name."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from queues.models import AuditEntry
from simulator import Simulator
from tests.views.conftest import QUEUE
from tests.views.page import Page, page

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

DELETE = f"{QUEUE}delete/"


def delete(operator: Client, name: str = "orders") -> object:
    return operator.post(DELETE, {"name": name}, follow=True)


def refused(operator: Client, name: str = "orders") -> Page:
    return page(delete(operator, name), HTTPStatus.UNPROCESSABLE_ENTITY)


def exists(sqs: SQSClient) -> bool:
    return bool(sqs.list_queues().get("QueueUrls"))


def test_the_form_says_what_would_be_deleted_where_and_how_full_it_is(
    operator: Client, sqs: SQSClient, orders: str, counts_settle: None
) -> None:
    sqs.send_message(QueueUrl=orders, MessageBody="hello")
    text = page(operator.get(DELETE)).text
    assert "Connection local SIMULATOR" in text
    assert "Region us-east-1" in text
    assert "Queue orders (standard)" in text
    assert "about 1 available, 0 in flight, 0 delayed, asked 0 s ago" in text


def test_an_empty_queue_goes_once_its_name_was_typed(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    gone = page(delete(operator))
    assert "The queue orders was deleted." in gone.text
    assert gone.queues == []
    assert not exists(sqs)
    assert AuditEntry.objects.get().result == "done"


@pytest.mark.parametrize("typed", ["", "order", "ORDERS", "orders2", "0"])
def test_another_name_deletes_nothing(
    typed: str, operator: Client, sqs: SQSClient, orders: str
) -> None:
    form = refused(operator, typed)
    assert form.complaints
    assert form.fields["name"] == typed
    assert exists(sqs)
    assert not AuditEntry.objects.exists()


def available(sqs: SQSClient, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="hello")


def in_flight(sqs: SQSClient, url: str) -> None:
    available(sqs, url)
    assert sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)["Messages"]


def delayed(sqs: SQSClient, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="hello", DelaySeconds=600)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (available, "1 available, 0 in flight, 0 delayed"),
        (in_flight, "0 available, 1 in flight, 0 delayed"),
        (delayed, "0 available, 0 in flight, 1 delayed"),
    ],
    ids=["available", "in flight", "delayed"],
)
def test_a_queue_that_holds_a_message_stays(
    state: object, said: str, operator: Client, sqs: SQSClient, orders: str, counts_settle: None
) -> None:
    assert callable(state)
    state(sqs, orders)
    form = refused(operator)
    assert f'Queue "orders" still holds messages: {said}.' in form.complaints
    assert form.fields["name"] == "orders"
    assert exists(sqs)
    assert AuditEntry.objects.get().result.startswith('failed: Queue "orders" still holds')


def test_a_message_that_the_counts_do_not_tell_yet_is_found(
    operator: Client, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    operator.get(DELETE)
    simulator.faults.add("stale_counts", seconds=3600.0)
    sqs.send_message(QueueUrl=orders, MessageBody="hello")
    form = refused(operator)
    assert "still holds messages, though its counts say 0" in form.complaints
    assert exists(sqs)
    assert [message.state for message in simulator.messages("orders")] == ["available"]


def test_a_deletion_that_sqs_refuses_is_said_in_the_form(
    operator: Client, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    simulator.faults.add("access_denied", "DeleteQueue")
    form = refused(operator)
    assert "not allowed to do this" in form.complaints
    assert exists(sqs)


def test_a_deleted_queue_is_gone_from_the_list_at_once(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    operator.get(QUEUE)
    assert page(operator.get("/connections/local/queues/")).queues == ["orders"]
    delete(operator)
    assert page(operator.get("/connections/local/queues/")).queues == []
