"""A worker that was taken for dead: from then on it makes no call at all."""

import threading
import time
from collections.abc import Callable

import pytest

from queues.sqs.errors import SqsError
from queues.sqs.guard import Fenced
from queues.sqs.sweep import News, Orders, crew
from queues.sqs.types import Queue
from simulator import Simulator
from tests.sqs.sweep.recorded import Moving, Recorded

Fill = Callable[[Queue, int], None]
NewQueue = Callable[..., Queue]


class Fence:
    """Lets `calls` pass, refuses one, and then pretends that nothing has happened."""

    def __init__(self, calls: int) -> None:
        self._lock = threading.Lock()
        self.left, self.passed_later = calls, 0

    def ask_leave(self, operation: str) -> None:
        with self._lock:
            self.left -= 1
            if self.left == -1:
                raise Fenced("another worker has it")
            self.passed_later += self.left < -1


@pytest.fixture(autouse=True)
def _bad_news_travel_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine other threads go on for a while before they hear of it."""
    tell = crew.Crew._fail

    def tell_late(self: crew.Crew, error: Exception) -> None:
        time.sleep(0.1)
        tell(self, error)

    monkeypatch.setattr(crew.Crew, "_fail", tell_late)


@pytest.mark.parametrize("calls", [0, 1, 2, 3, 5, 8, 13, 21, 34, 40])
def test_not_one_call_is_made_once_leave_was_refused(
    recorded: Recorded,
    sim: Simulator,
    orders: Queue,
    fill: Fill,
    new_queue: NewQueue,
    calls: int,
) -> None:
    fill(orders, 120)
    archive = new_queue("archive")
    before, fence = sim.calls.total(), Fence(calls)
    with pytest.raises(Fenced, match="another worker"):
        recorded.run(orders=Moving(), target_url=archive.url, ask_leave=fence.ask_leave, threads=4)
    assert fence.passed_later == 0, "nobody even asks any more"
    assert sim.calls.total() - before <= calls
    everywhere = {m.body for name in ("orders", "archive") for m in sim.messages(name)}
    assert everywhere == {f"message {n}" for n in range(120)}


@pytest.mark.parametrize("known", [1, 100, 250])
def test_books_that_are_another_workers_by_now_end_it_without_a_call(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill, known: int
) -> None:
    fill(orders, 300)
    written = 0

    def write(news: News) -> Orders:
        nonlocal written
        if written >= known:
            raise Fenced("another worker has it")
        written += len(news.arrivals)
        return Orders(delete=[arrival.number for arrival in news.arrivals])

    calls: list[str] = []
    with pytest.raises(Fenced):
        recorded.run(orders=write, ask_leave=calls.append)
    # The threads may have been making calls while it was being written.
    assert "ChangeMessageVisibilityBatch" not in calls


def test_while_it_releases_too(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 100)
    refused = 0

    def ask_leave(operation: str) -> None:
        nonlocal refused
        if operation == "ChangeMessageVisibilityBatch":
            refused += 1
            raise Fenced("another worker has it")

    with pytest.raises(Fenced):
        recorded.run(ask_leave=ask_leave)
    assert refused == 1
    assert sim.calls["ChangeMessageVisibilityBatch"] == 0


def test_it_outweighs_what_else_went_wrong(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    """Permission is withdrawn, and while what is held is released another worker takes over."""
    fill(orders, 1_000)

    def ask_leave(operation: str) -> None:
        if operation == "ChangeMessageVisibilityBatch":
            raise Fenced("another worker has it")

    def withdraw(news: News) -> None:
        sim.faults.add("access_denied", "ReceiveMessage")

    with pytest.raises((Fenced, SqsError)):
        recorded.run(orders=withdraw, ask_leave=ask_leave)
    assert sim.calls["ChangeMessageVisibilityBatch"] == 0
