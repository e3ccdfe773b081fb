"""Redriving a dead-letter queue: by a job of ours, and by a message move task of SQS."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from queues.models import AuditEntry, Job
from simulator import Simulator
from tests.views.conftest import MakeQueue, Worker
from tests.views.page import Page, page
from tests.views.store import message, stored

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

DEAD = "/connections/local/queues/dead/"
REDRIVE = f"{DEAD}redrive/"
TASKS = f"{DEAD}move-tasks/"
ORDERS_ARN = "arn:aws:sqs:us-east-1:000000000000:orders"


@pytest.fixture
def dead(make_queue: MakeQueue) -> str:
    """The URL of `dead`, where the letters of `orders` die after one receive."""
    url = make_queue("dead")
    make_queue("orders", dead_letters="dead", tries=1)
    return url


def let_die(sqs: SQSClient, *bodies: str, queue: str = "orders") -> None:
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    for body in bodies:
        sqs.send_message(QueueUrl=url, MessageBody=body)
    for _ in range(20):
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        if not got.get("Messages"):
            counts = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1, VisibilityTimeout=0)
            if not counts.get("Messages"):
                return


def refused(operator: Client, **sent: Any) -> Page:
    answer = operator.post(REDRIVE, sent)
    assert not Job.objects.exists()
    return page(answer, HTTPStatus.UNPROCESSABLE_ENTITY)


def started(operator: Client, **sent: Any) -> Page:
    answer = operator.post(REDRIVE, {"way": "task", **sent}, follow=True)
    assert answer.redirect_chain == [(TASKS, HTTPStatus.FOUND)]
    return page(answer)


def test_redrive_stands_on_a_dead_letter_queues_page_and_on_no_others(
    operator: Client, dead: str
) -> None:
    # Nobody has looked at its source yet, so only SQS knows.
    assert page(operator.get(DEAD)).links["Redrive"] == REDRIVE
    orders = page(operator.get("/connections/local/queues/orders/"))
    assert "Redrive" not in orders.links


def test_a_queue_whose_messages_say_that_they_died_can_be_redriven(
    operator: Client, make_queue: MakeQueue
) -> None:
    make_queue("dead")
    assert "Redrive" not in page(operator.get(DEAD)).links
    letter = message("x", attributes={"DeadLetterQueueSourceArn": ORDERS_ARN})
    peek = stored(letter, queue_name="dead", kind="peek")
    assert "Redrive" in page(operator.get(f"{DEAD}?peek={peek.pk}")).links
    # Where it came from is offered, although no queue names this one any more.
    form = page(operator.get(f"{REDRIVE}?dump={peek.pk}&ordinal=1"))
    assert form.fields["target"] == "orders"


def test_both_ways_stand_side_by_side_and_each_says_what_it_cannot(
    operator: Client, dead: str
) -> None:
    form = page(operator.get(REDRIVE))
    assert [radio.attributes["value"] for radio in form.all("input", name="way")] == ["own", "task"]
    own, task = (way.text for way in form.all("div", class_="way"))
    assert "so it can be undone" in own
    assert "slower" in own
    assert "no filter, no selection, no copy here, no undo" in task
    assert "brings nothing back" in task
    assert "36 hours" in task
    assert form.fields["target"] == "orders"  # the only source
    assert form.all("button")[-1].text == "Redrive"


def test_of_several_sources_one_is_chosen(
    operator: Client, dead: str, make_queue: MakeQueue
) -> None:
    make_queue("mails", dead_letters="dead")
    form = page(operator.get(REDRIVE))
    assert form.fields["target"] == ""
    assert "Dead letters come here from mails , orders" in form.text.replace(",", " ,")
    assert "This field is required" in refused(operator, way="own").complaints


def test_ours_is_a_job_with_filter_and_target(
    operator: Client, dead: str, bells: list[str]
) -> None:
    answer = operator.post(REDRIVE, {"way": "own", "target": "orders", "text": "timeout"})
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert (job.kind, job.queue_name, job.target_name) == (Job.Kind.REDRIVE, "dead", "orders")
    assert job.options["filter"] == {"text": "timeout", "expression": ""}
    assert bells == [str(job.pk)]
    assert AuditEntry.objects.get(action="redrive").result == f"job {job.pk} started"


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_selected_dead_letters_go_back_and_the_others_stay(
    operator: Client, sqs: SQSClient, dead: str, bells: list[str], worker: Worker
) -> None:
    let_die(sqs, "a", "b", "c")
    peek = operator.post(f"{DEAD}peek/", {"messages": 10, "wait": 2, "visibility_timeout": 30})
    shown = page(operator.get(peek.headers["Location"]))
    ticks = [each for each in shown.all("input", name="ordinal") if each.has("form", "selected")]
    assert len(ticks) == 3
    peek_id = peek.headers["Location"].rpartition("=")[2]
    operator.post(REDRIVE, {"dump": peek_id, "ordinal": [1, 2], "target": "orders"})
    job = worker(bells)
    assert job.state == Job.State.DONE, job.sentence
    assert len(worker.left("dead")) == 1
    assert len(worker.left("orders")) == 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": "timeout"}, "it knows no filter"),
        ({"per_second": 501}, "500"),
        ({"per_second": 0}, "1"),
        ({"destination": "dead"}, "dead is the queue the messages are in"),
        ({"destination": "other.fifo"}, "between queues of one type only"),
        ({"destination": "gone"}, "gone"),
    ],
)
def test_what_a_task_cannot_do_is_refused_before_it_is_started(
    sent: dict[str, Any], said: str, operator: Client, dead: str, simulator: Simulator
) -> None:
    assert said in refused(operator, way="task", **sent).complaints
    assert simulator.calls["StartMessageMoveTask"] == 0


def test_a_task_is_not_for_selected_messages(
    operator: Client, dead: str, simulator: Simulator
) -> None:
    dump = stored(message("x"), queue_name="dead")
    form = page(operator.get(f"{REDRIVE}?dump={dump.pk}&ordinal=1"))
    assert "not for selected messages" in form.text
    said = refused(operator, way="task", dump=str(dump.pk), ordinal=1).complaints
    assert "it knows no selected messages" in said
    assert simulator.calls["StartMessageMoveTask"] == 0


def test_a_task_moves_the_messages_and_is_seen_to_have_ended(
    operator: Client, sqs: SQSClient, dead: str, simulator: Simulator
) -> None:
    let_die(sqs, "a", "b")
    simulator.clock.freeze()
    seen = started(operator)
    assert "SQS has begun to move the messages of dead." in seen.text
    simulator.clock.advance(2)
    live = page(operator.get(TASKS, headers={"HX-Request": "true"}))
    assert not live.all("html")
    assert "completed" in live.text
    assert "each message's source" in live.text
    assert sorted(each.body for each in simulator.messages("orders")) == ["a", "b"]
    # It has ended, so the page asks no more.
    assert "hx-get" not in live.the("div", id="move-tasks").attributes
    entry = AuditEntry.objects.get(action="start move task")
    assert (entry.queue_name, entry.result) == ("dead", "started")


def test_a_running_task_shows_how_far_it_is_and_can_be_cancelled(
    operator: Client, sqs: SQSClient, dead: str, simulator: Simulator, counts_settle: None
) -> None:
    let_die(sqs, *(f"{number}" for number in range(20)))
    simulator.clock.freeze()
    started(operator, per_second=1, destination="orders")
    simulator.clock.advance(5)
    live = page(operator.get(TASKS))
    assert "Moving to orders" in live.text
    assert "at most 1 a second" in live.text
    assert live.the("div", id="move-tasks").attributes["hx-trigger"].startswith("app:tick")
    form = live.the("section", aria_label="Running message move task")
    assert "Cancel" in form.text
    answer = operator.post(f"{TASKS}cancel/", live.fields, follow=True)
    assert "stay where they are" in page(answer).text
    simulator.clock.advance(5)
    assert "cancelled" in page(operator.get(TASKS)).text
    assert simulator.messages("dead")
    assert AuditEntry.objects.filter(action="cancel move task").count() == 1


def test_a_task_that_began_since_is_not_cancelled_for_the_one_that_was_shown(
    operator: Client, sqs: SQSClient, dead: str, simulator: Simulator
) -> None:
    let_die(sqs, *(f"{number}" for number in range(9)))
    simulator.clock.freeze()
    started(operator, per_second=1)
    simulator.clock.advance(1)
    sent = {"started": "2026-01-01T00:00:00+00:00"}
    answer = operator.post(f"{TASKS}cancel/", sent, follow=True)
    assert "over already" in page(answer).text
    assert simulator.calls["CancelMessageMoveTask"] == 0


def test_why_a_task_failed_is_explained(
    operator: Client, sqs: SQSClient, dead: str, simulator: Simulator
) -> None:
    sqs.send_message(QueueUrl=dead, MessageBody="sent here directly")
    simulator.clock.freeze()
    started(operator)
    simulator.clock.advance(2)
    seen = page(operator.get(TASKS))
    assert "failed" in seen.text
    assert "does not know the queue it came from" in seen.complaints + seen.text


def test_a_task_that_sqs_refuses_is_said_in_the_form(
    operator: Client, dead: str, simulator: Simulator
) -> None:
    simulator.faults.add("access_denied", "StartMessageMoveTask")
    form = refused(operator, way="task", per_second=7)
    assert "may not start a message move task" in form.complaints
    assert form.fields["per_second"] == "7"


def test_tasks_that_sqs_does_not_list_are_said_not_to_be_known(
    operator: Client, dead: str, simulator: Simulator
) -> None:
    simulator.faults.add("access_denied", "ListMessageMoveTasks")
    seen = page(operator.get(TASKS))
    assert "SQS does not list the tasks." in seen.text
    assert "No message move task" not in seen.text
    # Redriving by ourselves does not need them.
    assert page(operator.get(REDRIVE)).fields["target"] == "orders"


def test_a_queue_without_tasks_says_so(operator: Client, dead: str) -> None:
    assert "No message move task" in page(operator.get(TASKS)).text
