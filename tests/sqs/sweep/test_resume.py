"""A sweep that goes on where an earlier one was cut short, with what that one held."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from queues.sqs.messages import receive, send
from queues.sqs.sweep import Known, News, Orders, Verdict
from queues.sqs.sweep.leases import LONGEST
from queues.sqs.types import Message, Outgoing, Queue
from simulator import Simulator
from tests.sqs.sweep.recorded import QUICK, Moving, Recorded, as_sent, bodies_of, deleting

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Fill = Callable[[Queue, int], None]
NewQueue = Callable[..., Queue]


def left_behind(
    client: "SQSClient", queue: Queue, number: int, hidden: int = 600
) -> tuple[list[Message], list[Known]]:
    """What a sweep that died had received, and the next one knows of."""
    messages: list[Message] = []
    while len(messages) < number:
        messages += receive(client, queue.url, wait=1, visibility_timeout=hidden)
    until = time.monotonic() + hidden
    return messages, [
        Known(n, each.message_id, each.receipt_handle, until, until - hidden + LONGEST)
        for n, each in enumerate(messages)
    ]


def test_what_was_held_is_not_received_again_and_is_released_at_the_end(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 20)
    messages, known = left_behind(client, orders, 20)
    fill(orders, 40)
    result = recorded.run(known=known)
    assert len(recorded.messages) == 40
    assert not {m.message_id for m in messages} & {m.message_id for m in recorded.messages}
    assert {arrival.number for arrival in recorded.told("arrivals")} == set(range(20, 60))
    assert {message.receive_count for message in sim.messages("orders")} == {1}
    assert len(bodies_of(sim, "orders")) == 60
    assert (result.released, result.held) == (60, 0)
    assert result.verdict is Verdict.COMPLETE, "the messages in flight were its own"


def test_what_was_held_for_a_short_time_only_is_extended_at_once(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 15)
    _, known = left_behind(client, orders, 15, hidden=30)
    result = recorded.run(known=known, stop_after_empty=9)
    assert result.duplicates == 0
    assert {number for number, _ in recorded.told("extended")} == set(range(15))
    assert len(bodies_of(sim, "orders")) == 15


def test_what_was_to_be_deleted_is_deleted_now(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 20)
    messages, known = left_behind(client, orders, 20)
    fill(orders, 10)
    result = recorded.run(known=known, unfinished=Orders(delete=range(12)))
    left = bodies_of(sim, "orders")
    assert len(left) == 18
    assert {m.message_id for m in messages[:12]}.isdisjoint(
        m.message_id for m in sim.messages("orders")
    )
    assert (result.deleted, sorted(recorded.told("deleted"))) == (12, list(range(12)))


def test_what_was_to_be_sent_is_sent_now_and_then_deleted(
    recorded: Recorded,
    client: "SQSClient",
    sim: Simulator,
    orders: Queue,
    fill: Fill,
    new_queue: NewQueue,
) -> None:
    archive = new_queue("archive")
    fill(orders, 20)
    messages, known = left_behind(client, orders, 20)
    unfinished = Orders(
        send=[(n, Outgoing(messages[n].body)) for n in range(10, 20)], delete=range(10)
    )
    result = recorded.run(
        known=known, unfinished=unfinished, orders=Moving(), target_url=archive.url
    )
    assert sim.messages("orders") == []
    assert sorted(bodies_of(sim, "archive")) == sorted(m.body for m in messages[10:])
    assert (result.sent, result.deleted) == (10, 20)
    assert sorted(recorded.told("sending")) == list(range(10, 20))


def test_what_is_visible_again_by_now_is_received_again_under_its_number(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 10)
    messages, known = left_behind(client, orders, 10, hidden=1)
    time.sleep(1.2)
    again: set[int] = set()

    def delete_those_that_came_again(news: News) -> Orders:
        again.update(arrival.number for arrival in news.arrivals if not arrival.new)
        return deleting(news)

    lapsed = [each._replace(until=0) for each in known]
    result = recorded.run(known=lapsed, orders=delete_those_that_came_again)
    assert recorded.messages == [], "none of them is new"
    assert again == set(range(10))
    assert sim.messages("orders") == []
    assert result.deleted == len(messages) == 10


def test_a_deletion_left_over_of_a_message_not_held_waits_for_it(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 10)
    _, known = left_behind(client, orders, 10, hidden=2)
    lapsed = [each._replace(until=0) for each in known]
    recorded.run(
        known=lapsed,
        unfinished=Orders(delete=range(10)),
        orders=deleting,
        hidden_for=3,
        visibility_timeout=60,
    )
    assert sim.messages("orders") == []
    assert sorted(recorded.told("deleted")) == list(range(10))
    assert recorded.told("failed") == []


def test_a_message_that_went_for_good_meanwhile_is_told(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 3)
    messages, known = left_behind(client, orders, 3)
    client.delete_message(QueueUrl=orders.url, ReceiptHandle=messages[1].receipt_handle)
    lapsed = [each._replace(until=0) for each in known]
    recorded.run(known=lapsed, unfinished=Orders(delete=[1]), orders=deleting)
    [failure] = recorded.told("failed")
    assert (failure.number, failure.act, failure.unknown) == (1, "delete", True)


def test_nothing_is_called_empty_before_what_the_earlier_one_may_hide_is_back(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 10)
    left_behind(client, orders, 10, hidden=3)
    result = recorded.run(hidden_for=3.5, visibility_timeout=60)
    assert result.unique == 10, "received by the earlier one, which had not written them down"
    assert len(bodies_of(sim, "orders")) == 10


def test_what_it_held_and_others_hold_leaves_so_much_less_room(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 20)
    _, known = left_behind(client, orders, 20)
    fill(orders, 60)
    result = recorded.run(known=known, hold_at_most=45)
    assert result.cause == "in-flight limit"
    assert 26 <= result.unique <= 25 + QUICK["threads"], "to see whether there is more"
    assert len(bodies_of(sim, "orders")) == 80


def test_a_long_group_goes_on_where_it_was_left(
    client: "SQSClient", sim: Simulator, new_queue: NewQueue
) -> None:
    queue, archive = new_queue("orders.fifo", ContentBasedDeduplication="true"), new_queue("a.fifo")
    for n in range(25):
        send(client, queue.url, Outgoing(f"a {n}", message_group_id="a"))
    messages, known = left_behind(client, queue, 10)
    recorded = Recorded(sim, client, queue)
    recorded.run(
        known=known,
        unfinished=Orders(send=[(n, as_sent(message)) for n, message in enumerate(messages)]),
        orders=Moving(as_sent),
        target_url=archive.url,
    )
    assert sim.messages("orders.fifo") == []
    assert bodies_of(sim, "a.fifo") == [f"a {n}" for n in range(25)]


def test_what_an_extension_that_nobody_wrote_down_still_hides_is_put_back_and_comes_again(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    """The earlier sweep was killed between extending them and telling so: as far as the ledger
    knows, they are visible again."""
    fill(orders, 20)
    _, known = left_behind(client, orders, 20)
    result = recorded.run(known=in_doubt(known))
    assert len(bodies_of(sim, "orders")) == 20
    assert {arrival.number for arrival in recorded.told("arrivals")} == set(range(20))
    assert result.verdict is Verdict.COMPLETE, "nobody else held what was in flight"


def test_what_was_to_be_deleted_and_is_still_hidden_by_such_an_extension_is_deleted(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 20)
    _, known = left_behind(client, orders, 20)
    recorded.run(known=in_doubt(known), unfinished=Orders(delete=range(20)), orders=deleting)
    assert sim.messages("orders") == []
    assert sorted(recorded.told("deleted")) == list(range(20))
    assert recorded.told("failed") == []


def test_what_is_in_doubt_is_put_back_even_where_the_sweep_is_to_end_at_once(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 20)
    _, known = left_behind(client, orders, 20)
    recorded.run(known=in_doubt(known), keep_going=lambda: False)
    assert len(bodies_of(sim, "orders")) == 20


def test_what_lapses_before_it_can_be_extended_is_in_doubt_too(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, fill: Fill
) -> None:
    fill(orders, 5)
    _, known = left_behind(client, orders, 5)
    soon = time.monotonic() + 0.05
    recorded.run(known=[each._replace(until=soon, perhaps=each.until) for each in known])
    assert len(bodies_of(sim, "orders")) == 5


def in_doubt(known: list[Known]) -> list[Known]:
    """Hidden as they are, but as far as is written down only perhaps."""
    return [each._replace(until=0, perhaps=each.until) for each in known]
