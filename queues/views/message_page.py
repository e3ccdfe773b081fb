"""One message: its page, the pane beside a list, and how its queue's bodies are read."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from queues import connections
from queues.decoders import names
from queues.forms.read_as import RAW, ReadAsForm
from queues.models import Dump, QueuePreferences, audited
from queues.views.asked import address, list_query
from queues.views.browse import audited_reading, dump_for, whole
from queues.views.http import Request, connection_for
from queues.views.message_pane import detail
from queues.views.reading import ACTION, back_to_list, dump_in


@require_safe
def message(request: Request, dump_id: UUID, ordinal: int) -> HttpResponse:
    """One message: a page, and under htmx the pane beside the list."""
    dump = dump_for(request, dump_id)
    beside = request.htmx and "own" not in request.GET
    context = {
        "connection": connections.get(dump.connection),
        "dump": dump,
        "chosen": True,
        "nav": "queues" if dump.kind == Dump.Kind.PEEK else "dumps",
        **detail(
            request,
            dump,
            ordinal,
            here=address(dump, request.GET) if beside else "",
            query=list_query(request.GET) if beside else "",
            after=whole(request.GET.get("after")),
        ),
    }
    if context["message"] is None:
        raise Http404("There is no such message in this dump.")
    with audited_reading(request, dump, context["message"].message_id):
        template = "messages/_detail.html" if request.htmx else "messages/page.html"
        return render(request, template, context)


@require_POST
def read_as(request: Request, connection: str, name: str) -> HttpResponse:
    """Says how the bodies of a queue are read, for everybody who looks at them."""
    connection_for(request, connection, ACTION, name)
    dump = dump_in(request, request.POST, connection, name)
    preferences = QueuePreferences.of(connection, name)
    form = ReadAsForm(request.POST, initial=ReadAsForm.initial_of(preferences.decoder))
    if form.is_valid():
        change = {"from": preferences.decoder, "to": form.decoder}
        with audited(request.user, ACTION, connection, name, decoder=change):
            QueuePreferences.objects.update_or_create(
                connection=connection, queue_name=name, defaults={"decoder": form.decoder}
            )
        messages.success(request, f"Bodies of {name} are now read {said(form.decoder)}.")
    else:
        messages.error(request, "Nothing was changed: there is no decoder of that name.")
    if "own" in request.POST:
        return redirect("queues:message", dump.pk, whole(request.POST.get("message")))
    return redirect(back_to_list(dump, request.POST))


def said(decoder: str) -> str:
    """as base64, then gzip; as raw text; as what they are found to be."""
    if not decoder:
        return "as what they are found to be"
    labels = {**dict(names()), RAW: "raw text"}
    return "as " + ", then ".join(labels.get(step, step) for step in decoder.split(","))
