"""Messages sent to another queue and then deleted: each arrives, as it was, and leaves."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from queues.sqs.batches import send_batch
from queues.sqs.messages import send
from queues.sqs.sweep import News, Orders, Verdict
from queues.sqs.types import Message, MessageAttribute, Outgoing, Queue
from simulator import Simulator
from tests.sqs.sweep.recorded import Moving, Recorded, as_sent, bodies_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Fill = Callable[[Queue, int], None]
NewQueue = Callable[..., Queue]
SEND, DELETE = "SendMessageBatch", "DeleteMessageBatch"


@pytest.fixture
def archive(new_queue: NewQueue) -> Queue:
    return new_queue("archive")


@pytest.fixture
def archive_fifo(new_queue: NewQueue) -> Queue:
    return new_queue("archive.fifo")


@pytest.fixture
def groups(client: "SQSClient", sim: Simulator, new_queue: NewQueue) -> Recorded:
    """A FIFO queue with groups of several lengths."""
    queue = new_queue("orders.fifo", ContentBasedDeduplication="true")
    sizes = {"a": 23, "b": 4, "c": 11}
    everything = [f"{group} {n}" for n in range(23) for group in sizes if n < sizes[group]]
    letters = [Outgoing(body, message_group_id=body[0]) for body in everything]
    assert send_batch(client, queue.url, letters).failed == ()
    return Recorded(sim, client, queue)


def numbered(number: int) -> list[str]:
    return [f"message {n}" for n in range(number)]


def in_group(bodies: list[str], group: str) -> list[str]:
    return [body for body in bodies if body.startswith(group)]


def test_every_message_is_in_the_other_queue_and_only_there(
    recorded: Recorded, sim: Simulator, orders: Queue, archive: Queue, fill: Fill
) -> None:
    fill(orders, 234)
    result = recorded.run(orders=Moving(), target_url=archive.url)
    assert sim.messages("orders") == []
    assert sorted(bodies_of(sim, "archive")) == sorted(numbered(234))
    assert (result.verdict, result.sent, result.deleted) == (Verdict.COMPLETE, 234, 234)
    assert (result.resent, result.released, result.held) == (0, 0, 0)
    assert recorded.told("failed") == []
    ids = {message.message_id for message in sim.messages("archive")}
    assert {new_id for _, new_id in recorded.told("sent")} == ids
    assert result.requests[SEND] < 60, "ten at a time, as good as always"


def test_what_a_message_carries_arrives_with_it(
    recorded: Recorded, client: "SQSClient", sim: Simulator, orders: Queue, archive: Queue
) -> None:
    attributes = {
        "tenant": MessageAttribute("String", "größe"),
        "weight": MessageAttribute("Number.float", "1.50"),
        "blob": MessageAttribute("Binary.gzip", bytes(range(256))),
    }
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793"
    send(client, orders.url, Outgoing("body", attributes, trace_header=trace))
    recorded.run(orders=Moving(as_sent), target_url=archive.url)
    [arrived] = sim.messages("archive")
    assert arrived.body == "body"
    assert arrived.message_attributes == {
        name: (attribute.type, attribute.value) for name, attribute in attributes.items()
    }
    assert arrived.attributes["AWSTraceHeader"] == trace


def test_sending_is_told_before_it_begins_and_sent_before_it_is_deleted(
    recorded: Recorded, sim: Simulator, orders: Queue, archive: Queue, fill: Fill
) -> None:
    fill(orders, 60)
    moving = Moving()

    def write_slowly(news: News) -> Orders:
        answer = moving(news)
        time.sleep(0.05)
        here = {message.body for message in sim.messages("orders")}
        there = set(bodies_of(sim, "archive"))
        messages = recorded.messages
        assert there <= {messages[number].body for number in moving.begun}
        not_yet_told = {m.body for n, m in enumerate(messages) if n not in moving.sent}
        assert not_yet_told <= here, "none is gone from here before it is known to be there"
        return answer

    recorded.run(orders=write_slowly, target_url=archive.url)
    assert sorted(bodies_of(sim, "archive")) == sorted(numbered(60))


def test_a_copy_is_sent_and_released(
    recorded: Recorded, sim: Simulator, orders: Queue, archive: Queue, fill: Fill
) -> None:
    fill(orders, 45)
    moving = Moving()
    result = recorded.run(
        orders=lambda news: Orders(send=moving(news).send), target_url=archive.url
    )
    assert sorted(bodies_of(sim, "archive")) == sorted(bodies_of(sim, "orders"))
    assert (result.sent, result.deleted, result.released) == (45, 0, 45)


def test_entries_that_fail_are_sent_again_and_only_those(
    recorded: Recorded, sim: Simulator, orders: Queue, archive: Queue, fill: Fill
) -> None:
    fill(orders, 60)
    rule = sim.faults.add("batch_failure", SEND, entries=3, count=4)
    result = recorded.run(orders=Moving(), target_url=archive.url)
    assert rule.fired == 4
    assert sorted(bodies_of(sim, "archive")) == sorted(numbered(60)), "none twice, either"
    assert (result.sent, result.resent) == (60, 0)


def test_a_message_the_target_refuses_stays_here_and_says_why(
    recorded: Recorded, sim: Simulator, orders: Queue, archive: Queue, fill: Fill
) -> None:
    fill(orders, 25)
    sim.faults.add("batch_failure", SEND, entries=1, count=1, sender_fault=True)
    result = recorded.run(orders=Moving(), target_url=archive.url)
    [failure] = recorded.told("failed")
    assert (failure.act, failure.unknown) == ("send", False)
    assert failure.sentence
    assert bodies_of(sim, "orders") == [recorded.messages[failure.number].body]
    assert len(sim.messages("archive")) == 24
    assert (result.sent, result.released) == (24, 1)


@pytest.mark.parametrize("fault", ["lost_answer", "error_after", "truncated_answer"])
def test_what_is_sent_again_after_a_lost_answer_is_told_as_perhaps_there_twice(
    recorded: Recorded, sim: Simulator, orders: Queue, archive: Queue, fill: Fill, fault: str
) -> None:
    fill(orders, 40)
    rule = sim.faults.add(fault, SEND, count=1)
    result = recorded.run(orders=Moving(), target_url=archive.url, threads=1)
    assert rule.fired == 1
    there = Counter(bodies_of(sim, "archive"))
    twice = {body for body, times in there.items() if times == 2}
    assert set(there) == set(numbered(40))
    assert max(there.values()) == 2
    assert {recorded.messages[number].body for number in recorded.told("resent")} == twice
    assert (result.resent, result.sent, result.deleted) == (len(twice), 40, 40)
    assert sorted(recorded.told("sending")) == list(range(40)), "begun once each"
    assert sim.messages("orders") == []


def test_what_was_not_sent_at_all_is_not_told_as_sent_twice(
    recorded: Recorded, sim: Simulator, orders: Queue, archive: Queue, fill: Fill
) -> None:
    fill(orders, 40)
    sim.faults.add("throttled", SEND, count=3)
    result = recorded.run(orders=Moving(), target_url=archive.url)
    assert (result.resent, recorded.told("resent")) == (0, [])
    assert sorted(bodies_of(sim, "archive")) == sorted(numbered(40))


def test_groups_arrive_whole_and_in_order(
    groups: Recorded, sim: Simulator, archive_fifo: Queue
) -> None:
    result = groups.run(orders=Moving(as_sent), target_url=archive_fifo.url)
    assert sim.messages("orders.fifo") == []
    there = bodies_of(sim, "archive.fifo")
    for group, size in {"a": 23, "b": 4, "c": 11}.items():
        assert in_group(there, group) == [f"{group} {n}" for n in range(size)]
    assert {message.group for message in sim.messages("archive.fifo")} == {"a", "b", "c"}
    assert (result.verdict, result.sent) == (Verdict.COMPLETE, 38)


@pytest.mark.parametrize("fault", ["lost_answer", "error_after", "error_before", "batch_failure"])
def test_a_fifo_target_gets_each_message_once_and_in_order_whatever_is_lost(
    groups: Recorded, sim: Simulator, archive_fifo: Queue, fault: str
) -> None:
    rule = sim.faults.add(fault, SEND, count=5, probability=0.7)
    result = groups.run(orders=Moving(as_sent), target_url=archive_fifo.url)
    assert rule.fired > 2
    there = bodies_of(sim, "archive.fifo")
    for group, size in {"a": 23, "b": 4, "c": 11}.items():
        assert in_group(there, group) == [f"{group} {n}" for n in range(size)]
    assert (result.resent, groups.told("resent")) == (0, [])
    assert sim.messages("orders.fifo") == []


def test_a_refused_message_stops_its_group_and_no_other(
    groups: Recorded, sim: Simulator, new_queue: NewQueue
) -> None:
    """What comes after it in its group must not overtake it."""
    small = new_queue("archive.fifo", MaximumMessageSize="1024")

    def with_a_large_one(message: Message) -> Outgoing:
        sent = as_sent(message)
        return replace(sent, body="x" * 2000) if sent.body == "a 5" else sent

    result = groups.run(orders=Moving(with_a_large_one), target_url=small.url)
    there = bodies_of(sim, "archive.fifo")
    assert in_group(there, "a") == [f"a {n}" for n in range(5)]
    assert in_group(there, "b") == [f"b {n}" for n in range(4)]
    assert in_group(there, "c") == [f"c {n}" for n in range(11)]
    assert bodies_of(sim, "orders.fifo") == [f"a {n}" for n in range(5, 23)], "in order, too"
    [first, *others] = groups.told("failed")
    assert groups.messages[first.number].body == "a 5"
    assert others
    assert {failure.sentence for failure in others} == {
        "Not sent: an earlier message of its group could not be sent."
    }
    assert result.held == 0


def test_a_message_that_cannot_be_deleted_here_is_told(
    recorded: Recorded, sim: Simulator, orders: Queue, archive: Queue, fill: Fill
) -> None:
    """It stands in both queues, which is better than in none."""
    fill(orders, 10)
    sim.faults.add("batch_failure", DELETE, entries=1, count=1, sender_fault=True)
    recorded.run(orders=Moving(), target_url=archive.url)
    [failure] = recorded.told("failed")
    assert failure.act == "delete"
    assert len(bodies_of(sim, "archive")) == 10
    assert bodies_of(sim, "orders") == [recorded.messages[failure.number].body]


def test_an_outage_of_the_target_is_told_and_everything_is_back(
    recorded: Recorded, sim: Simulator, orders: Queue, archive: Queue, fill: Fill
) -> None:
    fill(orders, 30)
    sim.faults.add("error_before", SEND, queue="archive", status=503)
    with pytest.raises(Exception, match="SQS"):
        recorded.run(
            orders=Moving(),
            target_url=archive.url,
            visibility_timeout=1,
            patience=1,
            max_seconds=20,
        )
    assert bodies_of(sim, "archive") == []


def test_through_everything_at_once_each_message_arrives(
    recorded: Recorded, sim: Simulator, orders: Queue, archive: Queue, fill: Fill
) -> None:
    fill(orders, 200)
    every = ("ReceiveMessage", SEND, DELETE)
    rules = [
        sim.faults.add("lost_answer", every, probability=0.1, count=5),
        sim.faults.add("error_after", every, probability=0.1, count=5),
        sim.faults.add("error_before", every, probability=0.1, status=503, count=5),
        sim.faults.add("throttled", every, probability=0.1, count=5),
        sim.faults.add("batch_failure", (SEND, DELETE), probability=0.3, entries=3, count=5),
        sim.faults.add("duplicate", "ReceiveMessage", probability=0.1, count=5),
    ]
    result = recorded.run(
        orders=Moving(), target_url=archive.url, visibility_timeout=3, threads=4, stop_after_empty=2
    )
    assert sum(rule.fired for rule in rules) > 15
    there = Counter(bodies_of(sim, "archive"))
    assert set(there) == set(numbered(200))
    assert sum(there.values()) <= 200 + result.resent
    assert sim.messages("orders") == []
    assert recorded.told("failed") == []
