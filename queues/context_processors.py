"""What the frame of every page shows: connections, and the jobs that run now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from queues import connections
from queues.connections_file import Connection
from queues.models import Job


def frame(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or getattr(request, "htmx", False):
        return {}
    return {
        "connections": connections.all_connections(),
        # A view that is about a connection gives that as `connection`.
        "last_connection": last_connection(request),
        "running_jobs": running_jobs(),
    }


def last_connection(request: HttpRequest) -> Connection | None:
    found = connections.all_connections()
    return found[0] if len(found) == 1 else connections.get(request.session.get("connection", ""))


def running_jobs() -> list[dict[str, Any]]:
    return [
        {
            "title": str(job),
            "url": reverse("queues:job", args=[job.pk]),
            "percent": job.percent,
            "line": line_of(job),
        }
        for job in Job.objects.active()[:3]
    ]


def line_of(job: Job) -> str:
    if not job.expected:
        return job.get_state_display()
    return f"{job.found:,} of {'' if job.exact else 'about '}{job.expected:,}"
