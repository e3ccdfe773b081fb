"""A worker that was taken for dead, and its successor."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from queues.formats import Record
from queues.jobs import life
from queues.jobs.books import Books, open_ledger
from queues.models import Dump, Job, Settlement
from queues.sqs.sweep import News, Orders, Sweep
from queues.tasks import WORK
from simulator import Simulator
from tests.jobs.conftest import NewDump, fill
from tests.jobs.working import Died, Make, done

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def test_what_a_frozen_worker_commits_while_its_successor_takes_over_is_counted(
    make: Make, orders: str
) -> None:
    job = make("clear")
    as_the_successor_read_it = Dump.objects.get(pk=str(job.dump_id))
    Dump.objects.get(pk=str(job.dump_id)).add_records(
        [Record("id-1", "order 1", "md5", timezone.now())]
    )
    assert job.claim("its successor")
    open_ledger(job, as_the_successor_read_it)
    assert as_the_successor_read_it.message_count == 1


def stored_all(write: Callable[[Books, News], Orders], number: int) -> Any:
    """A worker that dies when it has stored all that were chosen, before anything is sent."""

    def write_or_die(books: Books, news: News) -> Orders:
        write(books, news)
        if books.found >= number:
            raise Died
        return Orders()

    return write_or_die


@pytest.mark.parametrize("held_for", [-60.0, 1.3], ids=["lapsed", "lapsing"])
def test_chosen_messages_that_lapse_after_the_workers_death_are_waited_for(
    held_for: float,
    make: Make,
    new_dump: NewDump,
    sqs: SQSClient,
    orders: str,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sqs.create_queue(QueueName="archive")
    fill(sqs, orders, [f"order {n}" for n in range(120)])
    seen = done(new_dump())
    selection = {"dump": str(seen.dump_id), "ordinals": "1-100"}
    job = make("move", target_name="archive", selection=selection, visibility_timeout=3)
    with monkeypatch.context() as dead:
        dead.setattr(Books, "write", stored_all(Books.write, 100))
        dead.setattr(Sweep, "_wind_up", lambda sweep, crew: crew.dismiss())
        with pytest.raises(Died):
            life.run(job.pk, WORK)
    time.sleep(1.5)  # its last long polls end
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    Settlement.objects.update(hidden_until=timezone.now() + timedelta(seconds=held_for))
    simulator.clock.advance(60)
    simulator.faults.add("latency", "SendMessageBatch", seconds=0.5)
    simulator.faults.add("latency", "ReceiveMessage", seconds=0.3)  # they come bit by bit
    done(job)
    assert job.state == Job.State.DONE, job.sentence
    assert len(simulator.messages("archive")) == 100
    assert len(simulator.messages("orders")) == 20
