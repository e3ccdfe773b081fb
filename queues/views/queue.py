"""A queue: its page, and the forms that make, change and delete one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from queues import connections
from queues.access import may
from queues.forms.looks import PeekForm
from queues.forms.queues import DeleteQueueForm, NewQueueForm, SettingsForm
from queues.jobs.peek import needs_asking
from queues.jobs.sample import look_at_one
from queues.models import Dump, Queue, audited
from queues.sqs.errors import QueueNotEmpty, SqsError
from queues.sqs.queues import create_queue, delete_queue, set_visibility_timeout
from queues.views.browse import message_list
from queues.views.http import (
    Request,
    connection_for,
    form_answer,
    queue_for,
    queue_to_show,
)
from queues.views.targets import is_dead_letter_queue


@require_safe
def queue_page(request: Request, connection: str, name: str) -> HttpResponse:
    """Messages: the peek, and what the last peek showed. Under htmx only the counts."""
    found, queue = queue_to_show(request, connection, name, "list queues")
    Queue.objects.filter(pk=queue.pk).look()
    context = {
        "connection": found,
        "queue": queue,
        "sources": list(queue.sources),
        "nav": "queues",
        "tab": "messages",
    }
    if request.htmx:
        return render(request, "queues/_facts.html", context)
    peek = shown_peek(request, queue)
    if peek is not None:
        context |= message_list(request, peek)
    context |= {
        "dead_letters": context.get("dead_letters") or is_dead_letter_queue(found, queue),
        "peek": peek,
        "form": PeekForm(initial=peek.cost.get("asked") if peek else None),
        "asks": needs_asking(queue),
        "redrive": queue.sqs.redrive,
    }
    return render(request, "queues/page.html", context)


def shown_peek(request: Request, queue: Queue) -> Dump | None:
    """The peek the URL names, if it is one of this queue and this user may see it."""
    try:
        wanted = UUID(request.GET.get("peek", ""))
    except ValueError:
        return None
    peek = Dump.objects.filter(
        pk=wanted, kind=Dump.Kind.PEEK, connection=queue.connection, queue_name=queue.name
    ).first()
    if peek is None or not may(request.user, "read dump", dump=peek):
        return None
    return peek


@require_http_methods(["GET", "HEAD", "POST"])
def new_queue(request: Request, connection: str) -> HttpResponse:
    found = connection_for(request, connection, "create queue")
    form = NewQueueForm(request.POST or None)
    context = {"connection": found, "form": form, "nav": "queues"}
    if request.method != "POST":
        return form_answer(request, "queues/new.html", context)
    if not form.is_valid():
        return form_answer(request, "queues/new.html", context, refused=True)
    name, timeout = form.cleaned_data["name"], form.cleaned_data["visibility_timeout"]
    client = connections.client(found)
    try:
        with audited(
            request.user, "create queue", connection, name, visibility_timeout=timeout
        ) as entry:
            queue, created = create_queue(client, name, visibility_timeout=timeout)
            entry.result = "created" if created else "existed; opened unchanged"
    except SqsError as error:
        form.add_error(None, error.sentence)
        return form_answer(request, "queues/new.html", context, refused=True)
    Queue.objects.observe(connection, queue)
    if created:
        messages.success(request, f"The queue {name} was created.")
    else:
        messages.info(
            request,
            f"The queue {name} exists already. It was opened unchanged: its visibility timeout is "
            f"{queue.visibility_timeout} s.",
        )
    return redirect("queues:queue", connection, name)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request, connection: str, name: str) -> HttpResponse:
    found, queue = queue_for(request, connection, name, "change settings")
    before = queue.sqs.visibility_timeout
    form = SettingsForm(request.POST or None, initial={"visibility_timeout": before})
    context = {
        "connection": found,
        "queue": queue,
        "form": form,
        "sources": list(queue.sources),
        "nav": "queues",
        "tab": "settings",
    }
    if request.method != "POST":
        return render(request, "queues/settings.html", context)
    if not form.is_valid():
        return render(request, "queues/settings.html", context, status=422)
    after = form.cleaned_data["visibility_timeout"]
    change = {"from": before, "to": after}
    try:
        with audited(request.user, "change settings", connection, name, visibility_timeout=change):
            set_visibility_timeout(connections.client(found), queue.url, after)
    except SqsError as error:
        form.add_error(None, error.sentence)
        return render(request, "queues/settings.html", context, status=422)
    look_at_one(found, name)
    messages.success(
        request,
        f"The visibility timeout of {name} is now {after} s (it was {before} s). "
        f"SQS may take a minute to apply it everywhere.",
    )
    return redirect("queues:settings", connection, name)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: Request, connection: str, name: str) -> HttpResponse:
    found, queue = queue_for(request, connection, name, "delete queue")
    form = DeleteQueueForm(name, request.POST or None)
    context = {"connection": found, "queue": queue, "form": form, "nav": "queues"}
    if request.method != "POST":
        return form_answer(request, "queues/delete.html", context)
    if not form.is_valid():
        return form_answer(request, "queues/delete.html", context, refused=True)
    try:
        with audited(request.user, "delete queue", connection, name):
            delete_queue(connections.client(found), queue.url)
    except SqsError as error:
        if isinstance(error, QueueNotEmpty):
            context["queue"] = look_at_one(found, name)
        form.add_error(None, error.sentence)
        return form_answer(request, "queues/delete.html", context, refused=True)
    queue.delete()
    messages.success(
        request,
        f"The queue {name} was deleted. SQS needs up to a minute for it, and for as long no queue "
        f"of this name can be made.",
    )
    return redirect("queues:queue_list", connection)
