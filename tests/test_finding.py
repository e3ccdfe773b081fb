"""A search over a dump: what it finds, how it goes on, and that twins count nothing twice."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from queues.finding import advance, groups_of, histogram_of, look_up, reading, working
from queues.formats import Record
from queues.jobs import retention
from queues.models import Dump, Finding, FindingPart
from queues.search.query import Query
from queues.sqs.types import MessageAttribute
from queues.tasks import expire

pytestmark = pytest.mark.django_db(databases=["default", "store"])

CODES = ["CARRIER_TIMEOUT", "OUT_OF_STOCK", "CARRIER_TIMEOUT"]


def record(number: int, body: object, **attributes: str) -> Record:
    return Record(
        f"id-{number}",
        body if isinstance(body, str) else json.dumps(body),
        "",
        datetime.now(UTC),
        {"SentTimestamp": str(1_764_000_000_000 + number * 1_000), **attributes},
        {"tenant": MessageAttribute("String", f"tenant-{number % 2}")},
    )


@pytest.fixture
def dump() -> Dump:
    dump = Dump.begin(Dump.Kind.DUMP, "local", "orders-dlq", "mara")
    dump.add_records(record(at, {"order": at, "code": CODES[at % 3]}) for at in range(2_500))
    dump.finish(Dump.Verdict.COMPLETE, "", {})
    return dump


def search(dump: Dump, group_by: str = "", **given: str | list[str]) -> Finding:
    params: Mapping[str, Any] = {
        name: [value] if isinstance(value, str) else value for name, value in given.items()
    }
    return advance(look_up(dump, Query.from_params(params), group_by=group_by), 60)


def test_a_text_an_expression_and_a_group_are_found_and_counted(dump: Dump) -> None:
    found = search(dump, "code", text="TIMEOUT", where="body.order >= `1000`")
    assert (found.finished, found.found, found.looked_at, found.percent) == (True, 1000, 2500, 100)
    assert found.matching(0, 3) == [1002, 1003, 1005]
    assert found.matching(998, 10) == [2499, 2500]
    assert [(group.label, group.count) for group in groups_of(found)] == [("CARRIER_TIMEOUT", 1000)]
    assert sum(bar.found for bar in histogram_of(found).bars()) == 1000
    assert sum(bar.total for bar in histogram_of(found).bars()) == 2500


def test_an_expression_is_judged_of_each_message_once_however_the_pieces_grow(
    dump: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "FIRST_STEP", 7)
    found = search(dump, where="body.order != `-1`")
    assert (found.found, found.looked_at, found.unjudged) == (2500, 2500, 0)
    assert list(found.all_ordinals()) == list(range(1, 2501))


@pytest.mark.parametrize(
    ("text", "ordinals"),
    [
        ("id-7", [8]),
        ("id-", []),
        ("group-a", [2501]),
        ("group-", []),
        ("tenant-1", list(range(2, 2503, 2))),
        ("ünter", [2501, 2502]),
        ("hidden", [2502]),
    ],
    ids=str,
)
def test_a_text_is_found_wherever_it_stands_and_not_where_half_of_it_does(
    dump: Dump, text: str, ordinals: list[int]
) -> None:
    escaped = record(2500, json.dumps({"name": "Günter"}), MessageGroupId="group-a")
    packed = base64.b64encode(json.dumps({"name": "Günter", "x": "hidden"}).encode()).decode()
    dump.add_records([escaped, record(2501, packed)])
    found = search(dump, text=text)
    assert list(found.all_ordinals()) == ordinals
    assert len(found.matching(0, 3_000)) == found.found == len(ordinals)


@pytest.mark.django_db(databases=["default", "store"], transaction=True)
def test_what_others_have_committed_is_read_by_several_at_once_and_told_in_order(
    dump: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "JOINED_AT_ONCE", 30)
    monkeypatch.setattr(working, "STEP", dict.fromkeys(reading.What, 90))
    every_third = [at + 1 for at in range(2_500) if CODES[at % 3] == "OUT_OF_STOCK"]
    for given in ({"text": "OUT_OF_STOCK"}, {"where": "body.code == 'OUT_OF_STOCK'"}):
        found = search(dump, **given)
        assert (found.looked_at, found.matching(0, 2_500)) == (2_500, every_third)
    assert search(dump).matching(0, 3_000) == list(range(1, 2_501))


def test_of_twins_only_one_counts_what_both_found(
    dump: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other looks at the same messages meanwhile, and is the quicker one."""
    ours = look_up(dump, Query.from_params({"text": ["TIMEOUT"]}), group_by="code")
    go_on = working.Work.go_on
    theirs: list[int] = []

    def overtaken(work: working.Work, finding: Finding, until: float) -> None:
        if not theirs:
            theirs.append(finding.pk)
            with working.Work(finding, work._looker.query, work._path) as twin:
                go_on(twin, finding, until)
        go_on(work, finding, until)

    monkeypatch.setattr(working.Work, "go_on", overtaken)
    found = advance(ours, 60)
    assert theirs
    assert (found.found, found.looked_at, found.turns) == (1667, 2500, 1)
    assert len(set(found.all_ordinals())) == len(found.all_ordinals()) == 1667
    assert sum(group.count for group in groups_of(found)) == 1667


def test_a_search_follows_a_dump_that_is_filled_and_ends_only_with_it() -> None:
    dump = Dump.begin(Dump.Kind.DUMP, "local", "orders-dlq", "mara")
    dump.add_records(record(at, {"order": at}) for at in range(10))
    found = search(dump, text="order")
    assert (found.found, found.finished, found.percent) == (10, False, 99)
    dump.add_records(record(at, {"order": at}) for at in range(10, 15))
    found = advance(found, 60)
    assert (found.found, found.finished) == (15, False)
    dump.finish(Dump.Verdict.COMPLETE, "", {})
    found = advance(found, 60)
    assert (found.found, found.finished, found.percent) == (15, True, 100)


def test_what_nobody_asked_for_since_yesterday_goes_and_is_found_again(dump: Dump) -> None:
    old, young = search(dump, text="TIMEOUT"), search(dump, text="STOCK")
    Finding.objects.filter(pk=old.pk).update(used_at=timezone.now() - timedelta(days=2))
    expire()
    assert not Finding.objects.filter(pk=old.pk).exists()
    assert not FindingPart.objects.filter(finding=old.pk).exists()
    assert young.matching(0, 1) == [2]
    assert search(dump, text="TIMEOUT").found == 1667


def test_what_was_found_goes_with_its_dump(dump: Dump, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MOST_PARTS", 1)
    search(dump, text="TIMEOUT")
    assert all(rows <= retention.MOST_ROWS for rows in retention.remove(dump))
    assert not Dump.objects.exists()
    assert not Finding.objects.exists()
    assert not FindingPart.objects.exists()
