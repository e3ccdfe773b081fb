"""Celery's doorbells. A task carries an id; what is to be done stands in the database."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from celery.signals import worker_shutting_down
from kombu.exceptions import OperationalError

from queues.jobs import dump, life, retention, sample
from queues.models import Job
from sqsdash.celery import app

log = logging.getLogger(__name__)

WORK: dict[str, life.Work] = {Job.Kind.DUMP: dump.run}


def ring(job: Job) -> bool:
    """Tell a worker that a job waits. False: the broker is away, and the reaper rings later."""
    try:
        run_job.apply_async(args=(str(job.pk),), retry=False)
    except (OperationalError, OSError) as error:
        log.warning("job %s: the broker does not answer (%s); it will be rung again", job.pk, error)
        return False
    return True


@app.task(name="queues.tasks.run_job")
def run_job(job_id: str) -> None:
    life.run(UUID(job_id), WORK)


@app.task(name="queues.tasks.reap")
def reap() -> None:
    life.reap(ring)


@app.task(name="queues.tasks.sample")
def sample_all() -> None:
    sample.sample_all()


@app.task(name="queues.tasks.expire")
def expire() -> None:
    retention.expire()


@worker_shutting_down.connect
def let_go(**kwargs: Any) -> None:
    life.stopping.set()
