"""Peek: receive a few messages, show them, put them back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from queues.forms.looks import PeekForm
from queues.jobs import peek as peeking
from queues.jobs.space import room
from queues.models import audited
from queues.views.http import Request, queue_for


@require_http_methods(["GET", "HEAD", "POST"])
def peek(request: Request, connection: str, name: str) -> HttpResponse:
    found, queue = queue_for(request, connection, name, "peek")
    form = PeekForm(request.POST or None)
    context = {
        "connection": found,
        "queue": queue,
        "form": form,
        "nav": "queues",
        "redrive": queue.sqs.redrive,
        "asks": peeking.needs_asking(queue),
    }
    if request.method != "POST":
        return render(request, "queues/peek.html", context)
    if form.is_valid() and (full := room().shortage):
        form.add_error(None, f"{full} No message was received.")
    if not form.is_valid():
        return render(request, "queues/peek.html", context, status=422)
    if context["asks"] and not form.cleaned_data["confirmed"]:
        return render(request, "queues/peek.html", {**context, "ask_now": True})
    options = form.options()
    with audited(
        request.user,
        "peek",
        connection,
        name,
        messages=options.messages,
        visibility_timeout=options.visibility_timeout,
        keep_hidden=options.keep_hidden,
    ) as entry:
        dump = peeking.peek(found, queue, options, request.user.get_username())
        entry.result = f"{dump.message_count} messages received"
    return redirect(f"{reverse('queues:queue', args=[connection, name])}?peek={dump.pk}")
