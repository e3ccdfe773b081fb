"""Release everything held: for a job that is over, or whose worker died and hides messages.

It is done while a person waits, so it takes a few seconds at most; what is left then is said, and
done when they ask again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Max
from django.utils import timezone

from queues import connections
from queues.jobs.closing import close_ledger, in_words
from queues.jobs.life import finish_dump
from queues.models import Job, Settlement
from queues.models.ledger import SettlementQuerySet
from queues.sqs.batch_call import MAX_ENTRIES
from queues.sqs.batches import change_visibility_batch
from queues.sqs.queues import get_queue
from queues.sqs.sweep.holder import is_gone
from queues.sqs.types import BatchResult

if TYPE_CHECKING:
    from queues.sqs.client import SQSClient

State = Settlement.State
MOST_SECONDS = 8.0
AT_ONCE = 8
ENDED = "Its worker died, and it was ended by hand, to put back what it held."
PERHAPS_DELETED = (
    "It could not be put back: the worker may have deleted it before it died. An undo sends it "
    "again."
)
UNKNOWN = re.compile(r" Of [\d,]+ it is not known whether they were deleted\.$")


@dataclass
class Release:
    """What came of it, in messages. `released`: SQS confirmed it. `gone`: visible already, deleted
    or somebody else's. `refused`: SQS did not do it, or did not say so; `why`: of the first."""

    released: int = 0
    gone: int = 0
    refused: int = 0
    left: int = 0
    why: str = ""

    @property
    def sentence(self) -> str:
        said = []
        if self.released:
            said.append(f"{_are(self.released)} visible again, as SQS confirmed")
        if self.gone:
            was, is_ = ("was", "is") if self.gone == 1 else ("were", "are")
            said.append(f"{self.gone:,} {was} visible already, or {is_} gone")
        if self.refused:
            said.append(f"of {self.refused:,} SQS did not confirm it: {self.why.rstrip('.')}")
        if self.left:
            stay = f"{_are(self.left)} left, and reappear by themselves"
            said.append(f"{stay} unless you press Release everything held again")
        return f"{'; '.join(said)}." if said else "Nothing was hidden any more."


def _are(messages: int) -> str:
    return "1 message is" if messages == 1 else f"{messages:,} messages are"


def release_held(job: Job) -> str:
    """Puts back what the ledger says is hidden; says what came of it. Raises SqsError."""
    deadline = time.monotonic() + MOST_SECONDS
    connection = connections.get(job.connection)
    if connection is None:
        return f"The connection {job.connection} does not exist any more."
    end_if_dead(job)
    if job.active:
        return "The job is not over yet: cancel it, and it puts back what it holds."
    client = connections.client(connection)
    url = get_queue(client, job.queue_name).url
    came = Release()
    # Not waited for: a call that hangs would keep the page.
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="release")
    try:
        for batch, result in _results(pool, client, url, job, deadline):
            _note(came, result)
            write_down(job, batch, result)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    _tell_the_job(job, came)
    return came.sentence


def _results(
    pool: ThreadPoolExecutor, client: SQSClient, url: str, job: Job, deadline: float
) -> Iterator[tuple[list[Settlement], BatchResult]]:
    """Batches, and what became of them, until all are through or time is up."""
    hidden = still_hidden(job)
    last = -1
    while time.monotonic() < deadline:
        some = list(hidden.filter(number__gt=last).order_by("number")[: AT_ONCE * MAX_ENTRIES])
        if not some:
            return
        last = some[-1].number
        asked: list[tuple[list[Settlement], Future[BatchResult]]] = []
        for start in range(0, len(some), MAX_ENTRIES):
            batch = some[start : start + MAX_ENTRIES]
            handles = [each.handle for each in batch]
            asked.append((batch, pool.submit(change_visibility_batch, client, url, handles, 0)))
        for batch, answer in asked:
            try:
                yield batch, answer.result(max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                return


def still_hidden(job: Job) -> SettlementQuerySet:
    """Whatever the ledger does not know to be visible."""
    return Settlement.objects.of_job(job.pk).hidden().exclude(hidden_until=None)


def _note(came: Release, result: BatchResult) -> None:
    gone = sum(is_gone(entry) for entry in result.failed)
    came.released += len(result.successful)
    came.gone += gone
    came.refused += len(result.failed) - gone
    came.why = came.why or next((e.message for e in result.failed if not is_gone(e)), "")


def _tell_the_job(job: Job, came: Release) -> None:
    """Its row: what is still held, what was put back, and of what nobody knows."""
    left = still_hidden(job).filter(hidden_until__gt=timezone.now())
    came.left = left.count()
    unknown = Settlement.objects.of_job(job.pk).filter(error=PERHAPS_DELETED).count()
    job.sentence = UNKNOWN.sub("", job.sentence)
    if unknown:
        job.sentence += f" Of {unknown:,} it is not known whether they were deleted."
    Job.objects.filter(pk=job.pk).update(
        held=came.left,
        held_until=left.aggregate(until=Max("hidden_until"))["until"],
        released=F("released") + came.released,
        sentence=job.sentence,
    )


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


def write_down(job: Job, batch: list[Settlement], result: BatchResult) -> None:
    """What SQS confirmed is put back; what is gone, the dead worker may have deleted without
    writing it down; all else is hidden as before."""
    put_back = [batch[entry.index].pk for entry in result.successful]
    done = Settlement.objects.filter(pk__in=put_back)
    done.filter(state__in=(State.HELD, State.STORED, State.UNKNOWN)).update(state=State.RELEASED)
    done.update(hidden_until=None)
    gone = [batch[entry.index].pk for entry in result.failed if is_gone(entry)]
    not_hidden = Settlement.objects.filter(pk__in=gone)
    not_hidden.update(hidden_until=None)
    if job.kind in (Job.Kind.CLEAR, Job.Kind.DELETE):
        perhaps = not_hidden.filter(state=State.STORED)
        unknown = perhaps.update(state=State.UNKNOWN, error=PERHAPS_DELETED)
        Job.objects.filter(pk=job.pk).update(failed=F("failed") + unknown)
