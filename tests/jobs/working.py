"""Jobs done as a worker does them, and what interrupts them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections as databases

from queues.jobs import life
from queues.jobs.books import Books
from queues.models import Job, Settlement
from queues.sqs.sweep import News, Orders
from queues.tasks import WORK
from tests.jobs.conftest import QUICK

Make = Callable[..., Job]
State = Settlement.State


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
