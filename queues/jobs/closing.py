"""The books of a job that ends without its worker: the ledger says what was done, and what was
left half done is said to be."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Count, F, QuerySet

from queues.jobs.books import PERHAPS_HERE, PERHAPS_SENT, STILL_HERE
from queues.models import Job, Ledger, Settlement
from queues.models.routing import store_database

log = logging.getLogger(__name__)
State = Settlement.State
Judgement = Settlement.Judgement


def close_ledger(job: Job) -> None:
    """Call when nobody can claim the job any more. A worker that wakes late is fenced off."""
    ledger = Ledger.objects.filter(job_id=job.pk).first()
    if ledger is None:
        return
    raised = Ledger.objects.filter(pk=ledger.pk)
    Job.objects.filter(pk=job.pk).update(**_closed(job, ledger, raised, F("epoch") + 1))


def close_own_ledger(job: Job) -> dict[str, int]:
    """For the worker that has the job and is about to end it: the numbers to end it with, so that
    it is never over with others. Nothing is closed where another has it by now."""
    ledger = Ledger.objects.filter(job_id=job.pk).first()
    if ledger is None:
        return {}
    return _closed(
        job, ledger, Ledger.objects.filter(pk=ledger.pk, epoch__lte=job.epoch), job.epoch
    )


def _closed(job: Job, ledger: Ledger, mine: QuerySet[Ledger], epoch: Any) -> dict[str, int]:
    try:
        with transaction.atomic(using=store_database()):
            if mine.update(epoch=epoch):
                _close(job, ledger)
    except DatabaseError:
        # Full, perhaps. What the ledger says is true all the same, and the job must end.
        log.exception("job %s: its ledger cannot be closed", job.pk)
    ledger.refresh_from_db()
    return numbers(job, ledger)


def _close(job: Job, ledger: Ledger) -> None:
    rows = ledger.settlements
    sending = rows.filter(state=State.SENDING)
    if job.kind == Job.Kind.RESTORE:
        sending.update(state=State.UNKNOWN, error=PERHAPS_SENT)
        return
    twice = F("possible_duplicates") + sending.update(state=State.FAILED, error=PERHAPS_SENT)
    Ledger.objects.filter(pk=ledger.pk).update(possible_duplicates=twice)
    # The worker may have died after it asked for their deletion.
    sent = rows.filter(state=State.SENT).exclude(error=STILL_HERE)
    sent.update(error=PERHAPS_HERE)


def numbers(job: Job, ledger: Ledger) -> dict[str, int]:
    """What became of the messages, for the job's row."""
    rows = ledger.settlements.order_by()
    states = Counter(dict(rows.values_list("state").annotate(Count("pk"))))
    judged = Counter(dict(rows.values_list("judgement").annotate(Count("pk"))))
    return {
        "stored": 0 if job.kind == Job.Kind.RESTORE else ledger.dump.message_count,
        "settled": states[State.DELETED] + states[State.SENT],
        "released": states[State.RELEASED],
        "failed": states[State.FAILED] + states[State.UNKNOWN],
        "skipped": judged[Judgement.DOES_NOT],
        "cannot_judge": judged[Judgement.CANNOT_JUDGE],
        "possible_duplicates": ledger.possible_duplicates,
    }


def in_words(job: Job) -> str:
    """What a job did before it ended without its worker; "" where it had not begun."""
    if not Ledger.objects.filter(job_id=job.pk).exists():
        return ""
    job.refresh_from_db()
    act = "deleted" if job.kind in (Job.Kind.CLEAR, Job.Kind.DELETE) else "sent"
    done = "stored" if job.kind == Job.Kind.DUMP else act
    many = job.stored if job.kind == Job.Kind.DUMP else job.settled
    said = f"{many:,} message{' was' if many == 1 else 's were'} {done} until then."
    if job.failed:
        said += f" {job.failed:,} failed, or it is not known what became of them."
    return said
