"""Moving messages to another queue: all, what matches, or selected ones."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from queues.models import AuditEntry, Dump, Job
from simulator import Simulator
from tests.views.conftest import QUEUE, MakeQueue, Worker
from tests.views.page import Page, page
from tests.views.store import message, stored

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

MOVE = f"{QUEUE}move/"


def refused(operator: Client, target: str, **more: object) -> Page:
    answer = operator.post(MOVE, {"target": target, **more})
    assert not Job.objects.exists()
    return page(answer, HTTPStatus.UNPROCESSABLE_ENTITY)


def test_the_form_offers_the_queues_of_the_same_type_and_says_what_is_not_carried(
    operator: Client, orders: str, make_queue: MakeQueue
) -> None:
    for name in ("archive", "other.fifo"):
        make_queue(name)
        operator.get(f"/connections/local/queues/{name}/")
    form = page(operator.get(MOVE))
    offered = [option.attributes["value"] for option in form.all("option")]
    assert offered == ["archive"]
    assert "Message IDs, sent times and receive counts cannot be carried" in form.text
    assert form.links["Cancel"] == QUEUE


def test_a_move_is_a_job_to_that_target(
    operator: Client, orders: str, make_queue: MakeQueue, bells: list[str]
) -> None:
    make_queue("archive")
    answer = operator.post(MOVE, {"target": "archive", "minutes": 5, "text": "paid"})
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert (job.kind, job.queue_name, job.target_name) == (Job.Kind.MOVE, "orders", "archive")
    assert job.options == {"max_seconds": 300, "filter": {"text": "paid", "expression": ""}}
    assert bells == [str(job.pk)]
    assert AuditEntry.objects.get(action="move").detail["target"] == "archive"


def test_a_target_that_cannot_be_is_refused_in_a_sentence(
    operator: Client, orders: str, make_queue: MakeQueue
) -> None:
    make_queue("other.fifo")
    assert "This field is required" in refused(operator, "").complaints
    assert "orders is the queue the messages are in" in refused(operator, "orders").complaints
    assert "other.fifo is a FIFO queue and orders a standard" in (
        refused(operator, "other.fifo").complaints
    )
    assert "letters, digits, hyphens" in refused(operator, "no name").complaints
    gone = refused(operator, "gone")
    assert "gone" in gone.complaints
    assert gone.fields["target"] == "gone"


def test_a_target_that_sqs_does_not_let_one_see_is_refused(
    operator: Client, orders: str, make_queue: MakeQueue, simulator: Simulator
) -> None:
    make_queue("archive")
    simulator.faults.add("access_denied", "GetQueueAttributes", queue="archive")
    assert "not allowed" in refused(operator, "archive").complaints


def test_a_target_for_smaller_messages_is_warned_of_and_taken_once_confirmed(
    operator: Client, orders: str, make_queue: MakeQueue, bells: list[str]
) -> None:
    make_queue("small", MaximumMessageSize="2048")
    warned = refused(operator, "small")
    assert "small takes messages of at most 2.0 kB" in warned.complaints
    assert "Those that are too large fail, and stay in orders." in warned.complaints
    assert "Nothing was started yet." in warned.complaints
    assert warned.all("button")[-1].text == "Move anyway"
    operator.post(MOVE, {**warned.fields, "target": "small"})
    assert Job.objects.get().target_name == "small"


def test_what_was_confirmed_for_one_target_is_not_for_another(
    operator: Client, orders: str, make_queue: MakeQueue
) -> None:
    make_queue("small", MaximumMessageSize="2048")
    make_queue("smaller", MaximumMessageSize="1024")
    confirmed = refused(operator, "small").fields
    assert "smaller takes" in refused(operator, **{**confirmed, "target": "smaller"}).complaints


def test_the_queues_own_dead_letter_queue_is_warned_of(
    operator: Client, make_queue: MakeQueue, sqs: SQSClient
) -> None:
    dead = make_queue("dead")
    orders = make_queue("orders", dead_letters="dead")
    assert "dead is the dead-letter queue of orders" in refused(operator, "dead").complaints
    known = sqs.get_queue_attributes(QueueUrl=orders, AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": known["Attributes"]["QueueArn"], "maxReceiveCount": 3}
    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedrivePolicy": json.dumps(policy)})
    assert "go round between the two" in refused(operator, "dead").complaints


def test_selected_messages_too_large_for_the_target_are_named_and_not_moved(
    operator: Client, orders: str, make_queue: MakeQueue, bells: list[str]
) -> None:
    make_queue("small", MaximumMessageSize="1024")
    dump = stored(message("small", "m-1"), message("x" * 1025, "m-2"), message("é" * 512, "m-3"))
    chosen = {"dump": str(dump.pk), "ordinal": [1, 2]}
    said = refused(operator, "small", **chosen).complaints
    assert "small takes messages of at most 1.0 kB. Larger than that: message 2." in said
    operator.post(MOVE, {**chosen, "ordinal": [1, 3], "target": "small"})
    selection = {"dump": str(dump.pk), "ordinals": "1,3"}
    assert Job.objects.get().options == {"selection": selection}


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_what_matches_arrives_with_its_attributes_and_the_rest_stays(
    operator: Client,
    sqs: SQSClient,
    orders: str,
    make_queue: MakeQueue,
    bells: list[str],
    worker: Worker,
) -> None:
    archive = make_queue("archive")
    for status in ("paid", "open"):
        sqs.send_message(
            QueueUrl=orders,
            MessageBody=json.dumps({"status": status}),
            MessageAttributes={"n": {"DataType": "Number", "StringValue": "7"}},
        )
    operator.post(MOVE, {"target": "archive", "expression": "body.status == 'paid'"})
    assert worker(bells).state == Job.State.DONE
    assert worker.left("orders") == ['{"status": "open"}']
    [moved] = sqs.receive_message(
        QueueUrl=archive, MessageAttributeNames=["All"], WaitTimeSeconds=2
    )["Messages"]
    assert moved["Body"] == '{"status": "paid"}'
    assert moved["MessageAttributes"]["n"]["StringValue"] == "7"
    assert Dump.objects.get().message_count == 1
