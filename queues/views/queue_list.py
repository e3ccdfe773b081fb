from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from queues.listing import PAGE_SIZE, QueueList, arrange, with_sparklines
from queues.models import ConnectionStatus, Queue
from queues.views.http import Request, connection_for


@dataclass(frozen=True)
class Totals:
    available: int
    in_flight: int
    delayed: int
    dead_letters: int
    dead_letter_queues: int


@require_safe
def queue_list(request: Request, connection: str) -> HttpResponse:
    """The list, and under htmx only its changing part: the same template draws both."""
    found = connection_for(request, connection, "list queues")
    status = ConnectionStatus.look(connection)
    if request.session.get("connection") != connection:
        request.session["connection"] = connection
    wanted = QueueList.from_query(request.GET)
    rows = arrange(Queue.objects.of(connection), wanted)
    page = with_sparklines(rows[wanted.offset : wanted.offset + PAGE_SIZE])
    Queue.objects.filter(pk__in=[row.queue.pk for row in page]).look()
    context = {
        "connection": found,
        "status": status,
        "wanted": wanted,
        "rows": page,
        "most": max((row.queue.available or 0 for row in rows), default=0),
        "count": len(rows),
        "all_count": Queue.objects.of(connection).count(),
        "kinds": wanted.kinds(connection),
        "totals": totals(connection),
        "previous_page": wanted.at(wanted.page - 1) if wanted.page > 1 else None,
        "next_page": wanted.at(wanted.page + 1) if len(rows) > wanted.offset + PAGE_SIZE else None,
        "nav": "queues",
    }
    template = "queues/_list.html" if request.htmx else "queues/list.html"
    return render(request, template, context)


def totals(connection: str) -> Totals:
    """Sums of what was last seen: as approximate and as old as their parts."""
    rows = Queue.objects.of(connection)
    sums = rows.aggregate(Sum("available"), Sum("in_flight"), Sum("delayed"))
    targets = rows.exclude(dead_letter_target="").values("dead_letter_target")
    dead = rows.filter(name__in=targets)
    return Totals(
        sums["available__sum"] or 0,
        sums["in_flight__sum"] or 0,
        sums["delayed__sum"] or 0,
        dead.aggregate(Sum("available"))["available__sum"] or 0,
        dead.count(),
    )
