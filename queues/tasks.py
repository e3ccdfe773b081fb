"""Celery's doorbells. A task carries an id; what is to be done stands in the database."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from celery.signals import worker_ready, worker_shutting_down
from django.utils import timezone
from kombu.exceptions import OperationalError

from queues.jobs import life, restoring, retention, sample, sweeping
from queues.jobs.plan import ACTS
from queues.models import Job
from queues.models.job import ring_again
from sqsdash.celery import app

log = logging.getLogger(__name__)

WORK: dict[str, life.Work] = {
    **dict.fromkeys(ACTS, sweeping.run),
    Job.Kind.RESTORE: restoring.run,
}


def ring(job: Job) -> bool:
    """Tell a worker that a job waits. False: the broker is away, and the reaper rings later."""
    try:
        run_job.apply_async(args=(str(job.pk),), retry=False)
    except (OperationalError, OSError) as error:
        log.warning("job %s: the broker does not answer (%s); it will be rung again", job.pk, error)
        Job.objects.filter(pk=job.pk).update(rung_at=timezone.now() - ring_again())
        return False
    return True


@app.task(name="queues.tasks.run_job")
def run_job(job_id: str) -> None:
    life.run(UUID(job_id), WORK)
    job = Job.objects.filter(pk=job_id).first()
    following = job.next_in_line() if job and not job.active else None
    if following:
        ring(following)


@app.task(name="queues.tasks.reap")
def reap() -> None:
    life.reap(ring)


@app.task(name="queues.tasks.sample")
def sample_all() -> None:
    sample.sample_all()


@app.task(name="queues.tasks.expire")
def expire() -> None:
    retention.expire()


@worker_ready.connect
def look_for_work(**kwargs: Any) -> None:
    """What was handed back, or rung while nobody heard, need not wait for the reaper's turn."""
    life.reap(ring)


@worker_shutting_down.connect
def let_go(**kwargs: Any) -> None:
    life.stopping.set()
