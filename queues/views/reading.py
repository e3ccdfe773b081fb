"""What is kept of how a queue's messages are read: the columns of its lists, filters by name."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from queues.access import Action
from queues.forms.reading import ColumnsForm, FilterNameForm
from queues.models import Dump, QueuePreferences, SavedFilter, audited
from queues.search.query import Query
from queues.views.asked import Asked, address
from queues.views.browse import dump_for, whole
from queues.views.cells import LOOKED_AT, paths_in
from queues.views.http import Request, connection_for, form_answer
from queues.views.rows import rows_of

ACTION: Action = "set up reading"


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: Request, connection: str, name: str) -> HttpResponse:
    found = connection_for(request, connection, ACTION, name)
    given = request.POST if request.method == "POST" else request.GET
    dump = dump_in(request, given, connection, name)
    preferences = QueuePreferences.of(connection, name)
    posted = request.POST if request.method == "POST" else None
    form = ColumnsForm(preferences.columns, suggestions(dump, preferences), posted)
    back = back_to_list(dump, given)
    context = {
        "connection": found,
        "queue_name": name,
        "dump": dump,
        "query": given.get("query", ""),
        "form": form,
        "back": back,
        "nav": "queues",
    }
    if posted is None:
        return form_answer(request, "messages/columns.html", context)
    if not form.is_valid():
        return form_answer(request, "messages/columns.html", context, refused=True)
    set_columns(request, preferences, form.columns)
    return redirect(back)


@require_POST
def add_column(request: Request, connection: str, name: str) -> HttpResponse:
    """One more, picked where its value stands."""
    connection_for(request, connection, ACTION, name)
    dump = dump_in(request, request.POST, connection, name)
    preferences = QueuePreferences.of(connection, name)
    form = ColumnsForm(
        preferences.columns,
        (),
        lists({"path": preferences.columns, "another": [request.POST.get("path", "")]}),
    )
    if form.is_valid():
        set_columns(request, preferences, form.columns)
    else:
        messages.error(request, " ".join(form.errors_in_words))
    return redirect(back_to_list(dump, request.POST))


@require_POST
def save_filter(request: Request, connection: str, name: str) -> HttpResponse:
    connection_for(request, connection, ACTION, name)
    dump = dump_in(request, request.POST, connection, name)
    query = Asked.of(QueryDict(request.POST.get("query", ""))).query
    form = FilterNameForm(request.POST)
    back = redirect(back_to_list(dump, request.POST))
    if not query or not form.is_valid():
        messages.error(request, form.sentence or "There is no filter to save: set one first.")
        return back
    title, params = form.cleaned_data["name"], urlencode(query.params())
    with audited(request.user, ACTION, connection, name, filter=title) as entry:
        _, created = SavedFilter.objects.update_or_create(
            connection=connection,
            queue_name=name,
            name=title,
            defaults={"params": params, "created_by": request.user.get_username()},
        )
        entry.result = "saved" if created else "saved in place of the one of that name"
    said = "was saved." if created else "was saved in place of the one that had this name."
    messages.success(request, f"The filter “{title}” {said}")
    return back


@require_POST
def delete_filter(request: Request, connection: str, name: str, pk: int) -> HttpResponse:
    connection_for(request, connection, ACTION, name)
    dump = dump_in(request, request.POST, connection, name)
    saved = get_object_or_404(SavedFilter, pk=pk, connection=connection, queue_name=name)
    with audited(request.user, ACTION, connection, name, filter=saved.name, was=saved.params):
        saved.delete()
    messages.success(request, f"The filter “{saved.name}” was forgotten.")
    return redirect(back_to_list(dump, request.POST))


def set_columns(request: Request, preferences: QueuePreferences, columns: list[str]) -> None:
    where = (preferences.connection, preferences.queue_name)
    change = {"from": preferences.columns, "to": columns}
    with audited(request.user, ACTION, *where, columns=change):
        QueuePreferences.objects.update_or_create(
            connection=where[0], queue_name=where[1], defaults={"columns": columns}
        )


def dump_in(request: Request, given: QueryDict, connection: str, name: str) -> Dump:
    """The dump or peek whose list was left for this, if it is one of this queue."""
    try:
        dump = dump_for(request, UUID(given.get("dump", "")))
    except ValueError:
        raise Http404("There is no such dump.") from None
    if (dump.connection, dump.queue_name) != (connection, name):
        raise Http404("This dump is not of this queue.")
    return dump


def back_to_list(dump: Dump, given: QueryDict) -> str:
    """As it was, with the message that was open."""
    back = address(dump, QueryDict(given.get("query", "")))
    opened = whole(given.get("message"))
    return f"{back}message={opened}" if opened else back[:-1]


def suggestions(dump: Dump, preferences: QueuePreferences) -> list[tuple[str, str]]:
    """Paths that stand in the dump's first messages, each with an example."""
    first = list(dump.rows().order_by("ordinal")[:LOOKED_AT])
    rows = rows_of(dump, first, preferences.chain, Query())
    return paths_in(row.document for row in rows if row.document)


def lists(values: dict[str, list[str]]) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, each in values.items():
        found.setlist(name, each)
    return found
