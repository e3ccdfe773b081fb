"""Searches over a dump: found once, kept for all who ask the same, gone on with while somebody
looks. Nothing works on a search that nobody waits for."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from queues.models import Dump, Finding, FindingPart, Message, QueuePreferences
from queues.models.preferences import chain_of
from queues.models.routing import store_database
from queues.search.grouping import Group, Grouping
from queues.search.histogram import Histogram
from queues.search.looking import Looked, Looker
from queues.search.paths import Path
from queues.search.query import Query
from queues.search.rows import Row

FIELDS = ("ordinal", "message_id", "body", "attributes_json", "message_attributes_json")
CHUNK = 1_000


def look_up(dump: Dump, query: Query, *, group_by: str = "") -> Finding:
    """What is known of this search, begun if nobody has asked yet. Raises BadFilter where
    `group_by` is no path."""
    grouped = str(Path.parse(group_by)) if group_by else ""
    decoder = QueuePreferences.of(dump.connection, dump.queue_name).decoder
    terms = json.dumps([query.params(), grouped, decoder])
    finding, created = Finding.objects.get_or_create(
        dump=dump,
        key=hashlib.sha256(terms.encode("ascii")).hexdigest(),
        defaults={
            "params_json": json.dumps(query.params()),
            "grouped": grouped,
            "decoder": decoder,
        },
    )
    if not created:
        Finding.objects.filter(pk=finding.pk).update(used_at=timezone.now())
    finding.dump = dump
    return finding


def advance(finding: Finding, seconds: float) -> Finding:
    """Goes on for about so long, commits what it found, and returns it as it is now; where somebody
    else was quicker, theirs. Raises NoJudge."""
    until = time.monotonic() + seconds
    finding.refresh_from_db(from_queryset=Finding.objects.select_related("dump"))
    if finding.finished:
        return finding
    path = Path.parse(finding.grouped) if finding.grouped else None
    query = Query.from_params(_lists(finding.params))
    with Looker(query, chain_of(finding.decoder), path) as looker:
        while not finding.finished:
            dump = Dump.objects.get(pk=finding.dump_id)
            rows = _rows(finding)
            looked = looker.look(rows)
            # Asked before the rows: what came later is looked at in the next turn.
            ended = len(rows) < CHUNK and dump.finished_at is not None
            _commit(finding, rows, looked, path, finished=ended)
            finding.refresh_from_db(from_queryset=Finding.objects.select_related("dump"))
            if time.monotonic() >= until or not rows:
                break
    return finding


def histogram_of(finding: Finding) -> Histogram:
    return Histogram.from_json(json.loads(finding.histogram_json))


def groups_of(finding: Finding) -> list[Group]:
    """The commonest values first; empty if it does not group."""
    if not finding.grouped:
        return []
    path = Path.parse(finding.grouped)
    return Grouping.from_json(path, json.loads(finding.groups_json)).top()


def _lists(params: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in params:
        found.setdefault(name, []).append(value)
    return found


def _rows(finding: Finding) -> list[Row]:
    rows = Message.objects.filter(dump=finding.dump_id, ordinal__gt=finding.position)
    return [
        Row(ordinal, message_id, bytes(body), *attributes)
        for ordinal, message_id, body, *attributes in rows.order_by("ordinal").values_list(*FIELDS)[
            :CHUNK
        ]
    ]


def _commit(
    finding: Finding, rows: list[Row], looked: Looked, path: Path | None, *, finished: bool
) -> None:
    histogram = histogram_of(finding)
    histogram.add(looked.sent, found=False)
    histogram.add(looked.found_sent, found=True)
    histogram.unknown += len(looked.found) - len(looked.found_sent)
    reasons = Counter(json.loads(finding.reasons_json)) + looked.unjudged
    changes = {
        "turns": finding.turns + 1,
        "position": rows[-1].ordinal if rows else finding.position,
        "looked_at": finding.looked_at + len(rows),
        "found": finding.found + len(looked.found),
        "unjudged": sum(reasons.values()),
        "reasons_json": json.dumps(reasons),
        "histogram_json": json.dumps(histogram.as_json()),
        "finished": finished,
        "used_at": timezone.now(),
    }
    if path is not None:
        grouping = Grouping.from_json(path, json.loads(finding.groups_json))
        grouping.add(looked.keys)
        changes["groups_json"] = json.dumps(grouping.as_json())
    with transaction.atomic(using=store_database()):
        if Finding.objects.filter(pk=finding.pk, turns=finding.turns).update(**changes):
            FindingPart.objects.bulk_create(FindingPart.of(finding, finding.found, looked.found))
