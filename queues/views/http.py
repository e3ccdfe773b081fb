"""What views share: who asks, for which queue, and how a form's page or fragment is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from queues import connections
from queues.access import Action, require
from queues.connections_file import Connection
from queues.jobs.sample import look_at_one
from queues.models import Queue
from queues.sqs.errors import QueueNotFound, SqsError

# A queue page that polls need not ask SQS again for what the sampler just asked.
FRESH = timedelta(seconds=3)


class Request(HttpRequest):
    """A request of a signed-in user, as our middleware leaves it."""

    user: User
    htmx: HtmxDetails


def connection_for(request: Request, slug: str, action: Action, queue_name: str = "") -> Connection:
    """The connection a URL names, if there is one and the user may do this there."""
    connection = connections.get(slug)
    if connection is None:
        raise Http404(f"There is no connection {slug!r}.")
    if "\0" in queue_name:  # nothing has such a name, and PostgreSQL refuses to look for it
        raise Http404("There is no such queue.")
    require(request.user, action, slug, queue_name)
    return connection


def queue_for(request: Request, slug: str, name: str, action: Action) -> tuple[Connection, Queue]:
    """The queue a URL names, as SQS describes it now.

    Raises SqsError: what acts on a queue does not act on what the queue was a while ago.
    """
    connection = connection_for(request, slug, action, name)
    return connection, look_at_one(connection, name)


def queue_to_show(
    request: Request, slug: str, name: str, action: Action
) -> tuple[Connection, Queue]:
    """The same for a page that only shows: if SQS gives none, what was last seen, and why."""
    connection = connection_for(request, slug, action, name)
    known = Queue.objects.of(slug).filter(name=name).first()
    asked = known.observed_at if known else None
    # What polls is served from the row: the sampler asks SQS, once for everybody.
    if known and asked and (request.htmx or timezone.now() - asked < FRESH):
        return connection, known
    try:
        return connection, look_at_one(connection, name)
    except QueueNotFound:
        raise
    except SqsError as error:
        if known is None or known.observed_at is None:
            raise
        known.failure = error.sentence
        known.save(update_fields=["failure"])
        return connection, known


def form_answer(
    request: Request, template: str, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    """A form: a page of its own, or what the dialog holds; 422 where it was refused."""
    layout = "_dialog.html" if request.htmx else "_form_page.html"
    return render(request, template, {"layout": layout, **context}, status=422 if refused else 200)
