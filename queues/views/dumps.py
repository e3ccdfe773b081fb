"""Dumps: start one, watch it, read it, download it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from queues import connections
from queues.access import require
from queues.formats import FORMATS
from queues.forms.looks import DownloadForm, DumpForm
from queues.jobs.peek import needs_asking
from queues.jobs.retention import users_of
from queues.jobs.space import room
from queues.models import Dump, Job, audited
from queues.tasks import ring
from queues.views.browse import dump_for, message_list
from queues.views.http import Request, form_answer, queue_for
from queues.views.keeping import can_be_undone, makers
from queues.views.selection import chosen_in


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: Request, connection: str, name: str) -> HttpResponse:
    found, queue = queue_for(request, connection, name, "dump")
    form = DumpForm(request.POST if request.method == "POST" else None)
    context = {
        "connection": found,
        "queue": queue,
        "form": form,
        "redrive": queue.sqs.redrive,
        "asks": needs_asking(queue),
        "busy": Job.objects.active().filter(connection=connection, queue_name=name),
        "nav": "queues",
    }
    if request.method != "POST":
        return form_answer(request, "queues/dump.html", context)
    if not form.is_valid():
        return form_answer(request, "queues/dump.html", context, refused=True)
    if context["asks"] and not form.cleaned_data["confirmed"]:
        return form_answer(request, "queues/dump.html", {**context, "ask_now": True}, refused=True)
    options = form.options()
    with audited(request.user, "dump", connection, name, **options) as entry:
        dump = Dump.begin(Dump.Kind.DUMP, connection, name, request.user.get_username())
        job = Job.objects.create(
            kind=Job.Kind.DUMP,
            connection=connection,
            queue_name=name,
            options=options,
            dump_id=dump.pk,
            requested_by=request.user,
        )
        entry.result = f"job {job.pk} started"
    ring(job)
    return redirect("queues:dump", dump.pk)


@require_safe
def dump_list(request: Request) -> HttpResponse:
    require(request.user, "read dump")
    dumps = list(Dump.objects.listed()[:200])
    jobs = {job.dump_id: job for job in makers(dump.pk for dump in dumps)}
    rows = [(dump, jobs.get(dump.pk)) for dump in dumps]
    return render(request, "dumps/list.html", {"rows": rows, "room": room(), "nav": "dumps"})


@require_safe
def dump_page(request: Request, dump_id: UUID) -> HttpResponse:
    """A dump, while it is made and after. Under htmx only the part that changes."""
    # The job first: should it end in between, the dump is then read with its end.
    job = makers([dump_id]).first()
    dump = dump_for(request, dump_id)
    context = {
        "connection": connections.get(dump.connection),
        "job": job,
        "undoable": can_be_undone(job),
        "users": [user for user in users_of(dump) if user != job],
        "download": DownloadForm(),
        "nav": "dumps",
        **message_list(request, dump),
    }
    if request.htmx:
        # Which message is open beside the list is the page's own business.
        return render(request, "dumps/_live.html", {**context, "opened": None})
    asked = context["found"].list_query
    detail = {"dump": str(dump.pk)} | ({"asked": asked} if asked else {})
    with audited(request.user, "read dump", dump.connection, dump.queue_name, **detail):
        return render(request, "dumps/page.html", context)


@require_safe
def download(request: Request, dump_id: UUID) -> HttpResponseBase:
    """The dump as a file, or what was chosen of it, streamed from the store."""
    dump = dump_for(request, dump_id)
    form = DownloadForm(request.GET)
    # With `dump` alone a list's bar asks for what is ticked there: nothing, which is not all.
    ticked = request.GET.keys() & {"all", "ordinal", "dump"}
    selection = chosen_in(request.GET, dump) if ticked else None
    if selection is not None and not selection.number:
        why = selection.stale or "None of the messages chosen are in this dump."
        return HttpResponse(why, status=409, content_type="text/plain; charset=utf-8")
    if not form.is_valid():
        return HttpResponse(
            f"format must be one of {', '.join(FORMATS)}.", status=400, content_type="text/plain"
        )
    chosen = FORMATS[form.cleaned_data["format"] or "jsonl"]
    packed = form.cleaned_data["gzip"]
    separator = form.cleaned_data["separator"]
    with audited(
        request.user,
        "download",
        dump.connection,
        dump.queue_name,
        dump=str(dump.pk),
        format=chosen.name,
        messages=selection.number if selection else dump.message_count,
    ):
        options = {"separator": separator} if separator and chosen.name == "text" else {}
        records = dump.records(selection.ordinals if selection else None)
        chunks: Iterable[bytes] = chosen.write(records, **options)
        response = StreamingHttpResponse(
            gzipped(chunks) if packed else chunks,
            content_type="application/gzip" if packed else chosen.content_type,
        )
    part = f"-{selection.number}-selected" if selection else ""
    name = f"{dump.queue_name}-{stamp(dump.created_at)}{part}.{chosen.extension}"
    disposition = content_disposition_header(True, f"{name}.gz" if packed else name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def gzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, packed on the way: never more than a chunk in memory."""
    packer = zlib.compressobj(wbits=31)  # 31: with gzip's header and checksum
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()


def stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%d-%H%M%S}"
