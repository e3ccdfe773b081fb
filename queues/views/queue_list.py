from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from queues.listing import Listing, QueueList
from queues.models import ConnectionStatus, Queue
from queues.views.http import Request, connection_for


@require_safe
def queue_list(request: Request, connection: str) -> HttpResponse:
    """The list, and under htmx only its changing part: the same template draws both."""
    found = connection_for(request, connection, "list queues")
    status = ConnectionStatus.look(connection)
    if request.session.get("connection") != connection:
        request.session["connection"] = connection
    listing = Listing(connection, QueueList.from_query(request.GET))
    rows = listing.page()
    Queue.objects.filter(pk__in=[row.queue.pk for row in rows]).look()
    context = {
        "connection": found,
        "status": status,
        "listing": listing,
        "wanted": listing.wanted,
        "rows": rows,
        "nav": "queues",
    }
    template = "queues/_list.html" if request.htmx else "queues/list.html"
    return render(request, template, context)
