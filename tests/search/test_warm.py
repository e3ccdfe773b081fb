"""Processes that judge wait a while for who asks the same again, and no longer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from queues.search import warm as module
from queues.search.looking import JUDGES, Looker
from queues.search.query import Query
from queues.search.rows import Row
from queues.search.warm import MOST, warm
from tests.search.test_judge import children, eventually

ROWS = [
    Row(at, f"id-{at}", b'{"status": "%s"}' % status, "{}", "{}")
    for at, status in enumerate((b"failed", b"paid", b"failed"), 1)
]


@pytest.fixture(autouse=True)
def cold() -> Iterator[None]:
    warm.end_all_but(0)
    yield
    warm.end_all_but(0)


def found(status: str) -> list[int]:
    with Looker(Query(where=(f"body.status == '{status}'",))) as looker:
        return list(looker.look(ROWS).found)


def test_who_looks_again_is_answered_by_the_processes_that_have_begun() -> None:
    assert found("failed") == [1, 3]
    first = children()
    assert 1 <= len(first) <= JUDGES
    assert found("failed") == [1, 3]
    assert first <= children()
    assert len(children()) <= JUDGES


def test_another_expression_is_not_judged_by_the_processes_of_the_first() -> None:
    assert (found("failed"), found("paid"), found("failed")) == ([1, 3], [2], [1, 3])


def test_processes_that_nobody_asks_again_end_by_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LINGER", 0.2)
    assert found("failed") == [1, 3]
    assert eventually(lambda: not children())
    assert found("failed") == [1, 3]


def test_however_many_expressions_are_asked_few_processes_wait() -> None:
    for number in range(6):
        found(f"status {number}")
    assert len(children()) <= MOST


def test_processes_end_where_a_look_ends_in_an_error() -> None:
    with pytest.raises(ZeroDivisionError):
        found_and_failed()
    assert eventually(lambda: not children())


def found_and_failed() -> None:
    with Looker(Query(where=("body.status == 'failed'",))) as looker:
        looker.look(ROWS)
        raise ZeroDivisionError
