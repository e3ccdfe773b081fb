"""What is left to do, or to know, when a job has ended: Undo, what it still hides, what failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Q
from django.utils import timezone

from queues.jobs.start import CannotUndo, undoable
from queues.models import Job, Ledger, Settlement
from queues.sqs.names import is_fifo
from queues.templatetags.words import passed

State = Settlement.State
PAGE_SIZE = 50


@dataclass(frozen=True)
class Undo:
    """`count`: messages that would come back, 0 where it is not offered: `why_not` says why in a
    sentence, unless an undo of it exists and speaks for itself."""

    count: int = 0
    why_not: str = ""
    loses: str = ""


def undo_of(job: Job) -> Undo | None:
    """None for a job that is not over, or took nothing away from a queue."""
    if job.active or job.kind not in Job.TAKE_AWAY:
        return None
    if job.undos.exclude(state__in=(Job.State.FAILED, Job.State.CANCELLED)).exists():
        return Undo()
    try:
        count = undoable(job)
    except CannotUndo as reason:
        return Undo(why_not=str(reason))
    if not count and job.undos.exists():
        return Undo(why_not="Everything that it took away is put back already.")
    if not count:
        nothing = "moved" if job.target_name else "deleted"
        return Undo(why_not=f"Nothing was {nothing}, so there is nothing to undo.")
    return Undo(count, loses=loses(job))


def loses(job: Job) -> str:
    """What undoing cannot bring back, in one sentence."""
    order = ", and the order across message groups is lost" if is_fifo(job.queue_name) else ""
    if job.kind == Job.Kind.RESEND:
        return (
            f"Puts the original back into {job.queue_name}, and deletes the edited one if it is "
            f"still in {job.target_name}. Nothing is sent if it was consumed."
        )
    new = f"with new message ids, sent times and receive counts{order}"
    if job.target_name:
        return (
            f"Moves back what is still in {job.target_name}, {new}; what was consumed there "
            f"meanwhile stays gone."
        )
    return f"Sends them to {job.queue_name} again from the backup, {new}."


class Held(NamedTuple):
    messages: int
    until: datetime


def held_by(job: Job) -> Held | None:
    """What a job that is over, or whose worker fell silent, still hides from consumers."""
    silent = job.state == Job.State.RUNNING and passed(job.lease_until)
    if job.active and not silent:
        return None
    hidden = Settlement.objects.of_job(job.pk).hidden().filter(hidden_until__gt=timezone.now())
    if not job.held:
        # It ended with nothing in its hands: what failed was put back then.
        hidden = hidden.filter(state__in=(State.HELD, State.STORED, State.SENDING))
    found = hidden.aggregate(count=Count("pk"), until=Max("hidden_until"))
    return Held(found["count"], found["until"]) if found["count"] else None


@dataclass(frozen=True)
class Troubles:
    """A page of messages. `unjudged`: those that could not be judged, not those that failed.
    `both`: there are messages of either sort."""

    rows: Sequence[Settlement] = ()
    unjudged: bool = False
    both: bool = False
    start: int = 0
    next_start: int | None = None


def troubles(job: Job, show: str, start: int) -> Troubles:
    """The messages that failed or whose fate is not known; else those that could not be judged."""
    ledger = Ledger.objects.filter(job_id=job.pk).first()
    if ledger is None:
        return Troubles()
    wrong = ~Q(error="")
    if not job.active:
        wrong |= Q(state__in=(State.UNKNOWN, State.SENDING))
    cannot = Q(judgement=Settlement.Judgement.CANNOT_JUDGE)
    failed = ledger.settlements.filter(wrong, ~cannot)
    some_failed, some_unjudged = failed.exists(), job.cannot_judge > 0
    unjudged = show == "unjudged" or (some_unjudged and not some_failed)
    shown = ledger.settlements.filter(wrong, cannot) if unjudged else failed
    rows = list(shown.filter(number__gte=start).order_by("number")[: PAGE_SIZE + 1])
    return Troubles(
        rows[:PAGE_SIZE],
        unjudged,
        some_failed and some_unjudged,
        start,
        rows[PAGE_SIZE].number if len(rows) > PAGE_SIZE else None,
    )
