"""Dump: sweep a queue, store every message, put everything back."""

from __future__ import annotations

import time
from typing import Any

from django.utils import timezone

from queues import connections
from queues.access import Decision, may
from queues.jobs.life import Keeper, fail
from queues.models import Dump, Job, Queue
from queues.sqs.errors import SqsError
from queues.sqs.queues import get_queue
from queues.sqs.sweep import Sweep, SweepOptions, SweepProgress, SweepResult
from queues.sqs.types import Message

PROGRESS_EVERY = 0.5
NOBODY = Decision(False, "Who asked for it is no user here any more.")


class Recorder:
    """Stands between a sweep, the store and the job's row: stores messages, writes progress."""

    def __init__(self, job: Job, dump: Dump) -> None:
        self.job = job
        self.dump = dump
        # A job that goes on after its worker died sees again what is stored already.
        self.stored = set(dump.messages.values_list("message_id", flat=True))
        self._written = 0.0

    def store(self, messages: list[Message]) -> None:
        fresh = [message for message in messages if message.message_id not in self.stored]
        self.dump.add(fresh, timezone.now())
        self.stored.update(message.message_id for message in fresh)

    def progress(self, progress: SweepProgress) -> None:
        now = time.monotonic()
        if now - self._written < PROGRESS_EVERY:
            return
        self._written = now
        self.job.write(
            phase=progress.phase, progress_at=timezone.now(), **numbers(progress, self.dump)
        )


def numbers(progress: SweepProgress, dump: Dump) -> dict[str, Any]:
    return {
        "stored": dump.message_count,
        "released": progress.released,
        "held": progress.held,
        "held_until": progress.held_until_latest,
        "requests": sum(progress.requests.values()),
    }


def run(job: Job, keeper: Keeper) -> None:
    connection = connections.get(job.connection)
    dump = Dump.objects.filter(pk=job.dump_id).first() if job.dump_id else None
    if connection is None or dump is None:
        gone = "connection" if connection is None else "dump"
        fail(job, f"Its {gone} does not exist any more.")
        return
    # Asked again: since the job was made, who asked for it may have lost the right to it.
    user = job.requested_by
    decision = may(user, "dump", job.connection, job.queue_name) if user else NOBODY
    if not decision:
        fail(job, f"It did not begin. {decision.reason}")
        return
    client = connections.client(connection, patient=True)
    queue = get_queue(client, job.queue_name)
    Queue.objects.observe(job.connection, queue)
    job.write(expected=queue.counts.available)
    recorder = Recorder(job, dump)
    sweep = Sweep(
        client,
        queue,
        SweepOptions(**job.options, hidden_for=left_hidden(job)),
        on_messages=recorder.store,
        keep_going=keeper.keep_going,
        on_progress=recorder.progress,
    )
    try:
        result = sweep.run()
    except SqsError as error:
        left = sweep.progress()
        job.write(**numbers(left, dump))
        fail(job, f"{error.sentence} {sentence(dump, left)}")
        return
    end(job, dump, keeper, result)


def left_hidden(job: Job) -> float:
    """Seconds until the last message reappears that a worker held who died over this job."""
    if job.attempts <= 1 or job.held == 0 or job.held_until is None:
        return 0
    return max(0.0, (job.held_until - timezone.now()).total_seconds() + 1)


def end(job: Job, dump: Dump, keeper: Keeper, result: SweepResult) -> None:
    """Say how it ended: a verdict on the dump, a state and a sentence on the job."""
    if not job.write(**numbers(result, dump)):
        return  # another worker has the job, and tells its end
    stopped = not keeper.keep_going() and not keeper.cancelled
    if stopped:
        job.hand_back()
        return
    verdict = Dump.Verdict.PARTIAL if keeper.cancelled else Dump.Verdict(result.verdict)
    reason = "It was cancelled." if keeper.cancelled else result.reason
    dump.finish(verdict, reason, cost(result))
    state = Job.State.CANCELLED if keeper.cancelled else Job.State.DONE
    job.finish(state, f"{sentence(dump, result)} {reason}".strip())


def cost(result: SweepResult) -> dict[str, Any]:
    return {
        "requests": dict(result.requests),
        "duplicates": result.duplicates,
        "corrupted": result.corrupted,
        "too_new": result.too_new,
        "lost_answers": result.lost_answers,
        "not_released": len(result.not_released),
    }


def sentence(dump: Dump, progress: SweepProgress) -> str:
    count = dump.message_count
    said = f"{count:,} message{'' if count == 1 else 's'} stored"
    if progress.not_released_count:
        return (
            f"{said}; {progress.not_released_count:,} could not be put back at once and reappear "
            f"by themselves."
        )
    return f"{said} and put back." if count else f"{said}."
