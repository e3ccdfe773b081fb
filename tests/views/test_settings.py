"""Reading and changing a queue's visibility timeout."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from queues.models import AuditEntry
from simulator import Simulator
from tests.views.conftest import QUEUE
from tests.views.page import page

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

SETTINGS = f"{QUEUE}settings/"


def timeout(sqs: SQSClient, url: str) -> str:
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    return answer["Attributes"]["VisibilityTimeout"]


def test_the_timeout_is_read_from_sqs_each_time(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    assert page(operator.get(SETTINGS)).fields["visibility_timeout"] == "30"
    sqs.set_queue_attributes(QueueUrl=orders, Attributes={"VisibilityTimeout": "61"})
    assert page(operator.get(SETTINGS)).fields["visibility_timeout"] == "61"


def test_the_queues_other_settings_stand_beside_it(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    sqs.set_queue_attributes(
        QueueUrl=orders, Attributes={"MessageRetentionPeriod": "86400", "DelaySeconds": "90"}
    )
    text = page(operator.get(SETTINGS)).text
    for said in (
        "arn:aws:sqs:us-east-1:000000000000:orders",
        "Retention 1 d",
        "Delivery delay 1 min 30 s",
        "Receive wait 0 s (short polling)",
        "1,048,576 bytes",
        "no dead-letter queue",
    ):
        assert said in text


def test_a_change_is_made_and_said_with_what_it_was_before(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    changed = page(operator.post(SETTINGS, {"visibility_timeout": 120}, follow=True))
    assert "The visibility timeout of orders is now 120 s (it was 30 s)." in changed.text
    assert changed.fields["visibility_timeout"] == "120"
    assert timeout(sqs, orders) == "120"


@pytest.mark.parametrize("typed", ["", "-1", "43201", "a while", "1e3"])
def test_a_timeout_out_of_range_changes_nothing_and_stays_to_be_corrected(
    typed: str, operator: Client, sqs: SQSClient, orders: str
) -> None:
    answer = operator.post(SETTINGS, {"visibility_timeout": typed})
    form = page(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert form.complaints
    assert form.fields["visibility_timeout"] == typed
    assert timeout(sqs, orders) == "30"
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("typed", ["0", "43200"])
def test_the_ends_of_the_range_are_taken(
    typed: str, operator: Client, sqs: SQSClient, orders: str
) -> None:
    page(operator.post(SETTINGS, {"visibility_timeout": typed}, follow=True))
    assert timeout(sqs, orders) == typed


def test_a_change_that_sqs_refuses_is_said_in_the_form(
    operator: Client, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    simulator.faults.add("access_denied", "SetQueueAttributes")
    answer = operator.post(SETTINGS, {"visibility_timeout": 120})
    form = page(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "not allowed to do this" in form.complaints
    assert form.fields["visibility_timeout"] == "120"
    assert timeout(sqs, orders) == "30"
