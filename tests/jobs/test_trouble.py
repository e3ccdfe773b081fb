"""Dumps that go wrong: each ends, with a sentence, with what it had, and the queue whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections as databases
from django.db.models import F
from django.utils import timezone

from queues import connections
from queues.jobs import life
from queues.jobs.books import Books
from queues.jobs.rows import Rows
from queues.models import Dump, Job
from queues.sqs.sweep import Sweep, SweepResult
from queues.tasks import run_job
from simulator import Simulator
from tests.jobs.conftest import NewDump, dump_of, fill

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@contextmanager
def working_on(job: Job) -> Iterator[None]:
    """A worker does the job meanwhile; afterwards it has ended."""

    def work() -> None:
        try:
            run_job(str(job.pk))
        finally:
            databases.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        worker.join(30)
    assert not worker.is_alive()
    job.refresh_from_db()


def until(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def states(simulator: Simulator) -> set[str]:
    return {message.state for message in simulator.messages("orders")}


def has_stored(job: Job, number: int) -> bool:
    return dump_of(job).message_count >= number


@pytest.fixture
def slow(sqs: SQSClient, orders: str, simulator: Simulator) -> None:
    """Six hundred messages, that come slowly."""
    fill(sqs, orders, [f"message {n}" for n in range(600)])
    simulator.faults.add("latency", "ReceiveMessage", seconds=0.15)


def test_cancelled_before_it_began_it_never_touches_the_queue(
    new_dump: NewDump, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, ["hello"])
    job = new_dump()
    life.cancel(job)
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.CANCELLED, 0)
    assert job.sentence == dump_of(job).reason == "It was cancelled before it began."
    assert simulator.calls["ReceiveMessage"] == 0


def test_cancelled_while_it_runs_it_keeps_what_it_has_and_puts_everything_back(
    new_dump: NewDump, slow: None, simulator: Simulator
) -> None:
    job = new_dump()
    with working_on(job):
        until(lambda: has_stored(job, 20))
        life.cancel(job)
    dump = dump_of(job)
    assert job.state == Job.State.CANCELLED
    assert "stored and put back. It was cancelled." in job.sentence
    assert dump.verdict == Dump.Verdict.PARTIAL
    assert 20 <= dump.message_count < 600
    assert dump.message_count == dump.messages.count() == job.stored
    assert states(simulator) == {"available"}


def test_a_queue_that_is_missing_ends_it_with_a_sentence(new_dump: NewDump, sqs: SQSClient) -> None:
    job = new_dump("gone")
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert 'Queue "gone" does not exist' in job.sentence
    assert dump_of(job).verdict == Dump.Verdict.PARTIAL
    assert dump_of(job).reason == job.sentence


def test_a_connection_that_is_missing_ends_it_with_a_sentence(
    new_dump: NewDump, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = new_dump()
    monkeypatch.setattr(connections, "get", lambda slug: None)
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.sentence) == (
        Job.State.FAILED,
        "It did not begin. Its connection does not exist any more.",
    )


def test_a_server_that_goes_away_midway_leaves_a_partial_dump_and_a_sentence(
    new_dump: NewDump, slow: None, simulator: Simulator
) -> None:
    job = new_dump()
    with working_on(job):
        until(lambda: has_stored(job, 20))
        simulator.faults.add("access_denied")
    dump = dump_of(job)
    assert job.state == Job.State.FAILED
    assert "not allowed to do this" in job.sentence
    assert (dump.verdict, dump.reason) == (Dump.Verdict.PARTIAL, job.sentence)
    assert dump.message_count == dump.messages.count() >= 20
    assert job.stored == dump.message_count
    assert len(list(dump.records())) == dump.message_count


def test_what_a_failed_dump_could_not_put_back_reappears_and_that_is_said(
    new_dump: NewDump, slow: None, simulator: Simulator
) -> None:
    job = new_dump()
    with working_on(job):
        until(lambda: has_stored(job, 20))
        simulator.faults.add("expired_token")
    assert "have expired" in job.sentence
    assert "could not be put back at once and reappear by themselves." in job.sentence
    assert job.held > 0
    assert job.held_until
    assert timezone.now() < job.held_until < timezone.now() + timedelta(seconds=31)
    simulator.faults.clear()
    simulator.clock.advance(31)
    assert states(simulator) == {"available"}


def test_an_error_of_our_own_ends_it_with_a_sentence_too(
    new_dump: NewDump,
    sqs: SQSClient,
    orders: str,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(sqs, orders, ["hello"])

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(Books, "write", full)
    job = new_dump()
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "No space left on device" in job.sentence
    assert states(simulator) == {"available"}


def test_hiccups_are_waited_out_and_nothing_is_missed(
    new_dump: NewDump, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, [f"message {n}" for n in range(200)])
    kinds = ("error_before", "error_after", "throttled", "lost_answer")
    rules = [simulator.faults.add(kind, "ReceiveMessage", count=2) for kind in kinds]
    rules.append(simulator.faults.add("batch_failure", entries=3, count=5))
    job = new_dump(visibility_timeout=3)
    run_job(str(job.pk))
    job.refresh_from_db()
    assert [rule.fired for rule in rules] == [2, 2, 2, 2, 5]
    assert job.state == Job.State.DONE
    assert job.stored == 200
    assert "answers were lost; what they hid was waited for." in job.sentence
    simulator.faults.clear()
    simulator.clock.advance(5)
    assert states(simulator) == {"available"}


def test_a_worker_that_lost_its_job_to_another_writes_nothing_more(
    new_dump: NewDump, slow: None, simulator: Simulator
) -> None:
    job = new_dump()
    with working_on(job):
        until(lambda: has_stored(job, 20))
        # As after a pause so long that its lease ran out: another worker claims the job.
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        other = Job.objects.get(pk=job.pk)
        assert other.claim("another worker")
    assert (job.state, job.owner, job.epoch) == (Job.State.RUNNING, "another worker", 2)
    assert job.sentence == ""
    dump = dump_of(job)
    assert dump.finished_at is None
    assert dump.message_count < 600
    hidden = [m for m in simulator.messages("orders") if m.state == "in_flight"]
    assert hidden, "it is the other worker's now to put them back"


def test_a_worker_that_lost_its_job_at_the_very_end_does_not_tell_how_it_ended(
    new_dump: NewDump, sqs: SQSClient, orders: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqs, orders, ["hello"])
    job = new_dump()

    def sweep_and_lose(self: Sweep, *given: Any) -> SweepResult:
        result = sweep(self, *given)
        Job.objects.filter(pk=job.pk).update(owner="another worker", epoch=F("epoch") + 1)
        return result

    sweep = Sweep.run
    monkeypatch.setattr(Sweep, "run", sweep_and_lose)
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.owner, job.sentence) == (Job.State.RUNNING, "another worker", "")
    assert dump_of(job).finished_at is None


def test_a_worker_that_is_asked_to_end_hands_the_job_back_and_the_next_goes_on(
    new_dump: NewDump, slow: None, simulator: Simulator
) -> None:
    job = new_dump()
    try:
        with working_on(job):
            until(lambda: has_stored(job, 20))
            life.stopping.set()
    finally:
        life.stopping.clear()
    first = dump_of(job).message_count
    assert (job.state, job.owner, job.attempts) == (Job.State.QUEUED, "", 0)
    assert dump_of(job).finished_at is None
    assert 20 <= first < 600
    assert states(simulator) == {"available"}

    simulator.faults.clear()
    run_job(str(job.pk))
    job.refresh_from_db()
    dump = dump_of(job)
    assert (job.state, job.stored, dump.message_count) == (Job.State.DONE, 600, 600)
    assert dump.messages.values("message_id").distinct().count() == 600
    assert list(dump.messages.values_list("ordinal", flat=True)) == list(range(1, 601))


class Died(BaseException):
    """Nothing handles this, as nothing handles SIGKILL."""


def test_a_job_whose_worker_died_goes_on_without_doubles(
    new_dump: NewDump,
    sqs: SQSClient,
    orders: str,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It died between storing messages and writing down how many those were."""
    fill(sqs, orders, [f"message {n}" for n in range(800)])
    job = new_dump(visibility_timeout=5)

    def die(rows: Rows) -> None:
        if dump_of(job).message_count:
            raise Died
        count(rows)

    count = Rows._count
    with monkeypatch.context() as patched:
        patched.setattr(Rows, "_count", die)
        with pytest.raises(Died):
            run_job(str(job.pk))
    simulator.clock.advance(31)
    assert Job.objects.get().state == Job.State.RUNNING
    assert 0 < dump_of(job).message_count < 800
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    run_job(str(job.pk))
    job.refresh_from_db()
    dump = dump_of(job)
    assert job.state == Job.State.DONE, job.sentence
    assert job.attempts == 2
    assert dump.message_count == dump.messages.count() == 800
    assert {message.state for message in simulator.messages("orders")} == {"available"}
