"""Acts on a queue's messages: peek and send."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from queues import connections
from queues.forms.looks import PeekForm
from queues.forms.send import SendForm, attribute_forms
from queues.jobs import peek as peeking
from queues.models import audited
from queues.sqs.errors import SqsError
from queues.sqs.messages import send as send_message
from queues.views.http import Request, form_answer, queue_for, queue_to_show


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


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: Request, connection: str, name: str) -> HttpResponse:
    # With what was last seen of the queue, should SQS not say now: what was typed is not lost.
    found, queue = queue_to_show(request, connection, name, "send")
    form = SendForm(queue.sqs, request.POST if request.method == "POST" else None)
    attributes = attribute_forms(request)
    context = {
        "connection": found,
        "queue": queue,
        "form": form,
        "attributes": attributes,
        "nav": "queues",
        "tab": "send",
    }
    if request.method != "POST":
        return form_answer(request, "queues/send.html", context)
    if not (form.is_valid() & attributes.is_valid()):
        return form_answer(request, "queues/send.html", context, refused=True)
    outgoing = form.outgoing(attributes.attributes)
    if form.refuse(outgoing):
        return form_answer(request, "queues/send.html", context, refused=True)
    try:
        with audited(request.user, "send", connection, name, size=outgoing.size) as entry:
            sent = send_message(connections.client(found), queue.url, outgoing)
            entry.result = f"sent as {sent.message_id}"
    except SqsError as error:
        form.add_error(None, error.sentence)
        return form_answer(request, "queues/send.html", context, refused=True)
    messages.success(request, f"The message was sent. Its ID is {sent.message_id}.")
    # Back to the messages that were looked at: looking again would cost another try.
    page = reverse("queues:queue", args=[connection, name])
    peek_id = request.GET.get("peek")
    return redirect(f"{page}?{urlencode({'peek': peek_id})}" if peek_id else page)
