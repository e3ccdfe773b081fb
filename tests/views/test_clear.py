"""Clearing a queue: all of it or what matches, by its name, as a job."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client

from queues.models import AuditEntry, Dump, Job
from simulator import Simulator
from tests.views.conftest import QUEUE, MakeQueue, Worker
from tests.views.page import page

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

CLEAR = f"{QUEUE}clear/"


def test_clear_stands_visible_on_the_queues_page(operator: Client, orders: str) -> None:
    assert page(operator.get(QUEUE)).links["Clear"] == CLEAR


def test_the_form_says_what_would_be_cleared_where_and_how(
    operator: Client, sqs: SQSClient, orders: str, counts_settle: None
) -> None:
    sqs.send_message(QueueUrl=orders, MessageBody="hello")
    form = page(operator.get(CLEAR))
    for said in (
        "Connection local SIMULATOR",
        "Region us-east-1",
        "Queue orders (standard)",
        "about 1 available, 0 in flight, 0 delayed, asked 0 s ago",
        "Each message is stored here first and deleted then",
        "What consumers hold, and what is delayed, is not touched",
        "PurgeQueue is not used",
        "Type the queue's name",
    ):
        assert said in form.text
    assert form.all("button", class_="danger")[-1].text == "Clear"
    assert "one of at most" not in form.text


def test_a_cleared_queue_is_a_job_that_was_audited_and_rung_for(
    operator: Client, mara: User, orders: str, bells: list[str], simulator: Simulator
) -> None:
    answer = operator.post(CLEAR, {"name": "orders"})
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert (job.kind, job.queue_name, job.requested_by) == (Job.Kind.CLEAR, "orders", mara)
    assert job.options == {}
    assert Dump.objects.get().kind == Dump.Kind.BACKUP
    assert bells == [str(job.pk)]
    entry = AuditEntry.objects.get(action="clear")
    assert (entry.username, entry.queue_name) == ("mara", "orders")
    assert entry.result == f"job {job.pk} started"
    assert simulator.calls["PurgeQueue"] == 0


@pytest.mark.parametrize("typed", ["", "order", "ORDERS", "orders2"])
def test_without_the_queues_name_nothing_is_cleared_and_what_was_typed_stays(
    typed: str, operator: Client, orders: str, bells: list[str]
) -> None:
    sent = {"name": typed, "text": "paid", "minutes": "7"}
    form = page(operator.post(CLEAR, sent), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert form.complaints
    assert sent.items() <= form.fields.items()
    assert not Job.objects.exists()
    assert bells == []


def test_a_filtered_clear_says_so_on_its_button_and_keeps_filter_and_limits(
    operator: Client, orders: str, bells: list[str]
) -> None:
    chosen = {
        "text": "order ",
        "expression": "body.status == 'paid'",
        "minutes": "7",
        "max_messages": "500",
    }
    form = page(operator.post(CLEAR, chosen), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert form.all("button", class_="danger")[-1].text == "Clear what matches"
    assert "held until the job has seen every message, and put back" in form.text
    operator.post(CLEAR, {**chosen, "name": "orders"})
    assert Job.objects.get().options == {
        "max_seconds": 420,
        "max_messages": 500,
        "filter": {"text": "order ", "expression": "body.status == 'paid'"},
    }


@pytest.mark.parametrize(
    ("expression", "said", "marked"),
    [
        ("body.status = 'paid'", "Did you mean “==”?", "="),
        ("body.status ==", "ends too early", " "),
        ("status == 'paid'", "status", "s"),
    ],
)
def test_a_bad_expression_clears_nothing_and_is_shown_where_it_is_bad(
    expression: str, said: str, marked: str, operator: Client, orders: str, bells: list[str]
) -> None:
    answer = operator.post(CLEAR, {"name": "orders", "expression": expression})
    form = page(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert said in form.complaints
    assert form.the("mark").raw == marked
    assert form.the("textarea", name="expression").attributes["aria-invalid"] == "true"
    assert form.fields["expression"] == expression
    assert not Job.objects.exists()


def test_where_few_tries_are_left_the_form_says_what_looks_cost(
    operator: Client, make_queue: MakeQueue
) -> None:
    make_queue("dead")
    make_queue("orders", dead_letters="dead", tries=2)
    form = page(operator.get(CLEAR))
    assert "Every look is one of at most 2 tries." in form.text
    assert "moved to dead by the look itself" in form.text
    assert form.the("p", class_="warn")


def test_of_a_fifo_queue_the_form_says_that_groups_wait(
    operator: Client, make_queue: MakeQueue
) -> None:
    make_queue("orders.fifo")
    form = page(operator.get("/connections/local/queues/orders.fifo/clear/"))
    assert "SQS shows at most ten messages of a group until those are gone" in form.text


def test_the_dialog_holds_the_same_form(operator: Client, orders: str) -> None:
    part = page(operator.get(CLEAR, headers={"HX-Request": "true"}))
    assert not part.all("html")
    assert part.the("form").attributes["hx-post"] == CLEAR
    assert "Type the queue's name" in part.text
    # Without JavaScript there is no dialog; within one, it would be pressed by Enter.
    assert not part.all("button", name="try")


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_a_filtered_clear_takes_what_matches_and_keeps_a_copy_of_it(
    operator: Client, sqs: SQSClient, orders: str, bells: list[str], worker: Worker
) -> None:
    for number in range(12):
        sqs.send_message(QueueUrl=orders, MessageBody=f'{{"n": {number}}}')
    sqs.send_message(QueueUrl=orders, MessageBody="no JSON")
    operator.post(CLEAR, {"name": "orders", "expression": "body.n < `10`"})
    job = worker(bells)
    assert job.state == Job.State.DONE, job.sentence
    assert worker.left("orders") == ["no JSON", '{"n": 10}', '{"n": 11}']
    assert Dump.objects.get().message_count == 10


def test_a_job_that_is_at_work_on_the_queue_is_said_to_come_first(
    operator: Client, orders: str, bells: list[str]
) -> None:
    assert "is not over yet" not in page(operator.get(CLEAR)).text
    operator.post(f"{QUEUE}dump/", {"minutes": 1})
    form = page(operator.get(CLEAR))
    assert "Dump of orders is not over yet." in form.text
    assert "this one waits for it" in form.text
    assert form.links["Dump of orders"] == f"/jobs/{Job.objects.get().pk}/"


def test_a_queue_that_is_missing_cannot_be_cleared(operator: Client, sqs: SQSClient) -> None:
    page(operator.post("/connections/local/queues/gone/clear/", {"name": "gone"}), 404)
    assert not Job.objects.exists()
