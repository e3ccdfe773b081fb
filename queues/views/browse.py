"""Messages of a dump or peek, as lists and single pages show them. Never touches a queue."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse

from queues.access import require
from queues.decoders import Body
from queues.models import Dump, Message, Queue
from queues.views.http import Request

PAGE_SIZE = 100


def dump_for(request: Request, dump_id: Any) -> Dump:
    dump = Dump.objects.kept().filter(pk=dump_id).first()
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


def selectable(dump: Dump) -> bool:
    """May messages be chosen in it, to be looked for in the queue? Those of a dump and a peek went
    back there; those of a backup are gone from it, and those of an upload were never in it."""
    return dump.finished_at is not None and dump.kind in (Dump.Kind.PEEK, Dump.Kind.DUMP)


def tickable(dump: Dump) -> bool:
    """Is there anything that can be done with messages chosen in it? What was stored by anything
    but a peek can be sent again."""
    return dump.finished_at is not None and dump.message_count > 0


def dead_letters(dump: Dump, rows: list[Message]) -> bool:
    """Is its queue a dead-letter queue, as far as is known, or do its messages say so?"""
    sources = Queue.objects.of(dump.connection).filter(dead_letter_target=dump.queue_name)
    return sources.exists() or any(row.facts.dead_letter_source_arn for row in rows)


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
        "tickable": tickable(dump),
        "selectable": selectable(dump),
        "dead_letters": dead_letters(dump, rows),
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
