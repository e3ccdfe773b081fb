"""Messages of a dump or peek, as lists and single pages show them. Never touches a queue."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.http import Http404

from queues.access import require
from queues.finding import advance, look_up
from queues.models import AuditEntry, Dump, Message, Queue, QueuePreferences, audited
from queues.search import BadFilter, NoJudge
from queues.search.paths import Path
from queues.views.asked import Asked, address, address_with, back_to, list_query
from queues.views.cells import LOOKED_AT, paths_in
from queues.views.found import Found
from queues.views.http import Request
from queues.views.message_pane import detail
from queues.views.rows import rows_of

__all__ = [
    "PAGE_SIZE",
    "address",
    "back_to",
    "dead_letters",
    "dump_for",
    "list_query",
    "message_list",
    "selectable",
    "tickable",
    "whole",
]

PAGE_SIZE = 100
# Somebody waits for the page, and sees it grow then. Where no script asks again, one goes on by
# hand, and rather waits longer.
SECONDS = 0.5
SECONDS_IF_PATIENT = 5.0


def dump_for(request: Request, dump_id: Any) -> Dump:
    dump = Dump.objects.kept().filter(pk=dump_id).first()
    if dump is None:
        raise Http404("There is no such dump. Dumps expire, and a peek is kept for an hour.")
    require(request.user, "read dump", dump.connection, dump.queue_name, dump=dump)
    return dump


def audited_reading(
    request: Request, dump: Dump, message_id: str | None
) -> AbstractContextManager[AuditEntry]:
    """Around whatever shows one message whole."""
    about = {"dump": str(dump.pk), "message_id": message_id}
    return audited(request.user, "read message", dump.connection, dump.queue_name, **about)


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


def message_list(request: Request, dump: Dump, *, seconds: float | None = None) -> dict[str, Any]:
    """A page of the messages that match what the address asks for, and the one that is open beside
    them. `?after=100`: the page after so many of them."""
    after = whole(request.GET.get("after"))
    found = found_in(request, dump, seconds)
    messages, more = page_of(found, after)
    columns = [Path.parse(column) for column in found.columns]
    rows = rows_of(dump, messages, found.preferences.chain, found.asked.query, columns)
    found.paths = paths_in(row.document for row in rows[:LOOKED_AT] if row.document)
    found.first, found.last = after + 1, after + len(rows)
    chosen = whole(request.GET.get("message"))
    opened = chosen or (rows[0].message.ordinal if rows else 0)
    return {
        "here": address_with(dump, found.asked.params),
        "found": found,
        "chosen": bool(chosen),
        "dump": dump,
        "rows": rows,
        "after": after,
        "next_after": found.last if more else None,
        "opened": opened,
        "back": max(0, after - PAGE_SIZE) if after else None,
        "tickable": tickable(dump),
        "selectable": selectable(dump),
        "dead_letters": dead_letters(dump, messages),
        **detail(
            request,
            dump,
            opened,
            here=address_with(dump, found.asked.params),
            query=list_query(request.GET),
            after=after,
        ),
    }


def found_in(request: Request, dump: Dump, seconds: float | None) -> Found:
    """Looks on for a moment, unless that was stopped."""
    asked = Asked.of(request.GET)
    found = Found(
        dump,
        asked,
        QueuePreferences.of(dump.connection, dump.queue_name),
        problem=asked.problem,
        stopped=request.GET.get("stop") == "on",
        wants_all=request.GET.get("select") == "all",
    )
    if asked.problem:
        return found
    try:
        finding = look_up(dump, asked.query, group_by=asked.by)
    except BadFilter as bad:
        found.bad_path = str(bad)
        finding = look_up(dump, asked.query)
    if seconds is None:
        seconds = SECONDS_IF_PATIENT if request.GET.get("patient") == "on" else SECONDS
    try:
        found.finding = finding if found.stopped else advance(finding, seconds)
    except NoJudge as reason:
        found.problem = str(reason)
    return found


def page_of(found: Found, after: int) -> tuple[list[Message], bool]:
    """The messages after so many of what was found, and whether there are more."""
    if found.problem:
        return [], False
    if found.seeking and found.finding is not None:
        ordinals = found.finding.matching(after, PAGE_SIZE + 1)
        some = found.dump.rows().filter(ordinal__in=ordinals[:PAGE_SIZE])
        return list(some.order_by("ordinal")), len(ordinals) > PAGE_SIZE
    rows = found.dump.rows().filter(ordinal__gt=after).order_by("ordinal")
    messages = list(rows[: PAGE_SIZE + 1])
    return messages[:PAGE_SIZE], len(messages) > PAGE_SIZE


def whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0
