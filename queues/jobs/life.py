"""A job's life: rung, claimed, kept alive, stopped, ended. The row decides; Celery only rings.

`run` is called by a worker with a job's id. Whoever claims the row first works on it; every write
carries the epoch of that claim, so a worker that was taken for dead cannot write any more.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, OperationalError, close_old_connections
from django.utils import timezone

from queues.jobs.closing import close_ledger, close_own_ledger, in_words
from queues.jobs.keeper import Keeper, stopping
from queues.models import Attempt, Dump, Job
from queues.sqs.errors import SqsError
from queues.sqs.guard import Fenced

__all__ = ["Keeper", "Work", "cancel", "fail", "finish_dump", "reap", "run", "stopping"]
log = logging.getLogger(__name__)

Work = Callable[[Job, Keeper], None]


def run(job_id: UUID, work: dict[str, Work]) -> None:
    """Claim the job and do it to an end that says why; a second call for it does nothing."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None or not job.claim(f"{socket.gethostname()}:{os.getpid()}"):
        return
    attempt = Attempt.begin(job)
    most = settings.SQSDASH["SQSDASH_JOB_ATTEMPTS"]
    if job.attempts > most:
        fail(job, f"Given up: {most} workers died while they worked on it.")
        attempt.end("Given up.")
        return
    keeper = Keeper(job)
    keeper.start()
    try:
        attempt.end(_work(job, keeper, work[job.kind]))
    except OperationalError:
        log.exception("job %s: how its attempt ended cannot be written down", job.pk)
    finally:
        keeper.stop()
        close_old_connections()


def _work(job: Job, keeper: Keeper, work: Work) -> str:
    """How the attempt ended."""
    try:
        work(job, keeper)
    except SqsError as error:
        fail(job, error.sentence)
    except Fenced as fenced:
        log.warning("job %s: %s", job.pk, fenced)
        return f"Stopped at once: {fenced}"
    except OperationalError as error:
        # Locked, full or away: not the job's fault, and what it stored is stored. An attempt is
        # used up, so that this ends; should even this write fail, the lease runs out.
        log.exception("job %s: the database failed", job.pk)
        job.write(state=Job.State.QUEUED, lease_until=None, owner="", phase="", held=0)
        return f"The database failed: {error}"
    except Exception as error:  # the border: a job must end with a sentence, whatever happened
        log.exception("job %s failed", job.pk)
        fail(job, f"It failed with an error of its own: {type(error).__name__}: {error}")
    job.refresh_from_db(fields=["state"])
    return "Handed back." if job.state == Job.State.QUEUED else f"{job.get_state_display()}."


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
        close_ledger(job)
        if done := in_words(job):
            sentence = f"It was cancelled while it waited to go on. {done}"
            Job.objects.filter(pk=job.pk).update(sentence=sentence)
        finish_dump(job, sentence)
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)


def fail(job: Job, sentence: str) -> None:
    try:
        counts = close_own_ledger(job)
    except DatabaseError:
        log.exception("job %s: its ledger cannot be read", job.pk)
        counts = {}
    if job.finish(Job.State.FAILED, sentence, **counts):
        finish_dump(job, sentence)


def finish_dump(job: Job, reason: str) -> None:
    """A job's dump that nothing will be added to any more is partial, and says why."""
    if job.dump_id is None:
        return
    try:
        Dump.objects.filter(pk=job.dump_id, finished_at=None).update(
            verdict=Dump.Verdict.PARTIAL, reason=reason, finished_at=timezone.now()
        )
    except DatabaseError:
        log.exception("job %s: its dump cannot be finished", job.pk)


def reap(ring: Callable[[Job], object]) -> int:
    """Ring again for every job that waits and whose bell nobody heard; how many those were."""
    unheard = list(Job.objects.unheard())
    for job in unheard:
        Job.objects.filter(pk=job.pk).update(rung_at=timezone.now())
        ring(job)
    return len(unheard)
