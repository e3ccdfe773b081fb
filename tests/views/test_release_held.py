"""Release everything held, at the end of the page of a job that died. The queue is real."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from queues.connections_file import Connection
from queues.jobs import releasing
from queues.models import Attempt, AuditEntry, Job, Settlement
from simulator import Simulator
from tests.jobs.conftest import fill
from tests.views.page import Page, page
from tests.views.store import job, message, settled, stored

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")


def shown(browser: Client, job: Job) -> Page:
    return page(browser.get(f"/jobs/{job.pk}/"))


def buttons(seen: Page) -> list[str]:
    return [button.text for button in seen.all("button")]


def held_message(sqs: SQSClient, url: str, **fields: Any) -> dict[str, Any]:
    """A message that a worker received before it died."""
    [message] = sqs.receive_message(QueueUrl=url, VisibilityTimeout=600, WaitTimeSeconds=5)[
        "Messages"
    ]
    until = timezone.now() + timedelta(seconds=600)
    return {
        "message_id": message["MessageId"],
        "handle": message["ReceiptHandle"],
        "state": "stored",
        "hidden_until": until,
        **fields,
    }


def test_what_a_dead_job_hides_is_put_back_with_one_click(
    operator: Client, connection: Connection, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, ["one", "two"])
    ended = job(state=Job.State.FAILED, sentence="Given up: 5 workers died.")
    settled(ended, held_message(sqs, orders), held_message(sqs, orders, state="held"))
    seen = shown(operator, ended)
    assert "Release everything held" in buttons(seen)
    assert (
        "2 messages may still be hidden from consumers; the last reappears by itself in 9 min"
        in (seen.text)
    )
    after = page(operator.post(f"/jobs/{ended.pk}/release/", follow=True))
    assert "2 messages are visible again, as SQS confirmed." in after.text
    assert "Release everything held" not in buttons(after)
    assert {message.state for message in simulator.messages("orders")} == {"available"}
    entry = AuditEntry.objects.get(action="release held")
    assert entry.result == "2 messages are visible again, as SQS confirmed."


@pytest.mark.parametrize(
    ("fields", "offered"),
    [
        ({}, True),
        ({"hidden_until": timezone.now() - timedelta(seconds=1)}, False),
        ({"state": "released"}, False),
        ({"state": "deleted"}, False),
        # What failed was put back when the job ended, unless the job says that it holds some.
        ({"state": "failed"}, False),
    ],
)
def test_release_is_offered_only_where_something_is_hidden(
    operator: Client, fields: dict[str, Any], offered: bool
) -> None:
    ended = job(state=Job.State.CANCELLED)
    hidden = {"handle": "h", "hidden_until": timezone.now() + timedelta(hours=1), "state": "stored"}
    settled(ended, hidden | fields)
    assert ("Release everything held" in buttons(shown(operator, ended))) is offered


def test_what_failed_is_released_too_where_the_job_died_holding_it(operator: Client) -> None:
    ended = job(state=Job.State.FAILED, held=1)
    until = timezone.now() + timedelta(hours=1)
    settled(ended, {"handle": "h", "hidden_until": until, "state": "failed", "error": "No."})
    assert "Release everything held" in buttons(shown(operator, ended))


def test_a_job_whose_worker_fell_silent_can_be_ended_so(
    operator: Client, connection: Connection, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, ["one"])
    lapsed = timezone.now() - timedelta(seconds=1)
    dead = job(state=Job.State.RUNNING, started_at=lapsed, lease_until=lapsed, held=1)
    settled(dead, held_message(sqs, orders))
    seen = shown(operator, dead)
    assert "Releasing them ends the job; otherwise another worker goes on with it." in seen.text
    after = page(operator.post(f"/jobs/{dead.pk}/release/", follow=True))
    assert "1 message is visible again, as SQS confirmed." in after.text
    assert "failed" in after.text
    assert {message.state for message in simulator.messages("orders")} == {"available"}


def test_what_the_dead_worker_deleted_and_did_not_write_down_can_be_undone(
    operator: Client, connection: Connection, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, ["one", "two", "three"])
    lapsed = timezone.now() - timedelta(seconds=1)
    backup = stored(*(message(body, body) for body in ("one", "two", "three")), kind="backup")
    dead = job(dump=backup, state=Job.State.RUNNING, started_at=lapsed, lease_until=lapsed, held=3)
    Attempt.begin(dead)
    three = [held_message(sqs, orders, ordinal=number) for number in (1, 2, 3)]
    settled(dead, *three)
    sqs.delete_message(QueueUrl=orders, ReceiptHandle=str(three[1]["handle"]))
    after = page(operator.post(f"/jobs/{dead.pk}/release/", follow=True))
    assert "2 messages are visible again, as SQS confirmed; 1 was visible already, or is gone." in (
        after.text
    )
    assert "Of 1 it is not known whether they were deleted." in after.text
    assert "the worker may have deleted it before it died" in after.text
    assert "Undo (1 message)" in buttons(after)
    assert "Release everything held" not in buttons(after)
    dead.refresh_from_db()
    assert (dead.stored, dead.settled, dead.failed, dead.released) == (3, 0, 1, 2)
    assert "goes on" not in after.text


def test_a_running_job_puts_back_what_it_holds_by_itself(operator: Client) -> None:
    running = job(state=Job.State.RUNNING)
    until = timezone.now() + timedelta(hours=1)
    settled(running, {"handle": "h", "hidden_until": until, "state": "stored"})
    assert "Release everything held" not in buttons(shown(operator, running))
    assert Settlement.objects.of_job(running.pk).hidden().exists()


def test_what_sqs_refuses_to_put_back_is_said_and_stays_known_as_hidden(
    operator: Client, connection: Connection, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, ["one"])
    ended = job(state=Job.State.FAILED, held=1)
    settled(ended, held_message(sqs, orders))
    simulator.faults.add("access_denied", "ChangeMessageVisibilityBatch")
    after = page(operator.post(f"/jobs/{ended.pk}/release/", follow=True))
    assert "of 1 SQS did not confirm it: " in after.text
    assert "not allowed" in after.text
    assert "Release everything held" in buttons(after)
    simulator.faults.clear()
    after = page(operator.post(f"/jobs/{ended.pk}/release/", follow=True))
    assert "1 message is visible again, as SQS confirmed." in after.text
    assert {message.state for message in simulator.messages("orders")} == {"available"}


def test_a_queue_that_answers_slowly_keeps_nobody_waiting_and_what_is_left_is_said(
    operator: Client,
    connection: Connection,
    sqs: SQSClient,
    orders: str,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(sqs, orders, [f"order {n}" for n in range(12)])
    ended = job(state=Job.State.FAILED, held=12)
    settled(ended, *(held_message(sqs, orders) for _ in range(12)))
    simulator.faults.add("latency", "ChangeMessageVisibilityBatch", seconds=2.5)
    with monkeypatch.context() as hurried:
        hurried.setattr(releasing, "MOST_SECONDS", 0.5)
        began = time.monotonic()
        after = page(operator.post(f"/jobs/{ended.pk}/release/", follow=True))
    assert time.monotonic() - began < 2.3
    assert "12 messages are left, and reappear by themselves unless you press Release" in after.text
    assert "visible again" not in after.text
    simulator.faults.clear()
    time.sleep(2.5)
    again = page(operator.post(f"/jobs/{ended.pk}/release/", follow=True))
    assert "12 were visible already, or are gone." in again.text
    assert "Release everything held" not in buttons(again)
