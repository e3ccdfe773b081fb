"""Calls that never end, or drip in for ever: left behind, whatever they were about."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from queues.sqs.errors import Unreachable
from queues.sqs.sweep import News
from queues.sqs.types import Queue
from simulator import Simulator
from tests.sqs.sweep.recorded import Moving, Recorded, bodies_of, deleting

Fill = Callable[[Queue, int], None]
NewQueue = Callable[..., Queue]
RECEIVE, SEND = "ReceiveMessage", "SendMessageBatch"
DELETE, CHANGE = "DeleteMessageBatch", "ChangeMessageVisibilityBatch"

# A call is given up after this. One that was only slow and is given up, too, changes no outcome.
LIMIT = 1.2
STUCK: dict[str, dict[str, Any]] = {
    "hanging, not applied": {"kind": "hang", "applied": False},
    "hanging, applied": {"kind": "hang", "applied": True},
    "dripping": {"kind": "dripping_answer"},
}


def add(sim: Simulator, how: str, operation: str, count: int | None = 1) -> Any:
    return sim.faults.add(operation=operation, seconds=60, count=count, **STUCK[how])


def numbered(number: int) -> list[str]:
    return [f"message {n}" for n in range(number)]


@pytest.mark.parametrize("how", STUCK)
def test_a_receive(recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill, how: str) -> None:
    fill(orders, 30)
    rule = add(sim, how, RECEIVE)
    result = recorded.run(visibility_timeout=3, call_limit=2 * LIMIT)
    assert rule.fired == 1
    assert sorted(recorded.bodies) == sorted(numbered(30))
    assert result.lost_answers >= 1
    assert sorted(bodies_of(sim, "orders")) == sorted(numbered(30))


@pytest.mark.parametrize("how", STUCK)
def test_a_deletion(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill, how: str
) -> None:
    fill(orders, 30)
    rule = add(sim, how, DELETE)
    result = recorded.run(orders=deleting, call_limit=LIMIT)
    assert rule.fired == 1
    assert sim.messages("orders") == []
    assert sorted(recorded.told("deleted")) == list(range(30))
    assert (result.deleted, recorded.told("failed")) == (30, [])


@pytest.mark.parametrize("how", STUCK)
def test_a_send(
    recorded: Recorded,
    sim: Simulator,
    orders: Queue,
    fill: Fill,
    new_queue: NewQueue,
    how: str,
) -> None:
    archive = new_queue("archive")
    fill(orders, 30)
    rule = add(sim, how, SEND)
    result = recorded.run(orders=Moving(), target_url=archive.url, call_limit=LIMIT)
    assert rule.fired == 1
    assert sim.messages("orders") == []
    there = Counter(bodies_of(sim, "archive"))
    assert set(there) == set(numbered(30))
    told = {recorded.messages[number].body for number in recorded.told("resent")}
    assert {body for body, times in there.items() if times > 1} <= told
    assert result.resent == len(recorded.told("resent")) > 0


@pytest.mark.parametrize("how", STUCK)
def test_a_release(recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill, how: str) -> None:
    fill(orders, 30)
    rule = add(sim, how, CHANGE)
    result = recorded.run(call_limit=LIMIT)
    assert rule.fired == 1
    assert sorted(bodies_of(sim, "orders")) == sorted(numbered(30))
    assert (result.held, result.not_released) == (0, ())


@pytest.mark.parametrize("how", STUCK)
def test_an_extension(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill, how: str
) -> None:
    """It is tried again, at the latest when the message is there once more."""
    fill(orders, 10)
    rule = add(sim, how, CHANGE)

    def wait_for_it(news: News) -> None:
        for _ in range(500 if rule.fired == 0 else 0):
            if rule.fired:
                break
            time.sleep(0.02)

    result = recorded.run(orders=wait_for_it, visibility_timeout=6, call_limit=1.5, threads=2)
    assert rule.fired == 1
    assert sorted(recorded.bodies) == sorted(numbered(10))
    assert sorted(bodies_of(sim, "orders")) == sorted(numbered(10))
    assert result.not_released == ()


def test_when_nothing_is_answered_any_more_it_ends_with_a_sentence(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 30)
    add(sim, "hanging, not applied", RECEIVE, count=None)
    with pytest.raises(Unreachable, match=r"given up after 0\.5 seconds"):
        recorded.run(call_limit=0.5, patience=1, visibility_timeout=1, threads=2)
    assert len(bodies_of(sim, "orders")) == 30


def test_when_releases_are_not_answered_either_it_ends_all_the_same(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    """And says what stays hidden, until when."""
    fill(orders, 30)
    for operation in (RECEIVE, CHANGE):
        add(sim, "hanging, not applied", operation, count=None)
    sim.faults.rules[0].start = 1.0  # what is here is received before
    with pytest.raises(Unreachable):
        recorded.run(call_limit=0.4, patience=1, threads=3, visibility_timeout=600)
    assert recorded.sweep is not None
    assert len(recorded.sweep.not_released) == 30
