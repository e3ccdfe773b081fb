from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from queues import connections
from queues.access import require
from queues.context_processors import running_jobs
from queues.jobs.life import cancel
from queues.models import Job, audited
from queues.views.http import Request


def job_for(request: Request, job_id: UUID) -> Job:
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise Http404("There is no such job.")
    require(request.user, "see jobs", job.connection, job.queue_name)
    return job


@require_safe
def job_list(request: Request) -> HttpResponse:
    require(request.user, "see jobs")
    context = {"jobs": Job.objects.select_related("requested_by")[:200], "nav": "jobs"}
    return render(request, "jobs/_list.html" if request.htmx else "jobs/list.html", context)


@require_safe
def running(request: Request) -> HttpResponse:
    """The sidebar's cards of the jobs that run now."""
    require(request.user, "see jobs")
    return render(request, "_sidebar_jobs.html", {"running_jobs": running_jobs()})


@require_safe
def job_page(request: Request, job_id: UUID) -> HttpResponse:
    job = job_for(request, job_id)
    context = {"job": job, "connection": connections.get(job.connection), "nav": "jobs"}
    return render(request, "jobs/_job.html" if request.htmx else "jobs/page.html", context)


@require_POST
def job_cancel(request: Request, job_id: UUID) -> HttpResponse:
    job = job_for(request, job_id)
    require(request.user, "cancel job", job.connection, job.queue_name)
    with audited(request.user, "cancel job", job.connection, job.queue_name, job=str(job.pk)):
        cancel(job)
    return redirect("queues:dump", job.dump_id) if job.dump_id else redirect("queues:job", job.pk)
