"""A job's life: claimed by one, rung again when nobody heard, given up in the end."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from queues.jobs import life
from queues.models import Job
from queues.models.job import lease, ring_again
from queues.tasks import reap, run_job
from simulator import Simulator
from tests.jobs.conftest import NewDump, dump_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    rung: list[str] = []
    monkeypatch.setattr(run_job, "apply_async", lambda args, **_: rung.extend(args))
    return rung


def change(job: Job, **fields: object) -> None:
    Job.objects.filter(pk=job.pk).update(**fields)


def ago(seconds: float) -> object:
    return timezone.now() - timedelta(seconds=seconds)


def test_a_job_is_claimed_by_one_worker_only(new_dump: NewDump) -> None:
    job = new_dump()
    rivals = [Job.objects.get(pk=job.pk) for _ in range(3)]
    assert [rival.claim(f"worker {n}") for n, rival in enumerate(rivals)] == [True, False, False]
    job.refresh_from_db()
    assert (job.owner, job.epoch, job.attempts) == ("worker 0", 1, 1)


def test_a_second_bell_for_a_running_job_does_nothing(
    new_dump: NewDump, sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    job = new_dump()
    assert job.claim("a worker")
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.owner) == (Job.State.RUNNING, "a worker")
    assert simulator.calls["ReceiveMessage"] == 0


@pytest.mark.parametrize("state", [Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED])
def test_a_job_that_ended_is_never_done_again(
    state: Job.State, new_dump: NewDump, orders: str, simulator: Simulator
) -> None:
    job = new_dump()
    change(job, state=state, sentence="It ended.")
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.sentence) == (state, "It ended.")
    assert simulator.calls["ReceiveMessage"] == 0


def test_a_bell_for_a_job_that_is_gone_is_nothing(new_dump: NewDump) -> None:
    job = new_dump()
    Job.objects.all().delete()
    run_job(str(job.pk))


def test_a_lease_that_ran_out_is_taken_over_and_its_owner_can_write_no_more(
    new_dump: NewDump,
) -> None:
    job = new_dump()
    assert job.claim("first")
    assert job.lease_until
    assert abs(job.lease_until - timezone.now() - lease()) < timedelta(seconds=5)
    second = Job.objects.get(pk=job.pk)
    assert not second.claim("second")
    change(job, lease_until=ago(1))
    assert second.claim("second")
    assert not job.write(stored=999)
    assert not job.finish(Job.State.DONE, "All mine.")
    assert not job.hand_back()
    assert second.write(stored=5)
    job.refresh_from_db()
    assert (job.owner, job.stored, job.state) == ("second", 5, Job.State.RUNNING)


def test_jobs_nobody_heard_of_are_rung_again_once_in_a_while(
    new_dump: NewDump, bells: list[str]
) -> None:
    unheard, dead, fresh, running, ended = (new_dump(queue_name=f"q{at}") for at in range(5))
    long_ago = ago(ring_again().total_seconds() + 1)
    change(unheard, rung_at=long_ago)
    change(dead, rung_at=long_ago, state=Job.State.RUNNING, lease_until=ago(1))
    change(running, rung_at=long_ago, state=Job.State.RUNNING, lease_until=ago(-60))
    change(ended, rung_at=long_ago, state=Job.State.DONE)
    reap()
    assert sorted(bells) == sorted([str(unheard.pk), str(dead.pk)])
    reap()
    assert len(bells) == 2
    assert fresh.state == Job.State.QUEUED


def test_two_jobs_never_sweep_one_queue_at_once(new_dump: NewDump, bells: list[str]) -> None:
    first, second, elsewhere = new_dump(), new_dump(), new_dump(queue_name="mails")
    assert first.claim("one")
    assert not second.claim("two")
    assert elsewhere.claim("three")
    second.refresh_from_db()
    assert second.activity == "Waiting for another job on this queue to end: Dump of orders"
    assert first.finish(Job.State.DONE, "All stored.")
    run_job(str(first.pk))
    assert bells == [str(second.pk)], "whose turn it is hears of it at once"
    assert second.claim("two")


def test_a_broker_that_stays_down_does_not_stop_the_reaper(
    new_dump: NewDump, monkeypatch: pytest.MonkeyPatch
) -> None:
    for job in (new_dump(), new_dump()):
        change(job, rung_at=ago(3600))
    asked: list[str] = []

    def away(args: list[str], **_: object) -> None:
        asked.extend(args)
        raise OSError("connection refused")

    monkeypatch.setattr(run_job, "apply_async", away)
    reap()
    assert len(asked) == 2


def test_a_job_that_kills_its_workers_is_given_up(
    new_dump: NewDump, orders: str, simulator: Simulator
) -> None:
    job = new_dump()
    change(job, state=Job.State.RUNNING, attempts=5, lease_until=ago(1))
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.sentence == "Given up: 5 workers died while they worked on it."
    assert dump_of(job).reason == job.sentence
    assert simulator.calls["ReceiveMessage"] == 0


def test_its_last_attempt_is_still_an_attempt(new_dump: NewDump, orders: str) -> None:
    job = new_dump(visibility_timeout=3)
    change(job, state=Job.State.RUNNING, attempts=4, lease_until=ago(1))
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_a_job_cancelled_while_its_worker_was_dead_ends_when_the_next_takes_over(
    new_dump: NewDump, orders: str
) -> None:
    job = new_dump()
    change(job, state=Job.State.RUNNING, attempts=1, lease_until=ago(1))
    life.cancel(job)
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert "It was cancelled." in job.sentence


def test_a_worker_that_could_not_renew_its_lease_stops_by_itself_before_it_ends(
    new_dump: NewDump, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = new_dump()
    assert job.claim("a worker")
    keeper = life.Keeper(job)
    assert keeper.keep_going()
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + lease().total_seconds() / 2 + 1)
    assert not keeper.keep_going()
