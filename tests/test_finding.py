"""A search over a dump: what it finds, how it goes on, and that twins count nothing twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from queues.finding import advance, groups_of, histogram_of, look_up
from queues.formats import Record
from queues.models import Dump, Finding
from queues.search.query import Query
from queues.sqs.types import MessageAttribute

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
