"""The dry run of a filter, over what is stored of a queue: the queue itself is not touched."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from queues.access import may
from queues.formats import Record
from queues.forms.filters import FilterForm
from queues.models import Dump, Message, QueuePreferences, audited
from queues.search import NoJudge, Trial, try_out
from queues.views.http import Request, connection_for

# Somebody waits for the answer.
SECONDS = 8.0
MOST = 10_000
EXAMPLES = 5


@dataclass(frozen=True)
class Shown:
    """`examples`: by outcome, the stored message and why it cannot be judged."""

    trial: Trial
    filter: str
    dump: Dump
    examples: dict[str, list[tuple[Message, str]]]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why messages cannot be judged, and how many: the commonest first."""
        return self.trial.reasons.most_common()

    @property
    def whole(self) -> bool:
        return self.trial.total >= self.dump.message_count


def dumps_to_try(request: Request, connection: str, name: str) -> list[Dump]:
    """The newest finished dump of a queue, and the newest peek of who asks."""
    kept = Dump.objects.kept().filter(
        connection=connection, queue_name=name, finished_at__isnull=False
    )
    newest = (
        kept.filter(kind=Dump.Kind.DUMP).first(),
        kept.filter(kind=Dump.Kind.PEEK, created_by=request.user.get_username()).first(),
    )
    return [
        dump for dump in newest if dump and may(request.user, "read dump", connection, name, dump)
    ]


def trial_of(request: Request, connection: str, name: str, given: QueryDict) -> dict[str, Any]:
    """What a template needs to show a dry run of the filter in `given`."""
    dumps = dumps_to_try(request, connection, name)
    form = FilterForm(given)
    found: dict[str, Any] = {"tried": form, "trial_dumps": dumps, "over": given.get("over", "")}
    if not form.is_valid() or not form.filter or not dumps:
        return found
    dump = next((dump for dump in dumps if str(dump.pk) == found["over"]), dumps[0])
    terms = form.filter.as_json()
    with audited(request.user, "try filter", connection, name, dump=str(dump.pk), **terms) as entry:
        try:
            trial = try_out(
                form.filter,
                for_a_while(dump.records()),
                most=MOST,
                examples=EXAMPLES,
                seconds_in_all=SECONDS,
                chain=QueuePreferences.of(connection, name).chain,
            )
        except NoJudge as reason:
            form.add_error("expression", str(reason))
            entry.result = f"failed: {reason}"
            return found
        entry.result = f"{trial.matches} of {trial.total} match"
    return found | {"trial": Shown(trial, str(form.filter), dump, examples_of(trial, dump))}


def for_a_while(records: Iterator[Record]) -> Iterator[Record]:
    end = time.monotonic() + SECONDS
    for record in records:
        yield record
        if time.monotonic() > end:
            return


def examples_of(trial: Trial, dump: Dump) -> dict[str, list[tuple[Message, str]]]:
    ids = [each.record.message_id for some in trial.examples.values() for each in some]
    rows = {row.message_id: row for row in dump.rows().filter(message_id__in=ids)}
    return {
        outcome.name.lower(): [(rows[each.record.message_id], each.reason) for each in examples]
        for outcome, examples in trial.examples.items()
    }


@require_safe
def try_filter(request: Request, connection: str, name: str) -> HttpResponse:
    """Under htmx the answer alone, as the forms show it beneath their filter."""
    found = connection_for(request, connection, "read dump", name)
    context = {
        "connection": found,
        "queue_name": name,
        "nav": "queues",
        **trial_of(request, connection, name, request.GET),
    }
    template = "queues/_filter_trial.html" if request.htmx else "queues/try_filter.html"
    return render(request, template, context)
