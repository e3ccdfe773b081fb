"""Messages that somebody chose in a list: of which stored dump or peek, and which of them.

Ticked one by one (`ordinal=1&ordinal=2`), or all that a search found (`all=<its key>&number=312`;
an empty key: all of the dump). What was found is fixed here, once: a job keeps the ordinals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404, QueryDict

from queues.models import Dump, Finding, Message, Queue, ordinals
from queues.views.browse import dump_for, selectable, whole
from queues.views.http import Request

# Enough to name them; one form cannot tick more than a page has.
LOOKED_AT = 1_000
MOST_TICKED = 1_000


@dataclass(frozen=True)
class Selection:
    """`ordinals`: in order. `given`: what chose them, for a form's hidden fields. `stale`: why what
    was chosen is not what would be acted on; then there are none."""

    dump: Dump
    ordinals: Sequence[int] = ()
    given: Sequence[tuple[str, str]] = field(default_factory=tuple)
    stale: str = ""

    @property
    def number(self) -> int:
        return len(self.ordinals)

    def options(self) -> dict[str, Any]:
        """As the job keeps it."""
        chosen = ordinals.as_text(self.ordinals)
        return {"selection": {"dump": str(self.dump.pk), "ordinals": chosen}}

    def some(self) -> list[Message]:
        """The first of them, without their bodies."""
        rows = self.dump.messages.filter(ordinal__in=self.ordinals[:LOOKED_AT])
        return list(rows.defer("body").order_by("ordinal"))


def selection_in(request: Request, queue: Queue) -> Selection | None:
    """None: the request speaks of no selection; one of no messages is another thing."""
    given = request.POST if request.method == "POST" else request.GET
    if "dump" not in given:
        return None
    try:
        dump = dump_for(request, UUID(given["dump"]))
    except ValueError:
        raise Http404("There is no such dump.") from None
    if (dump.connection, dump.queue_name) != (queue.connection, queue.name):
        raise Http404("These messages are not of this queue.")
    if not selectable(dump):
        raise Http404("These messages are not in the queue.")
    return chosen_in(given, dump)


def chosen_in(given: QueryDict, dump: Dump) -> Selection:
    """What a request chose of a dump that its sender may read."""
    if "all" in given:
        return _all_found(given, dump)
    ticked = sorted({whole(one) for one in given.getlist("ordinal")})
    if len(ticked) > MOST_TICKED:
        return Selection(dump, stale=f"At most {MOST_TICKED:,} messages can be ticked one by one.")
    there = dump.messages.filter(ordinal__in=ticked).order_by("ordinal")
    found = list(there.values_list("ordinal", flat=True))
    if found and found != ticked:
        return Selection(
            dump,
            stale=f"{len(ticked):,} messages were chosen, and {len(found):,} of them are there. Go "
            f"back to the list, and choose again.",
        )
    return Selection(dump, found, [("ordinal", str(ordinal)) for ordinal in found])


def _all_found(given: QueryDict, dump: Dump) -> Selection:
    key, number = str(given["all"]), whole(given.get("number"))
    if key:
        # What is no key is looked up nowhere: PostgreSQL takes no NUL.
        finding = Finding.objects.filter(dump=dump, key=key).first() if key.isalnum() else None
        if finding is None or not finding.finished:
            return Selection(
                dump,
                stale="What the search found is not known any more, or not yet to its end. Go back "
                "to the list, and let it look through all messages first.",
            )
        found: Sequence[int] = finding.all_ordinals()
    elif dump.finished_at is None:
        return Selection(dump, stale="The dump is not finished yet. Choose its messages then.")
    else:
        found = list(dump.messages.order_by("ordinal").values_list("ordinal", flat=True))
    if len(found) != number:
        return Selection(
            dump,
            stale=f"{number:,} messages were chosen, and there are {len(found):,} now. Go back to "
            f"the list, and look at what is found.",
        )
    return Selection(dump, found, [("all", key), ("number", str(number))])
