"""Making jobs: what pages ask for becomes a row, and where messages are stored, a dump with it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from queues.jobs.plan import ACTS, Act
from queues.models import Dump, Job, Ledger, QueuePreferences, Settlement


class CannotUndo(Exception):
    """A sentence that says why."""


def start(
    kind: str,
    connection: str,
    queue_name: str,
    user: User,
    *,
    options: dict[str, Any] | None = None,
    target_name: str = "",
    dump: Dump | None = None,
    undo_of: Job | None = None,
) -> Job:
    """The job, queued; whoever calls rings for it.

    `dump`: what a restore reads; the others get one of their own, which they fill. A filter reads
    bodies as the queue's pages do now, whatever is set later: so it was tried out.
    """
    options = dict(options or {})
    if "filter" in options and (decoder := QueuePreferences.of(connection, queue_name).decoder):
        options["decoder"] = decoder
    if dump is None:
        keeps = Dump.Kind.DUMP if ACTS[Job.Kind(kind)] is Act.RELEASE else Dump.Kind.BACKUP
        dump = Dump.begin(keeps, connection, queue_name, user.get_username())
    return Job.objects.create(
        kind=kind,
        connection=connection,
        queue_name=queue_name,
        target_name=target_name,
        options=options,
        dump_id=dump.pk,
        undo_of=undo_of,
        requested_by=user,
    )


def undoable(job: Job) -> int:
    """How many messages undoing the job would bring back; 0 where there is nothing to undo.
    Raises CannotUndo."""
    act = ACTS.get(Job.Kind(job.kind))
    if act not in (Act.DELETE, Act.SEND):
        raise CannotUndo("There is nothing to undo: this job took no message away.")
    if job.active:
        raise CannotUndo("It is not over yet.")
    if not Dump.objects.kept().filter(pk=str(job.dump_id)).exists():
        raise CannotUndo("Its backup has expired, so the messages cannot be put back.")
    settlements = Settlement.objects.of_job(job.pk)
    if act is Act.SEND:
        return settlements.moved().count()
    return settlements.taken_away().count() - len(put_back(job))


def put_back(job: Job, besides: Job | None = None) -> set[int]:
    """The ordinals of what undos of a clear or a delete have sent, besides this one: after one
    that failed or was cancelled, the next goes on with the others."""
    return _of_undos(job, besides, Settlement.State.SENT)


def perhaps_put_back(job: Job, besides: Job) -> set[int]:
    """Those of which the other undos do not know it. They are sent again, rather than lost."""
    return _of_undos(job, besides, Settlement.State.UNKNOWN)


def _of_undos(job: Job, besides: Job | None, state: Settlement.State) -> set[int]:
    undos = job.undos.filter(kind=Job.Kind.RESTORE)
    if besides is not None:
        undos = undos.exclude(pk=besides.pk)
    ledgers = Ledger.objects.filter(job_id__in=list(undos.values_list("pk", flat=True)))
    found = Settlement.objects.filter(ledger__in=ledgers, state=state)
    return set(found.values_list("number", flat=True))


def undo(job: Job, user: User) -> Job:
    """The job that takes it back: what was deleted is sent again, what was moved is moved back.
    Raises CannotUndo."""
    if not undoable(job):
        raise CannotUndo("There is nothing to undo: no message was taken away.")
    if earlier := job.undos.exclude(state__in=(Job.State.FAILED, Job.State.CANCELLED)).first():
        raise CannotUndo(f"It is undone already, or is being undone: {earlier}.")
    if job.kind == Job.Kind.RESEND:
        return start(
            Job.Kind.RESEND,
            job.connection,
            job.target_name,
            user,
            options={"selection": {"sent_by": str(job.pk)}, "edited": _original_of(job)},
            target_name=job.queue_name,
            undo_of=job,
        )
    if ACTS[Job.Kind(job.kind)] is Act.SEND:
        return start(
            Job.Kind.MOVE,
            job.connection,
            job.target_name,
            user,
            options={"selection": {"sent_by": str(job.pk)}},
            target_name=job.queue_name,
            undo_of=job,
        )
    return start(
        Job.Kind.RESTORE,
        job.connection,
        job.queue_name,
        user,
        options={"undo": True},
        dump=Dump.objects.get(pk=str(job.dump_id)),
        undo_of=job,
    )


def _original_of(job: Job) -> dict[str, Any]:
    """What an edited message took the place of: it stands in the job's backup."""
    moved = Settlement.objects.of_job(job.pk).moved()
    ordinal = moved.values_list("ordinal", flat=True).first()
    return {"dump": str(job.dump_id), "ordinal": ordinal}
