"""Messages deleted while the sweep goes on: none before it is written down, none that stays."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from queues.sqs.messages import send
from queues.sqs.sweep import News, Orders, Verdict, settler
from queues.sqs.types import Outgoing, Queue
from simulator import Simulator
from tests.sqs.sweep.recorded import Recorded, bodies_of, deleting

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Fill = Callable[[Queue, int], None]
NewQueue = Callable[..., Queue]
DELETE = "DeleteMessageBatch"


def numbered(first: int, last: int, name: str = "message") -> list[str]:
    return [f"{name} {n}" for n in range(first, last)]


def test_a_queue_is_emptied_and_every_deletion_told(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 345)
    result = recorded.run(orders=deleting)
    assert sim.messages("orders") == []
    assert sorted(recorded.bodies) == sorted(numbered(0, 345))
    assert sorted(recorded.told("deleted")) == list(range(345))
    assert (result.verdict, result.deleted, result.released) == (Verdict.COMPLETE, 345, 0)
    assert (result.held, recorded.told("failed")) == (0, [])
    assert result.requests[DELETE] < 60, "ten at a time, as good as always"


def test_nothing_is_deleted_before_it_was_written_down(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 150)
    written: set[str] = set()

    def write_slowly(news: News) -> Orders:
        fresh = {arrival.message.message_id for arrival in news.arrivals}
        time.sleep(0.2)
        assert fresh <= {message.message_id for message in sim.messages("orders")}
        written.update(fresh)
        return deleting(news)

    def what_is_gone() -> set[str]:
        return everything - {message.message_id for message in sim.messages("orders")}

    def look(_: object) -> bool:
        assert what_is_gone() <= written
        return True

    everything = {message.message_id for message in sim.messages("orders")}
    recorded.run(orders=write_slowly, keep_going=lambda: look(None))
    assert what_is_gone() == written == everything


def test_a_book_that_cannot_be_written_deletes_nothing(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 60)

    def fail(news: News) -> Orders:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space left"):
        recorded.run(orders=fail)
    assert len(bodies_of(sim, "orders")) == 60
    assert sim.calls[DELETE] == 0


def test_a_book_that_fails_half_way_deletes_no_more_than_was_written(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 300)
    written: set[str] = set()

    def fail_the_second_time(news: News) -> Orders:
        if written:
            raise OSError("no space left on device")
        written.update(arrival.message.body for arrival in news.arrivals)
        return deleting(news)

    with pytest.raises(OSError, match="no space left"):
        recorded.run(orders=fail_the_second_time)
    left = bodies_of(sim, "orders")
    assert len(left) == len(sim.messages("orders")), "nothing is hidden"
    assert set(numbered(0, 300)) - set(left) <= written


def test_only_what_is_ordered_is_deleted_and_the_rest_is_back(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 100)

    def even_ones(news: News) -> Orders:
        bodies = {each.number: int(each.message.body.split()[1]) for each in news.arrivals}
        return Orders(delete=[number for number, n in bodies.items() if n % 2 == 0])

    result = recorded.run(orders=even_ones)
    assert sorted(bodies_of(sim, "orders")) == sorted(f"message {n}" for n in range(1, 100, 2))
    assert (result.deleted, result.released, result.held) == (50, 50, 0)
    assert {message.receive_count for message in sim.messages("orders")} == {1}


def test_once_enough_was_found_nothing_more_is_received(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 1_000)

    def the_first(news: News) -> Orders:
        return Orders(delete=[0], enough=True)

    result = recorded.run(orders=the_first, threads=1)
    assert (result.deleted, recorded.told("deleted")) == (1, [0])
    assert result.received < 700, "what was under way when it was found"
    assert len(bodies_of(sim, "orders")) == 999


def test_entries_that_fail_are_tried_again_and_only_those(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 60)
    rule = sim.faults.add("batch_failure", DELETE, entries=3, count=4)
    result = recorded.run(orders=deleting, threads=1)
    assert (rule.fired, result.deleted, recorded.told("failed")) == (4, 60, [])
    assert sim.messages("orders") == []
    assert sorted(recorded.told("deleted")) == list(range(60)), "each told once"


def test_a_deletion_that_sqs_refuses_leaves_the_message_and_says_so(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 25)
    sim.faults.add("batch_failure", DELETE, entries=1, count=1, sender_fault=True)
    result = recorded.run(orders=deleting)
    [failure] = recorded.told("failed")
    [left] = sim.messages("orders")
    assert (failure.act, failure.unknown) == ("delete", False)
    assert failure.sentence
    assert left.body == recorded.messages[failure.number].body
    assert left.state == "available"
    assert (result.deleted, result.released) == (24, 1)


def test_a_deletion_that_goes_on_failing_is_given_up_and_told(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settler, "pause", lambda attempt: 0.0)
    fill(orders, 5)
    sim.faults.add("batch_failure", DELETE, entries=10)
    result = recorded.run(orders=deleting)
    assert [failure.number for failure in recorded.told("failed")] == [0, 1, 2, 3, 4]
    assert result.requests[DELETE] < 30
    assert len(bodies_of(sim, "orders")) == 5


def test_a_message_that_comes_twice_is_deleted_all_the_same(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 100)
    sim.faults.add("duplicate", "ReceiveMessage", probability=0.3, count=30)
    result = recorded.run(orders=deleting, threads=4)
    assert result.duplicates > 0
    assert sim.messages("orders") == []
    assert set(recorded.told("deleted")) == set(range(100))


def test_a_fifo_queue_is_drained_whole_and_in_order(
    client: "SQSClient", sim: Simulator, new_queue: NewQueue
) -> None:
    queue = new_queue("orders.fifo", ContentBasedDeduplication="true")
    sizes = {"a": 34, "b": 3, "c": 12}
    for group, size in sizes.items():
        for n in range(size):
            send(client, queue.url, Outgoing(f"{group} {n}", message_group_id=group))
    recorded = Recorded(sim, client, queue)
    result = recorded.run(orders=deleting)
    assert sim.messages("orders.fifo") == []
    for group, size in sizes.items():
        assert [body for body in recorded.bodies if body[0] == group] == numbered(0, size, group)
    assert (result.verdict, result.full_groups) == (Verdict.COMPLETE, 0)


def test_a_long_group_is_drained_however_slowly_it_is_written_down(
    client: "SQSClient", sim: Simulator, new_queue: NewQueue
) -> None:
    """While its first ten are held, polls come back empty; those prove nothing."""
    queue = new_queue("orders.fifo", ContentBasedDeduplication="true")
    for n in range(25):
        send(client, queue.url, Outgoing(f"a {n}", message_group_id="a"))
    recorded = Recorded(sim, client, queue)

    def write_slowly(news: News) -> Orders:
        if news.arrivals:
            time.sleep(0.8)  # several polls long, by the server's clock
        return deleting(news)

    result = recorded.run(orders=write_slowly)
    assert recorded.bodies == numbered(0, 25, "a")
    assert sim.messages("orders.fifo") == []
    assert result.verdict is Verdict.COMPLETE


def test_a_group_of_which_a_part_is_kept_may_hide_more(
    client: "SQSClient", sim: Simulator, new_queue: NewQueue
) -> None:
    queue = new_queue("orders.fifo", ContentBasedDeduplication="true")
    for n in range(14):
        send(client, queue.url, Outgoing(f"a {n}", message_group_id="a"))
    recorded = Recorded(sim, client, queue)
    result = recorded.run(orders=lambda news: Orders(delete=[0] if news.arrivals else []))
    assert (result.verdict, result.cause) == (Verdict.PARTIAL, "message groups")
    assert bodies_of(sim, "orders.fifo") == numbered(1, 14, "a")


def test_a_clear_goes_on_beyond_what_may_be_held_at_a_time(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 200)
    result = recorded.run(orders=deleting, hold_at_most=25)
    assert (result.verdict, result.deleted) == (Verdict.COMPLETE, 200)
    assert sim.messages("orders") == []
    assert max(progress.held for progress in recorded.progress) <= 25


def test_a_clear_of_a_few_ends_partial_when_what_it_keeps_fills_its_room(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 200)

    def few(news: News) -> Orders:
        return Orders(delete=[each.number for each in news.arrivals if each.number % 10 == 0])

    result = recorded.run(orders=few, hold_at_most=30)
    assert (result.verdict, result.cause) == (Verdict.PARTIAL, "in-flight limit")
    assert 30 <= result.unique < 200
    assert len(bodies_of(sim, "orders")) == 200 - result.deleted


def test_through_everything_at_once_a_clear_loses_nothing_and_hides_nothing(
    recorded: Recorded, sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 300)
    both = ("ReceiveMessage", DELETE)
    rules = [
        sim.faults.add("lost_answer", both, probability=0.15, count=4),
        sim.faults.add("error_after", both, probability=0.15, count=4),
        sim.faults.add("error_before", both, probability=0.15, status=503, count=4),
        sim.faults.add("throttled", both, probability=0.15, count=4),
        sim.faults.add("batch_failure", DELETE, probability=0.4, entries=3, count=5),
        sim.faults.add("duplicate", "ReceiveMessage", probability=0.1, count=5),
        sim.faults.add("corrupted_body", "ReceiveMessage", probability=0.1, count=3),
    ]
    result = recorded.run(orders=deleting, visibility_timeout=3, threads=4, stop_after_empty=2)
    assert sum(rule.fired for rule in rules) > 15
    assert sorted(recorded.bodies) == sorted(numbered(0, 300))
    assert sim.messages("orders") == []
    assert set(recorded.told("deleted")) == set(range(300))
    assert (recorded.told("failed"), result.held) == ([], 0)
