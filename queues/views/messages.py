"""Acts on a queue's messages: peek and send."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from queues import connections
from queues.formats import Record
from queues.forms.looks import PeekForm
from queues.forms.prefill import as_it_was, fields_of, rows_of, same_attributes
from queues.forms.send import SendForm, attribute_forms
from queues.jobs import peek as peeking
from queues.models import audited
from queues.sqs.errors import SqsError
from queues.sqs.messages import send as send_message
from queues.views.browse import dump_for, whole
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
    like = record_like(request, connection)
    posted = request.POST if request.method == "POST" else None
    form = SendForm(queue.sqs, posted, initial=fields_of(like) if like else None)
    attributes = attribute_forms(request, rows_of(like) if like else ())
    context = {
        "connection": found,
        "queue": queue,
        "form": form,
        "attributes": attributes,
        "like": request.GET.get("like", "") if like else "",
        "nav": "queues",
        "tab": "send",
    }
    if request.method != "POST":
        return form_answer(request, "queues/send.html", context)
    if not (form.is_valid() & attributes.is_valid()):
        return form_answer(request, "queues/send.html", context, refused=True)
    if like:
        form.cleaned_data["body"] = as_it_was(form.cleaned_data["body"], like.body)
    given = attributes.attributes
    outgoing = form.outgoing(same_attributes(given, like) if like else given)
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


def record_like(request: Request, connection: str) -> Record | None:
    """`?like=<dump>:<ordinal>`: the stored message that the new one begins as."""
    if "like" not in request.GET:
        return None
    dump_id, _, ordinal = request.GET["like"].partition(":")
    try:
        dump = dump_for(request, UUID(dump_id))
    except ValueError:
        raise Http404("There is no such dump.") from None
    message = dump.messages.filter(ordinal=whole(ordinal)).first()
    if message is None or dump.connection != connection:
        raise Http404("There is no such message in this dump.")
    return message.record
