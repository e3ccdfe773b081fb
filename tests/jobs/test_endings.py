"""Jobs that end half done: what they did is counted and said, and nothing is doubled unsaid."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.utils import timezone

from queues.jobs import closing, life
from queues.jobs.books import Books, open_ledger
from queues.jobs.rows import Rows
from queues.jobs.start import CannotUndo, undo
from queues.models import Dump, Job, Settlement
from queues.sqs.sweep import News, Orders
from queues.tasks import WORK
from simulator import Simulator
from tests.jobs.conftest import fill
from tests.jobs.working import Died, Make, State, adds_up, done, hand_back, in_state, meanwhile

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


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


def test_what_the_database_did_not_take_is_not_told(
    make: Make, sqs: SQSClient, orders: str, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is full while messages are stored, and still is when the job is given up."""
    fill(sqs, orders, [f"order {n}" for n in range(30)])
    full = OperationalError("database or disk is full")
    insert = Rows.insert

    def insert_and_fail(rows: Rows) -> None:
        insert(rows)
        raise full

    def cannot_close(*_: object) -> None:
        raise full

    job = make("clear", stop_after_empty=1)
    told: list[tuple[int, int]] = []
    write = Books.write

    def write_and_look(books: Books, news: News) -> Orders:
        try:
            return write(books, news)
        except OperationalError:
            told.append((len(books), books.dump.message_count))
            raise

    monkeypatch.setattr(Books, "write", write_and_look)
    monkeypatch.setattr(Rows, "insert", insert_and_fail)
    monkeypatch.setattr(closing, "_close", cannot_close)
    life.run(job.pk, WORK)
    job.refresh_from_db()
    assert (job.state, job.stored, job.released) == (Job.State.QUEUED, 0, 0)
    assert told == [(0, 0)]
    Job.objects.update(attempts=1000, stored=30)
    life.run(job.pk, WORK)
    job.refresh_from_db()
    assert (job.state, job.stored) == (Job.State.FAILED, 0)
    assert job.tries.latest("number").ending == "Given up."
    assert Dump.objects.get(pk=str(job.dump_id)).reason == job.sentence


def test_a_job_is_never_over_with_numbers_that_are_not_its_ledgers(
    make: Make, orders: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last worker is killed the moment it has ended the job."""
    job = make("move", target_name="archive")
    assert job.claim("a worker")
    ledger = open_ledger(job, Dump.objects.get(pk=str(job.dump_id)))
    ledger.settlements.create(number=0, ordinal=1, state=State.SENDING)
    ledger.settlements.create(number=1, ordinal=2, state=State.DELETED, target_id="there")
    Job.objects.update(attempts=1000, lease_until=timezone.now() - timedelta(seconds=1))
    finish = Job.finish

    def finish_and_die(job: Job, state: Job.State, sentence: str, **changes: Any) -> bool:
        finish(job, state, sentence, **changes)
        raise Died

    monkeypatch.setattr(Job, "finish", finish_and_die)
    with pytest.raises(Died):
        life.run(job.pk, WORK)
    job.refresh_from_db()
    assert (job.state, job.settled, job.failed) == (Job.State.FAILED, 1, 1)
    assert job.possible_duplicates == 1
    assert in_state(job, State.SENDING) == 0
