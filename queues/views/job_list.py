"""The list of jobs: which of them a URL asks for, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict

from queues.models import Job

PAGE_SIZE = 100
STATES: dict[str, tuple[str, tuple[Job.State, ...]]] = {
    "": ("All", tuple(Job.State)),
    "active": ("Running", Job.ACTIVE),
    "done": ("Done", (Job.State.DONE,)),
    "failed": ("Failed", (Job.State.FAILED,)),
    "cancelled": ("Cancelled", (Job.State.CANCELLED,)),
}


@dataclass(frozen=True)
class JobList:
    """`before`: the id of the last job of the page before; a job's place never changes."""

    state: str = ""
    queue: str = ""
    before: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> JobList:
        state = query.get("state", "")
        return cls(
            state=state if state in STATES else "",
            # PostgreSQL refuses to look for a NUL.
            queue=query.get("queue", "").replace("\0", "").strip(),
            before=query.get("before", ""),
        )

    @property
    def query(self) -> str:
        given: dict[str, Any] = {
            "state": self.state,
            "queue": self.queue,
            "before": self.before,
        }
        return urlencode({key: value for key, value in given.items() if value})

    @property
    def states(self) -> Iterator[tuple[JobList, str]]:
        """The same list for each state."""
        for state, (label, _) in STATES.items():
            yield replace(self, state=state, before=""), label

    @property
    def newest(self) -> JobList:
        return replace(self, before="")


class Page(NamedTuple):
    jobs: list[Job]
    older: JobList | None


def page(wanted: JobList) -> Page:
    found = Job.objects.select_related("requested_by").filter(state__in=STATES[wanted.state][1])
    if wanted.queue:
        found = found.filter(queue_name__icontains=wanted.queue)
    if last := _job(wanted.before):
        found = found.filter(created_at__lt=last.created_at)
    jobs = list(found[: PAGE_SIZE + 1])
    more = len(jobs) > PAGE_SIZE
    jobs = jobs[:PAGE_SIZE]
    return Page(jobs, replace(wanted, before=str(jobs[-1].pk)) if more else None)


def _job(job_id: str) -> Job | None:
    try:
        return Job.objects.filter(pk=job_id).first() if job_id else None
    except ValidationError:
        return None  # no id of anything
