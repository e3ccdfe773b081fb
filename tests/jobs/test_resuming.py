"""Jobs that go on with another worker, or end without one: what the first left is known."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from queues.jobs import life, sweeping
from queues.jobs.books import PERHAPS_HERE, PERHAPS_SENT, SLIPPED, Books, open_ledger
from queues.jobs.releasing import release_held
from queues.jobs.start import undo
from queues.models import Dump, Job, Ledger, Settlement
from queues.sqs.sweep import News, Orders, Sweep
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


@pytest.fixture(autouse=True)
def _short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first worker received unseen is back by then; see left_hidden."""
    monkeypatch.setattr(sweeping, "left_hidden", lambda job: 0.5)


def die_over(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker stores some messages, and dies."""
    with monkeypatch.context() as dead:
        dead.setattr(Books, "write", stored_and_died(Books.write))
        dead.setattr(Sweep, "_wind_up", lambda sweep, crew: crew.dismiss())
        with pytest.raises(Died):
            life.run(job.pk, WORK)
    time.sleep(1.5)  # its last long polls end


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
        hidden_until=timezone.now() + timedelta(seconds=60),
        target_id="elsewhere" if was == State.SENT else "",
    )
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert release_held(job) == "1 message is visible again, as SQS confirmed."
    job.refresh_from_db()
    row = Settlement.objects.get()
    assert (row.state, row.error) == (ends_as, PERHAPS_HERE if was == State.SENT else PERHAPS_SENT)
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
    job = make("move", target_name="archive", visibility_timeout=3, stop_after_empty=1)
    die_over(job, monkeypatch)
    stored = in_state(job, State.STORED)
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
    assert job.rate, "messages a second, while it went on"
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
    job = make(kind, visibility_timeout=3, stop_after_empty=1)
    die_over(job, monkeypatch)
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


@pytest.fixture
def bills(sqs: SQSClient) -> str:
    """The URL of a FIFO queue with a message group of six, of which the second is long; beside it
    an empty one that does not take that one."""
    for name, attributes in (("archive.fifo", {"MaximumMessageSize": "1024"}), ("orders.fifo", {})):
        given: Any = {"FifoQueue": "true", **attributes}
        url = sqs.create_queue(QueueName=name, Attributes=given)["QueueUrl"]
    for n in range(1, 7):
        body = f"{n}{'x' * 3000 if n == 2 else ''}"
        sqs.send_message(
            QueueUrl=url, MessageBody=body, MessageGroupId="a", MessageDeduplicationId=f"{n}"
        )
    return url


def archived(simulator: Simulator) -> str:
    return "".join(message.body[:1] for message in simulator.messages("archive.fifo"))


def test_after_a_message_that_could_not_be_sent_the_next_worker_sends_none_of_its_group(
    make: Make, bills: str, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first died before it had written down that the rest of the group waits."""
    job = make(
        "move",
        queue_name="orders.fifo",
        target_name="archive.fifo",
        visibility_timeout=4,
        stop_after_empty=1,
    )
    write = Books.write

    def until_one_failed(books: Books, news: News) -> Orders:
        orders = write(books, news)
        if news.failed:
            raise Died
        return orders

    with monkeypatch.context() as dead:
        dead.setattr(Books, "write", until_one_failed)
        dead.setattr(Sweep, "_wind_up", lambda sweep, crew: crew.dismiss())
        with pytest.raises(Died):
            life.run(job.pk, WORK)
    assert archived(simulator) == "1"
    assert in_state(job, State.STORED), "the rest is stored, and was not begun"
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    done(job)
    assert archived(simulator) == "1"
    assert job.failed == 5
    assert len(simulator.messages("orders.fifo")) == 5


def test_where_the_first_of_a_group_has_lapsed_those_behind_it_do_not_overtake_it(
    make: Make,
    bills: str,
    sqs: SQSClient,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive = sqs.get_queue_url(QueueName="archive.fifo")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=archive, Attributes={"MaximumMessageSize": "262144"})
    job = make(
        "move",
        queue_name="orders.fifo",
        target_name="archive.fifo",
        visibility_timeout=6,
        stop_after_empty=1,
    )
    die_over(job, monkeypatch)
    assert in_state(job, State.STORED) == 6
    first = Settlement.objects.get(number=0)
    sqs.change_message_visibility(QueueUrl=bills, ReceiptHandle=first.handle, VisibilityTimeout=0)
    Settlement.objects.filter(number=0).update(hidden_until=timezone.now() - timedelta(seconds=5))
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    done(job)
    assert archived(simulator) == "123456", job.sentence
