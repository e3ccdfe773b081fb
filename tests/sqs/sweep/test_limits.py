"""How far a sweep goes: so many messages, so long, up to its start, as many as may be held."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from queues.sqs.batches import send_batch
from queues.sqs.messages import receive, send
from queues.sqs.sweep import Verdict
from queues.sqs.types import Message, Outgoing, Queue
from simulator import Simulator
from tests.sqs.sweep.recorded import QUICK, Recorded

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Fill = Callable[[Queue, int], None]


def states(sim: Simulator, queue: str = "orders") -> set[str]:
    return {message.state for message in sim.messages(queue)}


def test_a_peek_receives_no_more_than_was_asked_for(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 100)
    result = recorded.run(max_messages=15, threads=2)
    assert result.unique == len(recorded.messages) == 15
    assert (result.verdict, result.cause) == (Verdict.PARTIAL, "number limit")
    assert sum(message.receive_count for message in sim.messages("orders")) == 15


def test_what_was_peeked_at_may_stay_hidden(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 10)
    before = datetime.now(UTC)
    result = recorded.run(max_messages=10, release=False, visibility_timeout=30)
    assert result.held == 10
    assert states(sim) == {"in_flight"}
    assert result.held_until is not None
    assert timedelta(seconds=25) < result.held_until - before < timedelta(seconds=35)
    assert "ChangeMessageVisibilityBatch" not in result.requests


def test_the_time_limit_ends_a_sweep_and_what_came_until_then_is_kept(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 20)
    result = recorded.run(max_seconds=0.6, stop_after_empty=50)
    assert (result.verdict, result.cause) == (Verdict.PARTIAL, "time limit")
    assert result.unique == len(recorded.messages) == 20
    assert states(sim) == {"available"}


def test_messages_sent_after_the_start_are_left_out_and_the_sweep_ends(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 10)

    def somebody_goes_on_sending(messages: list[Message]) -> None:
        time.sleep(0.3)  # about two seconds by the server's clock
        send_batch(client, orders.url, [Outgoing(f"late {n}") for n in range(10)])

    result = recorded.run(store=somebody_goes_on_sending, stop_after_empty=6)
    assert sorted(recorded.bodies) == sorted(f"message {n}" for n in range(10))
    assert result.too_new >= 10
    assert "sent after the start" in result.reason
    assert states(sim) == {"available"}


def test_a_dead_letter_queues_late_arrivals_are_taken_if_asked_for(
    recorded: Recorded, client: "SQSClient", orders: Queue
) -> None:
    send(client, orders.url, Outgoing("first"))

    def one_more(messages: list[Message]) -> None:
        if not recorded.messages:
            time.sleep(0.3)
            send(client, orders.url, Outgoing("second"))

    result = recorded.run(store=one_more, sent_before_start=False, stop_after_empty=6)
    assert recorded.bodies == ["first", "second"]
    assert result.too_new == 0


def test_no_more_is_held_than_the_limit_leaves(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 60)
    others = receive(client, orders.url, wait=1, visibility_timeout=600)
    result = recorded.run(hold_at_most=25 + len(others))
    assert 26 <= result.unique <= 25 + QUICK["threads"], "to see whether there is more"
    assert (result.verdict, result.cause) == (Verdict.PARTIAL, "in-flight limit")
    in_flight = [seen for seen in sim.messages("orders") if seen.state == "in_flight"]
    assert len(in_flight) == len(others)


def test_a_queue_of_exactly_as_many_as_may_be_held_is_swept_whole(
    recorded: Recorded, orders: Queue, fill: Fill
) -> None:
    fill(orders, 25)
    result = recorded.run(hold_at_most=25)
    assert (result.unique, result.verdict, result.cause) == (25, Verdict.COMPLETE, "")


def test_what_was_sent_since_is_taken_though_the_servers_clock_is_ahead(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    sim.clock.advance(3_600)
    fill(orders, 10)
    assert recorded.run().unique == 10


def test_sqs_own_in_flight_limit_is_no_end_of_the_queue(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 40)
    sim.faults.add("in_flight_limit", limit=20)
    result = recorded.run(wait=0, stop_after_empty=50)
    assert result.cause == "in-flight limit"
    assert 20 <= result.unique < 40
    assert states(sim) == {"available"}


def test_delayed_messages_are_mentioned(
    recorded: Recorded, client: "SQSClient", orders: Queue
) -> None:
    send(client, orders.url, Outgoing("later", delay_seconds=600))
    result = recorded.run()
    assert result.unique == 0
    assert "1 messages were delayed" in result.reason


def test_of_a_long_group_the_first_ten_are_seen_and_its_order_stays(
    client: "SQSClient", sim: Simulator, new_queue: Callable[..., Queue]
) -> None:
    queue = new_queue("orders.fifo", ContentBasedDeduplication="true")
    for group, number in (("a", 14), ("b", 3)):
        for n in range(number):
            send(client, queue.url, Outgoing(f"{group}{n}", message_group_id=group))
    recorded = Recorded(sim, client, queue)
    result = recorded.run()
    assert [body for body in recorded.bodies if body[0] == "a"] == [f"a{n}" for n in range(10)]
    assert [body for body in recorded.bodies if body[0] == "b"] == ["b0", "b1", "b2"]
    assert (result.verdict, result.cause) == (Verdict.PARTIAL, "message groups")
    assert result.full_groups == 1
    assert states(sim, "orders.fifo") == {"available"}
    again = [message.body for message in receive(client, queue.url, wait=1)]
    assert again == sorted(again, key=lambda body: (body[0], int(body[1:])))
