"""What must hold before a job touches a queue: asked again when it begins, because time has passed
since somebody asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from queues import connections
from queues.access import Action, Decision, may
from queues.jobs.keeper import Keeper
from queues.models import Dump, Job
from queues.models import Queue as ObservedQueue
from queues.sqs.errors import QueueNotFound, SqsError
from queues.sqs.guard import guarded
from queues.sqs.queues import get_queue
from queues.sqs.redrive import dead_letter_sources
from queues.sqs.retry import within
from queues.sqs.types import Queue

if TYPE_CHECKING:
    from queues.sqs.client import SQSClient

NOBODY = Decision(False, "Who asked for it is no user here any more.")
ACTIONS: dict[str, Action] = {
    Job.Kind.DUMP: "dump",
    Job.Kind.CLEAR: "clear",
    Job.Kind.DELETE: "delete selected",
    Job.Kind.MOVE: "move",
    Job.Kind.REDRIVE: "redrive",
    Job.Kind.RESTORE: "restore",
    Job.Kind.RESEND: "resend",
}


class NotPossible(Exception):
    """A sentence that says why a job cannot be done."""


@dataclass(frozen=True)
class Bounds:
    """`keeps_old_times`: a standard dead-letter queue, where messages arrive with the time of
    their first sending."""

    client: SQSClient
    dump: Dump
    queue: Queue
    target: Queue | None = None
    keeps_old_times: bool = False


def check(job: Job, keeper: Keeper) -> Bounds:
    """Raises NotPossible, SqsError."""
    connection = connections.get(job.connection)
    dump = Dump.objects.filter(pk=job.dump_id).first() if job.dump_id else None
    if connection is None or dump is None:
        gone = "connection" if connection is None else "dump"
        raise NotPossible(f"Its {gone} does not exist any more.")
    allowed(job)
    client = connections.client(connection, patient=True)
    asking = guarded(client, keeper.ask_leave)
    queue = look(asking, job.queue_name)
    ObservedQueue.objects.observe(job.connection, queue)
    same_queue(job, queue)
    if job.expected is None:
        job.write(expected=queue.counts.available)
    target = look(asking, job.target_name) if job.target_name else None
    if target is not None and job.kind != Job.Kind.RESEND:
        fitting(queue, target)
    return Bounds(client, dump, queue, target, _is_dead_letter_queue(asking, queue))


def allowed(job: Job) -> None:
    """Since the job was made, who asked for it may have lost the right to it."""
    user = job.requested_by
    decision = may(user, ACTIONS[job.kind], job.connection, job.queue_name) if user else NOBODY
    if decision and user and job.target_name:
        decision = may(user, "send", job.connection, job.target_name)
    if not decision:
        raise NotPossible(decision.reason)


def look(client: SQSClient, name: str) -> Queue:
    return within(settings.SQSDASH["SQSDASH_CALL_SECONDS"], lambda: get_queue(client, name))


def same_queue(job: Job, queue: Queue) -> None:
    """A queue that was deleted and made anew is another queue, whatever its name."""
    created = queue.attributes.get("CreatedTimestamp", "")
    before = job.options.get("queue_created")
    if before is None:
        job.options["queue_created"] = created
        job.write(options=job.options)
    elif created and before and created != before:
        raise NotPossible(
            f"The queue {queue.name} was deleted and made anew since the job began. What was "
            f"stored until then is kept."
        )


def fitting(source: Queue, target: Queue) -> None:
    if source.url == target.url:
        raise NotPossible("Source and target are the same queue.")
    if source.fifo != target.fifo:
        kinds = ("FIFO" if source.fifo else "standard", "FIFO" if target.fifo else "standard")
        raise NotPossible(
            f"{source.name} is a {kinds[0]} queue and {target.name} a {kinds[1]} one. Messages "
            f"are moved between queues of one type only."
        )


def _is_dead_letter_queue(client: SQSClient, queue: Queue) -> bool:
    if queue.fifo:
        return False  # a FIFO queue's arrivals get new times
    try:
        return bool(
            within(
                settings.SQSDASH["SQSDASH_CALL_SECONDS"],
                lambda: dead_letter_sources(client, queue.url),
            )
        )
    except QueueNotFound:
        raise
    except SqsError:
        # Not everyone may ask that: what the sampler has seen must do.
        return ObservedQueue.objects.filter(dead_letter_target=queue.name).exists()


def left_hidden(job: Job) -> float:
    """Seconds for which a worker that died may still hide messages that nobody knows of: those it
    received and had not written down."""
    if job.attempts <= 1:
        return 0
    limits = settings.SQSDASH
    visibility = job.options.get("visibility_timeout", limits["SQSDASH_SWEEP_VISIBILITY_SECONDS"])
    return float(visibility + limits["SQSDASH_SWEEP_WAIT_SECONDS"])
