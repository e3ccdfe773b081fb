"""Searches over a dump: found once, kept for all who ask the same, gone on with while somebody
looks. Nothing works on a search that nobody waits for."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence

from django.utils import timezone

from queues.finding.working import Work
from queues.models import Dump, Finding, QueuePreferences
from queues.search.grouping import Group, Grouping
from queues.search.histogram import Histogram
from queues.search.paths import Path
from queues.search.query import Query

__all__ = ["advance", "groups_of", "histogram_of", "look_up", "query_of"]

# What it has found is written down so often: others see it, and a crash loses no more.
ROUND = 1.0


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
    else was quicker, with theirs. What time is left goes to the count of all messages by time,
    which the histogram shows behind. Raises NoJudge."""
    until = time.monotonic() + seconds
    finding = _advance(finding, until)
    if finding.finished and finding.params and time.monotonic() < until:
        _advance(_everything(finding), until)
    return finding


def histogram_of(finding: Finding) -> Histogram:
    """When the messages found were sent, and all there are, as far as both are known."""
    histogram = Histogram.from_json(json.loads(finding.histogram_json))
    if not finding.params:
        histogram.behind(histogram)
    else:
        everything = _everything(finding)
        histogram.behind(Histogram.from_json(json.loads(everything.histogram_json)))
        histogram.whole = everything.finished
    return histogram


def groups_of(finding: Finding) -> list[Group]:
    """The commonest values first; empty if it does not group."""
    if not finding.grouped:
        return []
    path = Path.parse(finding.grouped)
    return Grouping.from_json(path, json.loads(finding.groups_json)).top()


def query_of(finding: Finding) -> Query:
    return Query.from_params(_lists(finding.params))


def _everything(finding: Finding) -> Finding:
    return look_up(finding.dump, Query())


def _advance(finding: Finding, until: float) -> Finding:
    path = Path.parse(finding.grouped) if finding.grouped else None
    finding = _as_it_is(finding)
    with Work(finding, query_of(finding), path) as work:
        while not finding.finished:
            work.go_on(finding, min(until, time.monotonic() + ROUND))
            before, finding = finding, _as_it_is(finding)
            stuck = finding.position == before.position
            if time.monotonic() >= until or stuck:  # the dump is being filled: ask again later
                break
    return finding


def _as_it_is(finding: Finding) -> Finding:
    return Finding.objects.select_related("dump").get(pk=finding.pk)


def _lists(params: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in params:
        found.setdefault(name, []).append(value)
    return found
