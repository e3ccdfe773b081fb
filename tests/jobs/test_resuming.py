"""Jobs that go on with another worker, or end without one: what the first left is known."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from queues.jobs import life
from queues.jobs.books import SLIPPED, Books, open_ledger
from queues.jobs.releasing import release_held
from queues.jobs.start import undo
from queues.models import Dump, Job, Ledger, Settlement
from queues.sqs.sweep import Sweep
from queues.tasks import WORK
from simulator import Simulator
from tests.jobs.conftest import fill
from tests.jobs.working import (
    Died,
    Make,
    State,
    adds_up,
    done,
    hand_back,
    in_state,
    stored_and_died,
)

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.mark.parametrize(("was", "ends_as"), [(State.SENDING, "failed"), (State.SENT, "sent")])
def test_what_a_dead_worker_left_half_moved_is_counted_when_it_is_put_back_by_hand(
    make: Make, sqs: SQSClient, orders: str, was: State, ends_as: str
) -> None:
    fill(sqs, orders, ["order 1"])
    received = sqs.receive_message(QueueUrl=orders, VisibilityTimeout=60, WaitTimeSeconds=5)
    [message] = received["Messages"]
    job = make("move", target_name="archive")
    assert job.claim("a worker that dies")
    ledger = open_ledger(job, Dump.objects.get(pk=str(job.dump_id)))
    ledger.settlements.create(
        number=0,
        ordinal=1,
        state=was,
        handle=message["ReceiptHandle"],
        target_id="elsewhere" if was == State.SENT else "",
    )
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert release_held(job) == "1 message was put back."
    job.refresh_from_db()
    row = Settlement.objects.get()
    assert (row.state, bool(row.error)) == (ends_as, True)
    assert (job.settled, job.failed, job.possible_duplicates) == (
        (1, 0, 0) if was == State.SENT else (0, 1, 1)
    )
    assert "sent until then" in job.sentence
    assert Ledger.objects.get().epoch > ledger.epoch, "who wakes late writes nothing"


def test_what_a_consumer_took_while_the_worker_was_dead_is_not_moved_as_well(
    make: Make, sqs: SQSClient, orders: str, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqs.create_queue(QueueName="archive")
    fill(sqs, orders, [f"order {n}" for n in range(10)])
    job = make("move", target_name="archive")
    with monkeypatch.context() as dead:
        dead.setattr(Books, "write", stored_and_died(Books.write))
        dead.setattr(Sweep, "_wind_up", lambda sweep, crew: crew.dismiss())
        with pytest.raises(Died):
            life.run(job.pk, WORK)
    stored = in_state(job, State.STORED)
    time.sleep(1.5)  # its last long polls end
    simulator.clock.advance(40)
    Settlement.objects.update(hidden_until=timezone.now() - timedelta(seconds=5))
    taken = sqs.receive_message(QueueUrl=orders, MaxNumberOfMessages=5, WaitTimeSeconds=5)
    for message in taken["Messages"]:
        sqs.delete_message(QueueUrl=orders, ReceiptHandle=message["ReceiptHandle"])
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    done(job)
    consumed = {message["Body"] for message in taken["Messages"]}
    moved = {message.body for message in simulator.messages("archive")}
    assert stored
    assert consumed
    assert moved == {f"order {n}" for n in range(10)} - consumed
    assert not simulator.messages("orders")
    errors = Settlement.objects.exclude(error="").values_list("error", flat=True)
    assert set(errors) <= {SLIPPED}
    assert adds_up(job)


def test_a_clear_of_a_few_that_is_handed_back_does_not_take_more(
    make: Make, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, [f"order {n}" for n in range(100)])
    simulator.faults.add("latency", "DeleteMessageBatch", seconds=0.5)
    job = make("clear", max_messages=50)
    hand_back(job, lambda: Settlement.objects.of_job(job.pk).count() == 50)
    simulator.faults.clear()
    done(job)
    assert len(simulator.messages("orders")) == 50
    assert (job.state, job.stored, job.settled) == (Job.State.DONE, 50, 50)
    assert "The number of messages asked for was reached" in job.sentence


def test_a_restore_that_is_handed_back_sends_nothing_twice(
    make: Make, sqs: SQSClient, orders: str, simulator: Simulator, mara: User
) -> None:
    fill(sqs, orders, [f"order {n}" for n in range(300)])
    job = undo(done(make("clear")), mara)
    simulator.faults.add("latency", "SendMessageBatch", seconds=0.15)
    hand_back(job, lambda: len(simulator.messages("orders")) > 60)
    assert in_state(job, State.SENDING) == 0
    simulator.faults.clear()
    assert done(job).sentence == "300 messages sent to orders."
    assert len(simulator.messages("orders")) == 300


def test_a_job_that_cannot_go_on_does_not_say_that_it_did_not_begin(
    make: Make, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, [f"order {n}" for n in range(400)])
    simulator.faults.add("latency", "DeleteMessageBatch", seconds=0.1)
    job = make("clear")
    hand_back(job, lambda: in_state(job, State.DELETED) > 20)
    sqs.delete_queue(QueueUrl=orders)
    simulator.clock.advance(70)
    sqs.create_queue(QueueName="orders")
    done(job)
    assert job.sentence.startswith("It did not go on. The queue orders was deleted and made anew")


@pytest.mark.parametrize(("kind", "left"), [("dump", 20), ("clear", 0)])
def test_what_a_dead_worker_hid_for_longer_than_it_wrote_down_is_not_left_hidden(
    kind: str,
    left: int,
    make: Make,
    sqs: SQSClient,
    orders: str,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was killed between asking SQS for more time and writing down that it has it."""
    fill(sqs, orders, [f"order {n}" for n in range(20)])
    job = make(kind)
    with monkeypatch.context() as dead:
        dead.setattr(Books, "write", stored_and_died(Books.write))
        dead.setattr(Sweep, "_wind_up", lambda sweep, crew: crew.dismiss())
        with pytest.raises(Died):
            life.run(job.pk, WORK)
    time.sleep(1.5)  # its last long polls end
    for row in Settlement.objects.all():
        sqs.change_message_visibility(
            QueueUrl=orders, ReceiptHandle=row.handle, VisibilityTimeout=600
        )
    Settlement.objects.update(hidden_until=timezone.now() - timedelta(seconds=5))
    simulator.clock.advance(40)  # those it had not written down are back
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    done(job)
    assert job.state == Job.State.DONE, job.sentence
    messages = simulator.messages("orders")
    assert [message.state for message in messages] == ["available"] * left
    assert job.failed == 0
    assert Dump.objects.get(pk=str(job.dump_id)).messages.count() == 20
