"""Looking for messages in what is stored: the form for filters, and how far the looking is."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from queues import connections
from queues.forms.filters import fault_in
from queues.forms.find import FindForm
from queues.models import Job
from queues.search.query import BadQuery, Query
from queues.views.asked import Asked, address, address_with
from queues.views.browse import dump_for, message_list
from queues.views.http import Request, form_answer

# While it goes on, the page asks again each second: most of it may be spent looking.
SECONDS = 0.8


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: Request, dump_id: UUID) -> HttpResponse:
    """The form for all kinds of filters; leads back to the list with them."""
    dump = dump_for(request, dump_id)
    asked = Asked.of(request.GET)
    posted = request.POST if request.method == "POST" else None
    form = FindForm(asked.query, posted)
    context = {
        "connection": connections.get(dump.connection),
        "dump": dump,
        "form": form,
        "holds": [chip.label for chip in asked.query.chips() if chip.label],
        "back": address(dump, request.GET),
        "nav": "queues",
    }
    if posted is None:
        return form_answer(request, "messages/find.html", context)
    if not form.is_valid() or form.query is None:
        return form_answer(request, "messages/find.html", context, refused=True)
    return redirect(address_with(dump, [*form.query.params(), *asked.grouping])[:-1])


@require_safe
def check(request: Request, dump_id: UUID) -> HttpResponse:
    """What is wrong with an expression, and where, while it is typed."""
    dump_for(request, dump_id)
    typed = request.GET.get("where", "")
    context: dict[str, object] = {"typed": typed.strip()}
    try:
        Query.from_params({"where": [typed]})
    except BadQuery as bad:
        context["problem"] = bad.sentence
        if bad.position is not None:
            context["fault"] = fault_in(typed, bad.position)
    return render(request, "messages/_find_check.html", context)


@require_safe
def found(request: Request, dump_id: UUID) -> HttpResponse:
    """The list alone, looked on for a while; without htmx, the page it stands on."""
    dump = dump_for(request, dump_id)
    if not request.htmx:
        return redirect(address(dump, request.GET))
    context = {
        "job": Job.objects.active().filter(dump_id=dump.pk).first()
        if not dump.finished_at
        else None,
        **message_list(request, dump, seconds=SECONDS),
        # Which message is open beside the list is the page's own business.
        "opened": None,
    }
    return render(request, "messages/_found.html", context)
