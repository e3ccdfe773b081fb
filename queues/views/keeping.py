"""How long a dump is kept: pinned, deleted; and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from queues import connections
from queues.access import require
from queues.jobs.retention import forget, users_of
from queues.models import Job, audited
from queues.views.browse import dump_for
from queues.views.http import Request, form_answer


def makers(dump_ids: Iterable[UUID]) -> QuerySet[Job]:
    """The jobs that filled these dumps; others only read them."""
    return Job.objects.filter(dump_id__in=list(dump_ids)).exclude(kind=Job.Kind.RESTORE)


def can_be_undone(job: Job | None) -> bool:
    """Did it take messages away that can be put back with its backup, and were not?"""
    if job is None or job.active or job.kind not in Job.TAKE_AWAY:
        return False
    in_vain = (Job.State.FAILED, Job.State.CANCELLED)
    return job.settled > 0 and not job.undos.exclude(state__in=in_vain).exists()


@require_POST
def pin(request: Request, dump_id: UUID) -> HttpResponse:
    dump = dump_for(request, dump_id)
    require(request.user, "pin dump", dump.connection, dump.queue_name, dump=dump)
    pinned = request.POST.get("pinned") == "on"
    act = "pin dump" if pinned else "unpin dump"
    with audited(request.user, act, dump.connection, dump.queue_name, dump=str(dump.pk)):
        dump.pin(pinned)
    return redirect("queues:dump", dump.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: Request, dump_id: UUID) -> HttpResponse:
    dump = dump_for(request, dump_id)
    require(request.user, "delete dump", dump.connection, dump.queue_name, dump=dump)
    job = makers([dump.pk]).first()
    context = {
        "connection": connections.get(dump.connection),
        "dump": dump,
        "job": job,
        "undoable": can_be_undone(job),
        "users": users_of(dump),
        "nav": "dumps",
    }
    if request.method != "POST":
        return form_answer(request, "dumps/delete.html", context)
    with audited(
        request.user,
        "delete dump",
        dump.connection,
        dump.queue_name,
        dump=str(dump.pk),
        messages=dump.message_count,
    ) as entry:
        refused = forget(dump)
        entry.result = f"refused: {refused}" if refused else ""
    if refused:
        return form_answer(
            request, "dumps/delete.html", {**context, "errors": [refused]}, refused=True
        )
    messages.success(request, f"The dump of {dump.queue_name} was deleted.")
    return redirect("queues:dump_list")
