"""A queue read from end to end, and left as it was."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from queues.sqs.batches import send_batch
from queues.sqs.errors import InvalidRequest
from queues.sqs.sweep import Phase, SweepOptions, Verdict
from queues.sqs.types import Message, Outgoing, Queue
from simulator import Simulator
from tests.sqs.sweep.recorded import Recorded

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Fill = Callable[[Queue, int], None]


def states(sim: Simulator, queue: str = "orders") -> set[str]:
    return {message.state for message in sim.messages(queue)}


def test_every_message_is_handed_on_once_and_is_available_again_afterwards(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 345)
    result = recorded.run(threads=8, stop_after_empty=2)
    assert sorted(recorded.bodies) == sorted(f"message {n}" for n in range(345))
    assert (result.unique, result.released, result.held) == (345, 345, 0)
    assert result.not_released == ()
    assert states(sim) == {"available"}
    assert {message.receive_count for message in sim.messages("orders")} == {1}
    assert (result.verdict, result.cause) == (Verdict.COMPLETE, "")
    assert result.phase is Phase.DONE


def test_an_empty_queue_is_swept_too(recorded: Recorded) -> None:
    result = recorded.run()
    assert (result.unique, result.verdict) == (0, Verdict.COMPLETE)
    assert recorded.lists == []


def test_messages_come_in_lists_of_500_at_most_in_the_callers_own_thread(
    recorded: Recorded, orders: Queue, fill: Fill
) -> None:
    fill(orders, 1_200)
    recorded.run(threads=20, store=lambda messages: time.sleep(0.5))
    assert 200 < max(map(len, recorded.lists)) <= 500
    assert len(recorded.lists) < 30, "and not in tens as they arrive"
    assert recorded.threads == {threading.get_ident()}


def test_large_messages_come_in_shorter_lists(
    recorded: Recorded, client: "SQSClient", orders: Queue
) -> None:
    for _ in range(10):
        send_batch(client, orders.url, [Outgoing("x" * 100_000) for _ in range(10)])
    recorded.run(threads=10, store=lambda messages: time.sleep(0.2))
    assert sum(map(len, recorded.lists)) == 100
    assert max(map(len, recorded.lists)) <= 40


def test_nothing_is_released_before_it_is_stored(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 50)
    stored: set[str] = set()

    def store(messages: list[Message]) -> None:
        time.sleep(0.2)
        in_flight = {
            seen.message_id for seen in sim.messages("orders") if seen.state != "available"
        }
        assert {message.message_id for message in messages} <= in_flight
        stored.update(message.message_id for message in messages)
        assert stored <= in_flight

    recorded.run(store=store)
    assert len(stored) == 50


def test_a_store_that_is_slow_slows_receiving_down(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 1_200)
    ahead = []

    def store(messages: list[Message]) -> None:
        time.sleep(0.1)
        in_flight = sum(seen.state == "in_flight" for seen in sim.messages("orders"))
        ahead.append(in_flight - len(recorded.messages))

    assert recorded.run(store=store, threads=2).unique == 1_200
    assert max(ahead) <= 500 + (4 * 2 + 2) * 10


def test_short_looks_that_find_nothing_do_not_end_the_sweep(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 100)
    rule = sim.faults.add("empty_receive", "ReceiveMessage", probability=0.5, count=12)
    assert recorded.run(stop_after_empty=3).unique == 100
    assert rule.fired > 2


def test_a_message_that_comes_twice_is_handed_on_once(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 60)
    sim.faults.add("duplicate", "ReceiveMessage", count=20)
    result = recorded.run()
    assert len(recorded.messages) == len(set(recorded.bodies)) == 60
    assert result.duplicates > 0
    assert result.received == 60 + result.duplicates
    assert states(sim) == {"available"}


def test_leases_are_extended_while_storing_takes_its_time(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 20)

    def store(messages: list[Message]) -> None:
        time.sleep(2.5)
        assert states(sim) == {"in_flight"}, "hidden for two seconds only, had they been left alone"

    result = recorded.run(store=store, visibility_timeout=2, max_messages=20)
    assert result.duplicates == 0
    assert states(sim) == {"available"}


def test_a_sweep_that_ends_soon_extends_nothing(
    recorded: Recorded, orders: Queue, fill: Fill
) -> None:
    fill(orders, 40)
    result = recorded.run(threads=1)
    assert result.requests["ChangeMessageVisibilityBatch"] == 4


def test_cancelled_it_receives_no_more_stores_no_more_and_lets_go(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 900)
    going = True

    def store(messages: list[Message]) -> None:
        nonlocal going
        going = False

    result = recorded.run(store=store, keep_going=lambda: going)
    assert len(recorded.lists) == 1
    assert (result.verdict, result.cause) == (Verdict.PARTIAL, "cancelled")
    assert result.unique < 900
    assert states(sim) == {"available"}


def test_a_sweep_that_may_not_even_begin_asks_for_no_message(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 3)
    assert recorded.run(keep_going=lambda: False).cause == "cancelled"
    assert sim.calls["ReceiveMessage"] == 0


def test_progress_tells_the_story(recorded: Recorded, orders: Queue, fill: Fill) -> None:
    fill(orders, 200)
    result = recorded.run(store=lambda messages: time.sleep(0.15), stop_after_empty=4)
    phases = [progress.phase for progress in recorded.progress]
    # It may go on receiving after it began to prove; once it releases it does nothing else.
    releasing = phases.index(Phase.RELEASING)
    assert set(phases[releasing:]) <= {Phase.RELEASING, Phase.DONE}
    assert Phase.RELEASING not in phases[:releasing]
    assert {Phase.RECEIVING, Phase.PROVING, Phase.RELEASING} <= set(phases)
    received = [progress.received for progress in recorded.progress]
    assert received == sorted(received)
    fullest = max(recorded.progress, key=lambda progress: progress.held)
    assert fullest.held > 0
    assert fullest.held_until is not None
    assert fullest.held_until > datetime.now(UTC)
    assert result.held_until is None, "nothing is held any more"
    assert result.requests["ReceiveMessage"] >= 20


@pytest.mark.parametrize(
    "options",
    [
        {"threads": 0},
        {"visibility_timeout": 0},
        {"visibility_timeout": 43_201},
        {"wait": 21},
        {"stop_after_empty": 0},
        {"max_messages": -1},
        {"hold_at_most": 120_001},
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(InvalidRequest, match=r"It must be \d"):
        SweepOptions(**options)  # type: ignore[arg-type]
