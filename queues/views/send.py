"""Send one message. Many, from a file: upload.py."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from queues import connections
from queues.connections_file import Connection
from queues.formats import Record
from queues.forms.prefill import as_it_was, fields_of, rows_for, rows_of, same_attributes
from queues.forms.send import AttributeFormSet, SendForm, attribute_forms
from queues.models import Queue, audited
from queues.sqs.errors import SqsError
from queues.sqs.messages import send as send_message
from queues.sqs.types import Outgoing, Sent
from queues.views.browse import audited_reading, dump_for, whole
from queues.views.http import Request, form_answer, queue_to_show


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
        "peek": request.GET.get("peek", ""),
        "nav": "queues",
        "tab": "send",
    }
    if request.method != "POST":
        return form_answer(request, "queues/send.html", context)
    outgoing = _outgoing(form, attributes, like)
    sent = _send(request, found, queue, form, outgoing) if outgoing else None
    if outgoing is None or sent is None:
        return form_answer(request, "queues/send.html", context, refused=True)
    if "again" in request.POST:
        context |= {"sent": sent, **_kept_open(request, queue, outgoing)}
        return form_answer(request, "queues/send.html", context)
    return _done(request, connection, name, sent)


def _outgoing(form: SendForm, attributes: AttributeFormSet, like: Record | None) -> Outgoing | None:
    """What is to be sent; None: the form says why not."""
    if not (form.is_valid() & attributes.is_valid()):
        return None
    given = attributes.attributes
    if like:
        form.cleaned_data["body"] = as_it_was(form.cleaned_data["body"], like.body)
        given = same_attributes(given, like)
    outgoing = form.outgoing(given)
    return None if form.refuse(outgoing) else outgoing


def _send(
    request: Request, connection: Connection, queue: Queue, form: SendForm, outgoing: Outgoing
) -> Sent | None:
    size = outgoing.size
    try:
        with audited(request.user, "send", connection.slug, queue.name, size=size) as entry:
            sent = send_message(connections.client(connection), queue.url, outgoing)
            entry.result = f"sent as {sent.message_id}"
    except SqsError as error:
        form.add_error(None, error.sentence)
        return None
    return sent


def _kept_open(request: Request, queue: Queue, outgoing: Outgoing) -> dict[str, Any]:
    """The form as it was sent, for another message. Its deduplication ID goes: with the same one
    SQS would drop what comes next."""
    fields = {
        "body": outgoing.body,
        "delay_seconds": outgoing.delay_seconds,
        "message_group_id": outgoing.message_group_id,
    }
    return {
        "form": SendForm(queue.sqs, initial=fields),
        "attributes": attribute_forms(
            request, rows_for(outgoing.message_attributes), as_posted=False
        ),
    }


def _done(request: Request, connection: str, name: str, sent: Sent) -> HttpResponse:
    # Back to the messages that were looked at: looking again would cost another try.
    given = {key: request.GET[key] for key in ("like", "peek") if key in request.GET}
    another = reverse("queues:send", args=[connection, name])
    messages.success(
        request,
        format_html(
            'The message was sent. Its ID is {}. <a class="link" href="{}" data-dialog>Send '
            "another</a>",
            sent.message_id,
            f"{another}?{urlencode(given)}" if given else another,
        ),
    )
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
    if request.method == "POST":
        return message.record
    with audited_reading(request, dump, message.message_id):
        return message.record
