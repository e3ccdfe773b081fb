"""Restore: a stored dump's messages, sent to a queue again. What that means is said before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from queues.access import require
from queues.connections_file import Connection
from queues.decoders import visible
from queues.forms.restore import RestoreForm
from queues.jobs.forecast import Forecast, forecast
from queues.jobs.sample import look_at_one
from queues.jobs.start import start
from queues.models import Dump, Job, Queue, audited
from queues.sqs.errors import QueueNotFound
from queues.tasks import ring
from queues.views.acts import nothing_selected
from queues.views.browse import dump_for
from queues.views.http import Request, connection_for, form_answer
from queues.views.selection import chosen_in

MOST_NAMES = 500
FIRST, LONGEST_FIRST = 5, 200
UNFINISHED = "It is not finished yet, so a part of its messages would be missing. Restore it then."


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: Request, dump_id: UUID) -> HttpResponse:
    dump = dump_for(request, dump_id)
    found = connection_for(request, dump.connection, "restore", dump.queue_name)
    given = request.POST if request.method == "POST" else request.GET
    selection = chosen_in(given, dump) if "all" in given else None
    # Ticked in a list one by one, or written as ranges.
    chosen = given.get("ordinals") or ", ".join(given.getlist("ordinal"))
    if request.method != "POST":
        # A list's bar names its dump. Nothing ticked there is not all of it.
        if "dump" in given and not chosen and selection is None:
            queue = Queue(connection=dump.connection, name=dump.queue_name)
            return nothing_selected(request, found, queue, None)
        asked = {"target": dump.queue_name, "ordinals": chosen}
        form = RestoreForm(dump, initial=asked, selection=selection)
        return _answer(request, found, dump, form, _own(found, dump))
    typed = request.POST.copy()
    typed["ordinals"] = chosen
    form = RestoreForm(dump, typed, selection=selection)
    coming = _forecast(found, dump, form)
    if dump.finished_at is None:
        form.add_error(None, UNFINISHED)
    if coming is not None:
        form.refuse(coming)
    if coming is None or not form.is_valid():
        return _answer(request, found, dump, form, coming, refused=True)
    if coming.must_be_read and form.cleaned_data["told"] != coming.target.name:
        return _answer(request, found, dump, form, coming, refused=True, tell=True)
    return _start(request, dump, coming, form.options(coming))


def _start(request: Request, dump: Dump, coming: Forecast, options: dict[str, Any]) -> HttpResponse:
    target = coming.target.name
    require(request.user, "restore", dump.connection, target)
    with audited(
        request.user, "restore", dump.connection, target, dump=str(dump.pk), **options
    ) as entry:
        job = start(
            Job.Kind.RESTORE, dump.connection, target, request.user, options=options, dump=dump
        )
        entry.result = f"job {job.pk} started"
    ring(job)
    return redirect("queues:job", job.pk)


def _own(connection: Connection, dump: Dump) -> Forecast | None:
    """For the dump's own queue; nothing if there is none any more."""
    try:
        return forecast(dump, look_at_one(connection, dump.queue_name).sqs)
    except QueueNotFound:
        return None


def _forecast(connection: Connection, dump: Dump, form: RestoreForm) -> Forecast | None:
    """For the queue that was typed, if there is one."""
    form.is_valid()  # what was typed well counts also beside what was not
    target = form.cleaned_data.get("target")
    if not target:
        return None
    try:
        queue = look_at_one(connection, target)
    except QueueNotFound:
        form.add_error("target", f"There is no queue {target} on {connection.name}.")
        return None
    return forecast(dump, queue.sqs, form.chosen)


def _answer(
    request: Request,
    connection: Connection,
    dump: Dump,
    form: RestoreForm,
    coming: Forecast | None,
    *,
    refused: bool = False,
    tell: bool = False,
) -> HttpResponse:
    target = coming.target.name if coming else ""
    queues = Queue.objects.of(connection.slug)
    context = {
        "connection": connection,
        "dump": dump,
        "report": dump.cost.get("report"),
        "first": _first(dump) if "report" in dump.cost else (),
        "form": form,
        "coming": coming,
        "queue": queues.filter(name=target).first(),
        "names": queues.order_by("name").values_list("name", flat=True)[:MOST_NAMES],
        "running": _running(connection, target),
        "unfinished": UNFINISHED if dump.finished_at is None else "",
        "tell": tell,
        "nav": "dumps",
    }
    return form_answer(request, "dumps/restore.html", context, refused=refused)


def _first(dump: Dump) -> list[tuple[int, str]]:
    """The beginnings of the first bodies of a file, and their numbers."""
    rows = dump.messages.order_by("ordinal")[:FIRST]
    return [(row.ordinal, visible(row.record.body[:LONGEST_FIRST])) for row in rows]


def _running(connection: Connection, queue_name: str) -> Job | None:
    """The job that a restore to this queue would wait for."""
    jobs = Job.objects.active().filter(connection=connection.slug, queue_name=queue_name)
    return jobs.order_by("created_at").first()
