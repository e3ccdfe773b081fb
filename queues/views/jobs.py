"""Jobs: their list, one of them while it runs and after, Cancel, Undo, Release everything held."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from queues import connections
from queues.access import may, require
from queues.context_processors import running_jobs
from queues.jobs.life import cancel
from queues.jobs.releasing import release_held
from queues.jobs.start import CannotUndo, undo
from queues.models import Dump, Job, audited
from queues.tasks import ring
from queues.views.browse import whole
from queues.views.http import Request
from queues.views.job_ends import held_by, troubles, undo_of
from queues.views.job_facts import asked, counts
from queues.views.job_list import JobList, page


def job_for(request: Request, job_id: UUID) -> Job:
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise Http404("There is no such job.")
    require(request.user, "see jobs", job.connection, job.queue_name)
    return job


@require_safe
def job_list(request: Request) -> HttpResponse:
    require(request.user, "see jobs")
    wanted = JobList.from_query(request.GET)
    jobs, older = page(wanted)
    context = {"wanted": wanted, "jobs": jobs, "older": older, "nav": "jobs"}
    return render(request, "jobs/_list.html" if request.htmx else "jobs/list.html", context)


@require_safe
def running(request: Request) -> HttpResponse:
    """The sidebar's cards of the jobs that run now."""
    require(request.user, "see jobs")
    return render(request, "_sidebar_jobs.html", {"running_jobs": running_jobs()})


@require_safe
def job_page(request: Request, job_id: UUID) -> HttpResponse:
    job = job_for(request, job_id)
    dump = Dump.objects.kept().filter(pk=job.dump_id).first() if job.dump_id else None
    if dump and not may(request.user, "read dump", job.connection, job.queue_name, dump=dump):
        dump = None
    context = {
        "job": job,
        "connection": connections.get(job.connection),
        "dump": dump,
        "asked": list(asked(job)),
        "counts": list(counts(job)),
        "undo": undo_of(job),
        "undos": list(job.undos.order_by("created_at")),
        "held": held_by(job),
        "tries": list(job.tries.all()),
        "troubles": troubles(job, request.GET.get("show", ""), whole(request.GET.get("from"))),
        "nav": "jobs",
    }
    return render(request, "jobs/_job.html" if request.htmx else "jobs/page.html", context)


@require_POST
def job_cancel(request: Request, job_id: UUID) -> HttpResponse:
    job = job_for(request, job_id)
    require(request.user, "cancel job", job.connection, job.queue_name)
    with audited(request.user, "cancel job", job.connection, job.queue_name, job=str(job.pk)):
        cancel(job)
    return redirect("queues:job", job.pk)


@require_POST
def job_undo(request: Request, job_id: UUID) -> HttpResponse:
    job = job_for(request, job_id)
    require(request.user, "undo", job.connection, job.queue_name)
    with audited(
        request.user, "undo", job.connection, job.queue_name, job=str(job.pk), kind=job.kind
    ) as entry:
        try:
            # Of two clicks at once, the second waits here, and is told of the first.
            with transaction.atomic():
                undoing = undo(Job.objects.select_for_update().get(pk=job.pk), request.user)
        except CannotUndo as reason:
            entry.result = f"refused: {reason}"
            messages.error(request, str(reason))
            return redirect("queues:job", job.pk)
        entry.result = f"job {undoing.pk} started"
    ring(undoing)
    return redirect("queues:job", undoing.pk)


@require_POST
def job_release(request: Request, job_id: UUID) -> HttpResponse:
    job = job_for(request, job_id)
    require(request.user, "release held", job.connection, job.queue_name)
    with audited(
        request.user, "release held", job.connection, job.queue_name, job=str(job.pk)
    ) as entry:
        entry.result = release_held(job)
        messages.info(request, entry.result)
    return redirect("queues:job", job.pk)
