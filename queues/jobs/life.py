"""A job's life: rung, claimed, kept alive, stopped, ended. The row decides; Celery only rings.

`run` is called by a worker with a job's id. Whoever claims the row first works on it; every write
carries the epoch of that claim, so a worker that was taken for dead cannot write any more.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from uuid import UUID

from django.db import DatabaseError, OperationalError, close_old_connections, connection
from django.utils import timezone

from queues.models import Dump, Job
from queues.models.job import HEARTBEAT, LEASE, MOST_ATTEMPTS
from queues.sqs.errors import SqsError

log = logging.getLogger(__name__)

# Set when this process is asked to end: running jobs let go of what they hold and are handed back.
stopping = threading.Event()


class Keeper(threading.Thread):
    """Renews a running job's lease, and knows when to stop: cancelled, fenced or shutting down."""

    def __init__(self, job: Job) -> None:
        super().__init__(name=f"keeper-{job.pk}", daemon=True)
        self.job = job
        self.fenced = False
        self.cancelled = job.cancel_requested
        self._renewed = time.monotonic()
        self._over = threading.Event()

    def keep_going(self) -> bool:
        """Asked before every call to SQS. A worker that could not renew stops by itself, well
        before its lease ends: SQS cannot tell its calls from the next worker's."""
        unsure = time.monotonic() - self._renewed > LEASE.total_seconds() / 2
        return not (self.fenced or self.cancelled or unsure or stopping.is_set())

    def run(self) -> None:
        beat = 1.0
        while not self._over.wait(beat):
            try:
                self._look()
            except DatabaseError:
                log.warning("job %s: cannot renew its lease now", self.job.pk, exc_info=True)
        connection.close()

    def _look(self) -> None:
        row = Job.objects.filter(pk=self.job.pk, epoch=self.job.epoch, state=Job.State.RUNNING)
        cancelled = row.values_list("cancel_requested", flat=True).first()
        if cancelled is None:
            self.fenced = True
            return
        self.cancelled = self.cancelled or cancelled
        now = time.monotonic()
        if now - self._renewed < HEARTBEAT.total_seconds():
            return
        self.fenced = not self.job.write(lease_until=timezone.now() + LEASE)
        self._renewed = now

    def stop(self) -> None:
        self._over.set()
        self.join(timeout=5)


Work = Callable[[Job, Keeper], None]


def run(job_id: UUID, work: dict[str, Work]) -> None:
    """Claim the job and do it to an end that says why; a second call for it does nothing."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None or not job.claim(f"{socket.gethostname()}:{os.getpid()}"):
        return
    if job.attempts > MOST_ATTEMPTS:
        fail(job, f"Given up: {MOST_ATTEMPTS} workers died while they worked on it.")
        return
    keeper = Keeper(job)
    keeper.start()
    try:
        work[job.kind](job, keeper)
    except SqsError as error:
        fail(job, error.sentence)
    except OperationalError:
        # Locked, full or away: not the job's fault, and what it stored is stored. An attempt is
        # used up, so that this ends; should even this write fail, the lease runs out.
        log.exception("job %s: the database failed", job.pk)
        job.write(state=Job.State.QUEUED, lease_until=None, owner="", phase="", held=0)
    except Exception as error:  # the border: a job must end with a sentence, whatever happened
        log.exception("job %s failed", job.pk)
        fail(job, f"It failed with an error of its own: {type(error).__name__}: {error}")
    finally:
        keeper.stop()
        close_old_connections()


def cancel(job: Job) -> None:
    """End a job that waits; ask a running one to stop, release what it holds and end."""
    sentence = "It was cancelled before it began."
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED)
    if waiting.update(
        state=Job.State.CANCELLED,
        cancel_requested=True,
        finished_at=timezone.now(),
        sentence=sentence,
    ):
        finish_dump(job, sentence)
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)


def fail(job: Job, sentence: str) -> None:
    if job.finish(Job.State.FAILED, sentence):
        finish_dump(job, sentence)


def finish_dump(job: Job, reason: str) -> None:
    """A job's dump that nothing will be added to any more is partial, and says why."""
    if job.dump_id is not None:
        Dump.objects.filter(pk=job.dump_id, finished_at=None).update(
            verdict=Dump.Verdict.PARTIAL, reason=reason, finished_at=timezone.now()
        )


def reap(ring: Callable[[Job], object]) -> int:
    """Ring again for every job that waits and whose bell nobody heard; how many those were."""
    unheard = list(Job.objects.unheard())
    for job in unheard:
        Job.objects.filter(pk=job.pk).update(rung_at=timezone.now())
        ring(job)
    return len(unheard)
