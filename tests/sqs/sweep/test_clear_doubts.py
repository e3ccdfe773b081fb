"""Deletions whose answer was lost, and messages whose time ran out before they were deleted."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from queues.sqs.errors import AccessDenied
from queues.sqs.messages import receive, send
from queues.sqs.sweep import News, Orders
from queues.sqs.types import Outgoing, Queue
from simulator import Simulator
from tests.sqs.sweep.recorded import Recorded, deleting

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Fill = Callable[[Queue, int], None]
NewQueue = Callable[..., Queue]
DELETE = "DeleteMessageBatch"


@pytest.mark.parametrize("fault", ["lost_answer", "error_after", "truncated_answer"])
def test_a_lost_answer_to_a_deletion_loses_no_count(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill, fault: str
) -> None:
    fill(orders, 40)
    rule = sim.faults.add(fault, DELETE, count=2)
    result = recorded.run(orders=deleting)
    assert rule.fired == 2
    assert (result.deleted, recorded.told("failed")) == (40, [])
    assert sorted(recorded.told("deleted")) == list(range(40))
    assert sim.messages("orders") == []


def test_an_answer_lost_for_good_is_told_as_not_known(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    """Nothing else can be said of what may be deleted, and could not be asked again."""
    fill(orders, 5)
    lost = sim.faults.add("lost_answer", DELETE, count=1)

    def withdraw_permission(operation: str) -> None:
        if lost.fired:
            sim.faults.add("access_denied", DELETE)

    with pytest.raises(AccessDenied, match="not allowed to do this"):
        recorded.run(orders=deleting, ask_leave=withdraw_permission)
    unknown = {failure.number for failure in recorded.told("failed") if failure.unknown}
    assert unknown == {0, 1, 2, 3, 4}


def nothing_can_be_extended(sim: Simulator) -> None:
    sim.faults.add("batch_failure", "ChangeMessageVisibilityBatch", entries=10)


def test_a_handle_that_expired_waits_for_the_message_to_come_again(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 20)
    nothing_can_be_extended(sim)

    def write_too_slowly(news: News) -> Orders:
        if not recorded.told("deleted") and any(arrival.new for arrival in news.arrivals):
            # They are ours for a moment still, too short to be sure.
            time.sleep(3.3)
        return deleting(news)

    result = recorded.run(orders=write_too_slowly, visibility_timeout=4)
    assert sim.messages("orders") == []
    assert sorted(recorded.told("deleted")) == list(range(20))
    assert (result.deleted, recorded.told("failed")) == (20, [])


def test_what_is_extended_in_the_last_moment_is_deleted_all_the_same(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    """It would be hidden for a quarter of an hour, and not come again meanwhile."""
    fill(orders, 10)
    sim.faults.add("latency", "ChangeMessageVisibilityBatch", seconds=1.5, count=1)

    def write_slowly(news: News) -> Orders:
        if any(arrival.new for arrival in news.arrivals):
            time.sleep(3.1)  # extended at 3.5 of 4 seconds, and ordered to be deleted before
        return deleting(news)

    result = recorded.run(orders=write_slowly, visibility_timeout=4, threads=2)
    assert sim.messages("orders") == []
    assert (result.deleted, recorded.told("failed")) == (10, [])


def test_on_a_fifo_queue_too_an_expired_handle_waits_for_the_message(
    client: "SQSClient", sim: Simulator, new_queue: NewQueue
) -> None:
    queue = new_queue("orders.fifo", ContentBasedDeduplication="true")
    for n in range(5):
        send(client, queue.url, Outgoing(f"{n}", message_group_id="g"))
    recorded, late = Recorded(sim, client, queue), True

    def write_too_slowly(news: News) -> Orders:
        nonlocal late
        if late and news.arrivals:
            late = False
            sim.clock.advance(900)
        return deleting(news)

    result = recorded.run(orders=write_too_slowly, visibility_timeout=4)
    assert sim.messages("orders.fifo") == []
    assert (result.deleted, recorded.told("failed")) == (5, [])


def test_a_message_somebody_else_took_meanwhile_is_told_and_stays_theirs(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 1)
    nothing_can_be_extended(sim)

    def write_too_slowly(news: News) -> Orders:
        if news.arrivals:
            time.sleep(2.2)
            assert len(receive(client, orders.url, wait=1, visibility_timeout=600)) == 1
        return deleting(news)

    # One thread, which rests after an empty poll: it is not the one that receives it again.
    recorded.run(orders=write_too_slowly, visibility_timeout=2, threads=1)
    [failure] = recorded.told("failed")
    assert not failure.unknown, "nobody asked SQS to delete it"
    assert "visible again before it could be deleted" in failure.sentence
    assert recorded.told("deleted") == []
    assert [message.state for message in sim.messages("orders")] == ["in_flight"]
