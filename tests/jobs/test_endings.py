"""Jobs that end half done: what they did is counted and said, and nothing is doubled unsaid."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.db import connections as databases
from django.utils import timezone

from queues.connections_file import Connection
from queues.jobs import life
from queues.jobs.books import SLIPPED, Books, open_ledger
from queues.jobs.releasing import release_held
from queues.jobs.start import CannotUndo, start, undo
from queues.models import Dump, Job, Ledger, Settlement
from queues.sqs.sweep import News, Orders, Sweep
from queues.tasks import WORK
from simulator import Simulator
from tests.jobs.conftest import QUICK, fill

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
Make = Callable[..., Job]
State = Settlement.State


@pytest.fixture
def make(connection: Connection, mara: User) -> Make:
    """A job that waits."""

    def new(kind: str, target_name: str = "", **options: Any) -> Job:
        return start(
            kind, "local", "orders", mara, options=QUICK | options, target_name=target_name
        )

    return new


def done(job: Job) -> Job:
    job.options = QUICK | job.options
    job.save(update_fields=["options"])
    life.run(job.pk, WORK)
    job.refresh_from_db()
    return job


@contextmanager
def meanwhile(job: Job, holds: Callable[[], bool]) -> Iterator[None]:
    """A worker does the job; what is in the block happens once `holds`, and then it ends."""

    def work() -> None:
        try:
            life.run(job.pk, WORK)
        finally:
            databases.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    deadline = time.monotonic() + 15
    try:
        while not holds():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.01)
        yield
    finally:
        worker.join(60)
        life.stopping.clear()
    assert not worker.is_alive()
    job.refresh_from_db()


def hand_back(job: Job, holds: Callable[[], bool]) -> None:
    with meanwhile(job, holds):
        life.stopping.set()
    assert job.state == Job.State.QUEUED


class Died(BaseException):
    """Nothing handles this, as nothing handles SIGKILL."""


def stored_and_died(write: Callable[[Books, News], Orders]) -> Callable[[Books, News], Orders]:
    def write_and_die(books: Books, news: News) -> Orders:
        write(books, news)
        if news.arrivals:
            raise Died
        return Orders()

    return write_and_die


def in_state(job: Job, *states: State) -> int:
    return Settlement.objects.of_job(job.pk).filter(state__in=states).count()


def adds_up(job: Job) -> bool:
    return Settlement.objects.of_job(job.pk).count() == job.settled + job.released + job.failed


def test_a_clear_cancelled_while_it_waited_to_go_on_says_what_it_has_deleted(
    make: Make, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, [f"order {n}" for n in range(400)])
    simulator.faults.add("latency", "DeleteMessageBatch", seconds=0.1)
    job = make("clear")
    hand_back(job, lambda: in_state(job, State.DELETED) > 20)
    life.cancel(job)
    job.refresh_from_db()
    gone = 400 - len(simulator.messages("orders"))
    assert 0 < gone < 400
    said = f"It was cancelled while it waited to go on. {gone} messages were deleted until then."
    assert job.sentence == Dump.objects.get(pk=str(job.dump_id)).reason == said
    assert job.settled == gone
    assert adds_up(job)


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


def test_an_undo_cancelled_amid_lost_answers_says_so_and_the_next_counts_what_it_doubles(
    make: Make, sqs: SQSClient, orders: str, simulator: Simulator, mara: User
) -> None:
    fill(sqs, orders, [f"order {n}" for n in range(100)])
    clear = done(make("clear"))
    first = undo(clear, mara)
    simulator.faults.add("lost_answer", "SendMessageBatch")
    with meanwhile(first, lambda: len(simulator.messages("orders")) > 10):
        life.cancel(first)
    simulator.faults.clear()
    unknown = in_state(first, State.UNKNOWN)
    assert first.state == Job.State.CANCELLED
    assert unknown == first.failed > 0
    assert f"Of {unknown} it is not known whether they were sent." in first.sentence
    second = done(undo(clear, mara))
    copies = Counter(message.body for message in simulator.messages("orders"))
    assert len(copies) == 100, "none is lost"
    assert copies.total() - 100 <= first.possible_duplicates + second.possible_duplicates
    assert second.possible_duplicates == unknown


def test_messages_chosen_from_a_dump_that_is_gone_are_not_said_to_have_come(
    make: Make, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, ["order 1", "order 2"])
    dump = done(make("dump"))
    job = make("delete", selection={"dump": str(dump.dump_id), "ordinals": [1]})
    Dump.objects.get(pk=str(dump.dump_id)).delete()
    done(job)
    assert job.state == Job.State.FAILED
    assert job.sentence.startswith("It did not begin. None of the messages that were chosen")
    assert len(simulator.messages("orders")) == 2


def test_undoing_a_move_that_could_not_delete_does_not_double_what_is_still_there(
    make: Make, sqs: SQSClient, orders: str, simulator: Simulator, mara: User
) -> None:
    sqs.create_queue(QueueName="archive")
    fill(sqs, orders, [f"order {n}" for n in range(40)])
    simulator.faults.add("access_denied", "DeleteMessageBatch", start=0.3)
    simulator.faults.add("latency", "SendMessageBatch", seconds=0.15)
    job = done(make("move", target_name="archive"))
    simulator.faults.clear()
    in_both = in_state(job, State.SENT)
    assert in_both, job.sentence
    if in_both == job.settled:
        with pytest.raises(CannotUndo):
            undo(job, mara)
    else:
        done(undo(job, mara))
    copies = Counter(message.body for message in simulator.messages("orders"))
    assert copies == Counter(f"order {n}" for n in range(40))
    assert len(simulator.messages("archive")) == in_both


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


def test_a_target_that_takes_nothing_is_not_said_to_hold_doubles(
    make: Make, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    sqs.create_queue(QueueName="archive")
    fill(sqs, orders, [f"order {n}" for n in range(30)])
    simulator.faults.add("access_denied", "SendMessageBatch")
    job = done(make("move", target_name="archive"))
    assert job.state == Job.State.FAILED
    assert job.possible_duplicates == 0
    assert "twice" not in job.sentence
    errors = set(Settlement.objects.values_list("error", flat=True))
    assert any("not allowed to do this" in error for error in errors)
    assert not any("not known" in error for error in errors)
    assert {message.state for message in simulator.messages("orders")} == {"available"}
    assert len(simulator.messages("orders")) == 30


def test_what_could_not_be_put_back_is_not_said_to_be(
    make: Make, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, [f"order {n}" for n in range(30)])
    simulator.faults.add("access_denied", "ChangeMessageVisibilityBatch")
    job = done(make("clear", filter={"text": "no such text", "expression": ""}))
    assert "30 do not match. 30 could not be put back at once" in job.sentence
    assert job.held == 30


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
