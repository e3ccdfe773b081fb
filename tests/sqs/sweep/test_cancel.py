"""Stopped in the midst: what is under way is ended, nothing more begun, all else let go."""

import time
from collections import Counter
from collections.abc import Callable

import pytest

from queues.sqs.sweep import News, Orders, Verdict
from queues.sqs.types import Queue
from simulator import Simulator
from tests.sqs.sweep.recorded import Moving, Recorded, bodies_of, deleting

Fill = Callable[[Queue, int], None]
NewQueue = Callable[..., Queue]
RECEIVE, SEND = "ReceiveMessage", "SendMessageBatch"
DELETE, RELEASE = "DeleteMessageBatch", "ChangeMessageVisibilityBatch"


@pytest.fixture
def archive(new_queue: NewQueue) -> Queue:
    return new_queue("archive")


class Cancel:
    """Asked for when the `number`-th call of an operation is about to be made."""

    def __init__(self, operation: str, number: int = 1) -> None:
        self.operation, self.left = operation, number
        self.asked = False
        self.calls_since: Counter[str] = Counter()

    def ask_leave(self, operation: str) -> None:
        self.calls_since[operation] += self.asked
        self.left -= operation == self.operation
        self.asked = self.asked or self.left <= 0

    def keep_going(self) -> bool:
        return not self.asked


def nothing_is_hidden(sim: Simulator, queue: str = "orders") -> bool:
    return {message.state for message in sim.messages(queue)} <= {"available"}


@pytest.mark.parametrize("number", [1, 2, 7])
def test_while_it_receives(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill, number: int
) -> None:
    fill(orders, 200)
    cancel = Cancel(RECEIVE, number)
    result = recorded.run(keep_going=cancel.keep_going, ask_leave=cancel.ask_leave)
    assert (result.verdict, result.cause) == (Verdict.PARTIAL, "cancelled")
    assert cancel.calls_since[RECEIVE] <= 2, "what the other threads had begun"
    assert nothing_is_hidden(sim)
    assert len(sim.messages("orders")) == 200
    assert result.unique == len(recorded.messages), "only what was handed on counts"


def test_when_everything_is_held_and_polls_are_under_way(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    """Those polls bring again what is just let go of: it is let go of once more."""
    fill(orders, 30)
    for _ in range(3):
        recorded.lists.clear()
        recorded.run(keep_going=lambda: len(recorded.messages) < 30, stop_after_empty=9, wait=3)
        assert nothing_is_hidden(sim)


def test_while_it_waits_for_the_proof(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 20)
    sim.faults.add("lost_answer", RECEIVE, count=1)
    began = time.monotonic()
    result = recorded.run(
        keep_going=lambda: time.monotonic() - began < 3, visibility_timeout=600, wait=1
    )
    assert result.cause == "cancelled"
    assert len(bodies_of(sim, "orders")) >= 10, "all but what the lost answer hides"


@pytest.mark.parametrize("number", [1, 3])
def test_while_it_deletes(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill, number: int
) -> None:
    fill(orders, 200)
    cancel = Cancel(DELETE, number)
    result = recorded.run(
        orders=deleting, keep_going=cancel.keep_going, ask_leave=cancel.ask_leave, threads=2
    )
    assert result.cause == "cancelled"
    assert nothing_is_hidden(sim)
    gone = {recorded.messages[n].body for n in recorded.told("deleted")}
    assert gone == {f"message {n}" for n in range(200)} - set(bodies_of(sim, "orders"))
    assert result.deleted == len(gone)
    assert recorded.told("failed") == []


@pytest.mark.parametrize("number", [1, 3])
def test_while_it_sends(
    recorded: Recorded, sim: Simulator, orders: Queue, archive: Queue, fill: Fill, number: int
) -> None:
    fill(orders, 200)
    cancel = Cancel(SEND, number)
    result = recorded.run(
        orders=Moving(),
        target_url=archive.url,
        keep_going=cancel.keep_going,
        ask_leave=cancel.ask_leave,
    )
    assert result.cause == "cancelled"
    here, there = bodies_of(sim, "orders"), bodies_of(sim, "archive")
    assert nothing_is_hidden(sim)
    assert sorted(here + there) == sorted(f"message {n}" for n in range(200)), "in one of the two"
    assert result.sent == result.deleted == len(there)
    assert cancel.calls_since[SEND] <= 6, "what its three threads had begun, or were about to"
    assert set(recorded.told("sending")) == {n for n, _ in recorded.told("sent")}


def test_as_soon_as_something_is_told_as_sent(
    recorded: Recorded, sim: Simulator, orders: Queue, archive: Queue, fill: Fill
) -> None:
    """It is deleted here all the same, and not released between the two."""
    fill(orders, 200)
    moving, going = Moving(), True

    def write_slowly(news: News) -> Orders:
        nonlocal going
        if news.sending:
            time.sleep(0.1)  # so that answers wait to be told
        going = going and not news.sent
        return moving(news)

    recorded.run(orders=write_slowly, target_url=archive.url, keep_going=lambda: going)
    here, there = bodies_of(sim, "orders"), bodies_of(sim, "archive")
    assert sorted(here + there) == sorted(f"message {n}" for n in range(200)), "in one of the two"
    assert recorded.told("failed") == []


@pytest.mark.parametrize("fault", ["throttled", "error_before", "batch_failure", "lost_answer"])
def test_while_sends_fail_what_was_begun_is_sent_yet(
    recorded: Recorded, sim: Simulator, orders: Queue, archive: Queue, fill: Fill, fault: str
) -> None:
    fill(orders, 60)
    cancel = Cancel(SEND)
    sim.faults.add(fault, SEND, count=4)
    result = recorded.run(
        orders=Moving(),
        target_url=archive.url,
        keep_going=cancel.keep_going,
        ask_leave=cancel.ask_leave,
    )
    here, there = bodies_of(sim, "orders"), bodies_of(sim, "archive")
    assert nothing_is_hidden(sim)
    assert set(here) | set(there) == {f"message {n}" for n in range(60)}
    assert not set(here) & set(there)
    assert len(there) <= len(set(there)) + result.resent
    assert set(recorded.told("sending")) == {n for n, _ in recorded.told("sent")}


def test_while_deletions_fail_sqs_is_not_stormed_with_them(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 100)
    cancel = Cancel(DELETE)
    sim.faults.add("throttled", DELETE)

    def give_way(operation: str) -> None:
        cancel.ask_leave(operation)
        if cancel.calls_since[DELETE] >= 12:
            sim.faults.clear()

    began = time.monotonic()
    recorded.run(orders=deleting, keep_going=cancel.keep_going, ask_leave=give_way)
    assert time.monotonic() - began > 0.1, "a dozen calls take their time"
    assert nothing_is_hidden(sim)
    assert recorded.told("failed") == []


def test_while_it_releases_it_goes_on_releasing(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 60)
    cancel = Cancel(RELEASE)
    result = recorded.run(keep_going=cancel.keep_going, ask_leave=cancel.ask_leave)
    assert nothing_is_hidden(sim)
    assert result.released == 60
    assert result.cause == ""
