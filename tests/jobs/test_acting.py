"""Jobs that act: what they take away is stored first, and can be put back."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User

from queues.connections_file import Connection
from queues.jobs import life
from queues.jobs.start import start, undo
from queues.models import Dump, Job, QueuePreferences, Settlement
from queues.tasks import WORK
from simulator import Simulator
from tests.jobs.conftest import QUICK, fill

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
Run = Callable[..., Job]


@pytest.fixture
def run(connection: Connection, mara: User) -> Run:
    """Make a job and work on it to its end."""

    def do(kind: str, queue_name: str = "orders", target_name: str = "", **options: Any) -> Job:
        job = start(
            kind, "local", queue_name, mara, options=QUICK | options, target_name=target_name
        )
        return done(job)

    return do


def done(job: Job) -> Job:
    job.options = QUICK | job.options
    job.save()
    life.run(job.pk, WORK)
    job.refresh_from_db()
    return job


def bodies(simulator: Simulator, name: str) -> Counter[str]:
    return Counter(message.body for message in simulator.messages(name))


def test_a_clear_empties_the_queue_and_its_undo_fills_it_again(
    run: Run, sqs: SQSClient, orders: str, simulator: Simulator, mara: User
) -> None:
    fill(sqs, orders, [f"order {n}" for n in range(345)])
    job = run("clear")
    assert (job.state, job.stored, job.settled, job.verdict) == ("done", 345, 345, "complete")
    assert simulator.messages("orders") == []
    back = done(undo(job, mara))
    assert back.state == "done", back.sentence
    assert bodies(simulator, "orders") == Counter(f"order {n}" for n in range(345))


def test_a_clear_with_a_filter_takes_what_matches_and_leaves_the_rest(
    run: Run, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    paid = [json.dumps({"n": n, "status": "paid"}) for n in range(40)]
    failed = [json.dumps({"n": n, "status": "failed"}) for n in range(30)]
    odd = [f"no JSON {n}" for n in range(5)]
    fill(sqs, orders, [*paid, *failed, *odd])
    job = run("clear", filter={"text": "", "expression": "body.status != 'paid'"})
    assert job.state == "done", job.sentence
    assert (job.stored, job.settled, job.skipped, job.cannot_judge) == (30, 30, 40, 5)
    assert bodies(simulator, "orders") == Counter([*paid, *odd])
    assert {message.state for message in simulator.messages("orders")} == {"available"}
    assert Dump.objects.get(pk=str(job.dump_id)).message_count == 30


@pytest.mark.parametrize(("told", "taken"), [("", 3), ("base64", 3), ("raw", 0)])
def test_a_filter_reads_bodies_as_the_queues_pages_did_when_the_job_was_asked_for(
    told: str, taken: int, run: Run, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    packed = [base64.b64encode(b'{"status": "failed", "n": %d}' % n).decode() for n in range(3)]
    fill(sqs, orders, packed)
    QueuePreferences.objects.create(connection="local", queue_name="orders", decoder=told)
    job = run("clear", filter={"text": "", "expression": "body.status == 'failed'"})
    assert (job.stored, job.settled, job.cannot_judge) == (taken, taken, 3 - taken)
    assert bodies(simulator, "orders") == (Counter() if taken else Counter(packed))


def test_a_move_carries_everything_and_can_be_taken_back(
    run: Run, sqs: SQSClient, orders: str, simulator: Simulator, mara: User
) -> None:
    sqs.create_queue(QueueName="archive")
    fill(sqs, orders, [f"order {n}" for n in range(120)])
    job = run("move", target_name="archive")
    assert (job.state, job.settled) == ("done", 120), job.sentence
    assert simulator.messages("orders") == []
    assert bodies(simulator, "archive") == Counter(f"order {n}" for n in range(120))
    fill(sqs, sqs.get_queue_url(QueueName="archive")["QueueUrl"], ["was here before"])
    back = done(undo(job, mara))
    assert back.state == "done", back.sentence
    assert bodies(simulator, "orders") == Counter(f"order {n}" for n in range(120))
    assert bodies(simulator, "archive") == Counter(["was here before"])


def test_delete_selected_takes_those_and_no_others(
    run: Run, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, [f"order {n}" for n in range(50)])
    dump = run("dump")
    chosen = {
        message.ordinal: bytes(message.body).decode()
        for message in Dump.objects.get(pk=str(dump.dump_id)).messages.all()[:3]
    }
    job = run("delete", selection={"dump": str(dump.dump_id), "ordinals": list(chosen)})
    assert (job.state, job.settled, job.verdict) == ("done", 3, "complete"), job.sentence
    assert not set(chosen.values()) & set(bodies(simulator, "orders"))
    assert len(simulator.messages("orders")) == 47
    assert Settlement.objects.of_job(job.pk).filter(state="held").count() == 0


@pytest.mark.parametrize(
    ("kind", "refused"), [("clear", "DeleteMessageBatch"), ("move", "SendMessageBatch")]
)
def test_what_sqs_refuses_for_good_ends_the_job_soon_and_everything_else_is_put_back(
    run: Run, sqs: SQSClient, orders: str, simulator: Simulator, kind: str, refused: str
) -> None:
    sqs.create_queue(QueueName="archive")
    fill(sqs, orders, [f"order {n}" for n in range(500)])
    simulator.faults.add("latency", seconds=0.15)
    simulator.faults.add("access_denied", refused, start=0.8)
    job = run(kind, target_name="archive" if kind == "move" else "", threads=16)
    assert job.state == "failed"
    assert "not allowed" in job.sentence
    asked = simulator.calls[refused]
    assert asked < 50 + 40, f"{asked} requests: a refusal of each thread is enough to know"
    assert {message.state for message in simulator.messages("orders")} <= {"available"}
    assert len(simulator.messages("orders")) == 500 - job.settled


def test_after_a_message_that_cannot_be_restored_its_group_waits_so_that_its_order_stays(
    run: Run, sqs: SQSClient, simulator: Simulator, mara: User
) -> None:
    url = sqs.create_queue(QueueName="bills.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for n in range(1, 8):
        body = "x" * 3000 if n == 3 else f"{n}"
        for group in "ab":
            text = f"{group}{n}" if group == "b" else body
            sqs.send_message(
                QueueUrl=url,
                MessageBody=text,
                MessageGroupId=group,
                MessageDeduplicationId=f"{group}{n}",
            )
    clear = run("clear", "bills.fifo")
    assert clear.settled == 14, clear.sentence
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MaximumMessageSize": "2048"})
    back = done(undo(clear, mara))
    assert (back.settled, back.failed) == (2 + 7, 5), back.sentence
    there = [message.body for message in simulator.messages("bills.fifo")]
    assert [body for body in there if not body.startswith("b")] == ["1", "2"]
    assert [body for body in there if body.startswith("b")] == [f"b{n}" for n in range(1, 8)]


def test_if_what_was_chosen_is_only_partly_stored_nothing_is_touched(
    run: Run, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, ["order 1", "order 2"])
    dump = Dump.objects.get(pk=str(run("dump").dump_id))
    dump.messages.filter(ordinal=1).delete()
    job = run("delete", selection={"dump": str(dump.pk), "ordinals": "1-2"})
    assert job.state == Job.State.FAILED
    assert "1 of the messages that were chosen cannot be looked up any more" in job.sentence
    assert len(simulator.messages("orders")) == 2
