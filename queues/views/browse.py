"""Messages of a dump or peek, as lists and single pages show them. Never touches a queue."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse

from queues.access import require
from queues.decoders import Body
from queues.models import Dump, Message
from queues.views.http import Request

PAGE_SIZE = 100


def dump_for(request: Request, dump_id: Any) -> Dump:
    dump = Dump.objects.filter(pk=dump_id).first()
    if dump is None:
        raise Http404("There is no such dump. Dumps expire, and a peek is kept for an hour.")
    require(request.user, "read dump", dump.connection, dump.queue_name, dump=dump)
    return dump


def back_to(dump: Dump) -> str:
    """The address of the list a message stands in, to which parameters are appended."""
    if dump.kind == Dump.Kind.PEEK:
        queue = reverse("queues:queue", args=[dump.connection, dump.queue_name])
        return f"{queue}?peek={dump.pk}&"
    return f"{reverse('queues:dump', args=[dump.pk])}?"


def message_list(request: Request, dump: Dump) -> dict[str, Any]:
    """A page of messages by key (`?after=<ordinal>`), and the one that is open beside them."""
    after = whole(request.GET.get("after"))
    rows = list(dump.rows().filter(ordinal__gt=after).order_by("ordinal")[: PAGE_SIZE + 1])
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    chosen = whole(request.GET.get("message"))
    opened = chosen or (rows[0].ordinal if rows else 0)
    return {
        "here": back_to(dump),
        "chosen": bool(chosen),
        "last_ordinal": rows[-1].ordinal if rows else 0,
        "dump": dump,
        "rows": rows,
        "after": after,
        "next_after": rows[-1].ordinal if more else None,
        "opened": opened,
        "back": max(0, after - PAGE_SIZE) if after else None,
        **message_detail(dump, opened),
    }


def message_detail(dump: Dump, ordinal: int) -> dict[str, Any]:
    message = Message.objects.filter(dump=dump, ordinal=ordinal).first()
    if message is None:
        return {"message": None}
    seen = message.record
    return {
        "message": message,
        "seen": seen,
        "body": Body(seen.body),
        "neighbours": message.neighbours,
    }


def whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0
