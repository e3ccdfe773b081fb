from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from queues import connections
from queues.access import require
from queues.models import ConnectionStatus
from queues.views.http import Request


@require_safe
def connection_list(request: Request) -> HttpResponse:
    """The connections, or the one there is. Nothing is called before one is opened."""
    require(request.user, "list queues")
    found = connections.all_connections()
    unused = connections.unused_aws_settings()
    if len(found) == 1 and unused is None:
        return redirect("queues:queue_list", found[0].slug)
    statuses = ConnectionStatus.objects.in_bulk()
    rows = [(connection, statuses.get(connection.slug)) for connection in found]
    return render(
        request, "connections/list.html", {"rows": rows, "unused": unused, "nav": "connections"}
    )
