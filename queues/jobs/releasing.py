"""Release everything held: for a job that is over, or whose worker died and hides messages."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from queues import connections
from queues.jobs.closing import close_ledger, in_words
from queues.jobs.life import finish_dump
from queues.models import Job, Settlement
from queues.sqs.batches import change_visibility_batch
from queues.sqs.queues import get_queue
from queues.sqs.types import BatchResult

State = Settlement.State
CHUNK = 100
ENDED = "Its worker died, and what it held was put back by hand."
PERHAPS_DELETED = (
    "It could not be put back: the worker may have deleted it before it died. An undo sends it "
    "again."
)


def release_held(job: Job) -> str:
    """Puts back what the ledger says is hidden; says what came of it. Raises SqsError."""
    connection = connections.get(job.connection)
    if connection is None:
        return f"The connection {job.connection} does not exist any more."
    end_if_dead(job)
    if job.active:
        return "The job is not over yet: cancel it, and it puts back what it holds."
    client = connections.client(connection)
    url = get_queue(client, job.queue_name).url
    hidden = Settlement.objects.of_job(job.pk).hidden()
    released = missed = unknown = 0
    last = -1
    while some := list(hidden.filter(number__gt=last).order_by("number")[:CHUNK]):
        last = some[-1].number
        result = change_visibility_batch(client, url, [each.handle for each in some], 0)
        released += len(result.successful)
        missed += len(result.failed)
        unknown += write_down(job, some, result)
    if unknown:
        job.sentence += f" Of {unknown:,} it is not known whether they were deleted."
    Job.objects.filter(pk=job.pk).update(
        held=0,
        held_until=None,
        released=F("released") + released,
        failed=F("failed") + unknown,
        sentence=job.sentence,
    )
    said = f"{released:,} {'message was' if released == 1 else 'messages were'} put back"
    if missed:
        said += f"; {missed:,} could not be, because they are visible again already, or gone"
    return f"{said}."


def end_if_dead(job: Job) -> None:
    """A job whose lease has lapsed is ended: who went on with it would hide messages again."""
    dead = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, lease_until__lt=timezone.now())
    if dead.update(
        state=Job.State.FAILED,
        epoch=F("epoch") + 1,
        sentence=ENDED,
        finished_at=timezone.now(),
        lease_until=None,
    ):
        job.tries.filter(ended_at=None).update(ended_at=timezone.now(), ending="Its worker died.")
        close_ledger(job)
        sentence = f"{ENDED} {in_words(job)}".strip()
        Job.objects.filter(pk=job.pk).update(sentence=sentence)
        finish_dump(job, sentence)
    job.refresh_from_db()


def write_down(job: Job, some: list[Settlement], result: BatchResult) -> int:
    """How many of them the dead worker may have deleted without writing it down."""
    put_back = [some[entry.index].pk for entry in result.successful]
    done = Settlement.objects.filter(pk__in=put_back)
    done.filter(state__in=(State.HELD, State.STORED, State.UNKNOWN)).update(state=State.RELEASED)
    done.update(hidden_until=None)
    refused = [some[each.index].pk for each in result.failed if each.sender_fault]
    not_hidden = Settlement.objects.filter(pk__in=refused)
    not_hidden.update(hidden_until=None)
    if job.kind not in (Job.Kind.CLEAR, Job.Kind.DELETE):
        return 0
    perhaps = not_hidden.filter(state=State.STORED)
    return perhaps.update(state=State.UNKNOWN, error=PERHAPS_DELETED)
