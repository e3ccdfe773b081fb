import re
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from queues.sqs import batches
from queues.sqs.batches import (
    batches_to_send,
    change_visibility_batch,
    delete_batch,
    send_batch,
)
from queues.sqs.messages import receive
from queues.sqs.types import BatchResult, Message, Outgoing, Queue
from simulator import Simulator

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "pause", lambda attempt: 0.0)


@pytest.fixture
def fifo(new_queue: Callable[..., Queue]) -> Queue:
    return new_queue("orders.fifo", ContentBasedDeduplication="true")


def numbered(number: int) -> list[Outgoing]:
    return [Outgoing(f"message {index}") for index in range(number)]


def grouped(*groups: str) -> list[Outgoing]:
    return [
        Outgoing(f"{group}{index}", message_group_id=group) for index, group in enumerate(groups)
    ]


def drain(client: "SQSClient", queue: Queue) -> list[Message]:
    messages: list[Message] = []
    while found := receive(client, queue.url, visibility_timeout=600, wait=1):
        messages += found
    return messages


def indexes(result: BatchResult) -> tuple[list[int], list[int]]:
    return [entry.index for entry in result.successful], [entry.index for entry in result.failed]


def test_hundreds_of_messages_take_a_tenth_as_many_requests(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    result = send_batch(client, orders.url, numbered(123))
    assert indexes(result) == (list(range(123)), [])
    assert sim.calls["SendMessageBatch"] == 13
    stored = {message.message_id: message.body for message in sim.messages("orders")}
    for entry in result.successful:
        assert entry.sent is not None
        assert stored[entry.sent.message_id] == f"message {entry.index}"


def test_nothing_to_do_asks_nothing(client: "SQSClient", sim: Simulator, orders: Queue) -> None:
    sim.calls.clear()
    assert send_batch(client, orders.url, []) == BatchResult((), ())
    assert delete_batch(client, orders.url, []) == BatchResult((), ())
    assert sim.calls["SendMessageBatch"] + sim.calls["DeleteMessageBatch"] == 0


def test_large_messages_are_spread_so_that_no_batch_is_too_long(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    result = send_batch(client, orders.url, [Outgoing("x" * 400_000)] * 5)
    assert result.failed == ()
    assert sim.calls["SendMessageBatch"] == 3


def test_batches_end_where_sqs_limits_ask_for_it() -> None:
    assert list(batches_to_send(numbered(12), fifo=False)) == [list(range(10)), [10, 11]]
    half = Outgoing("x" * 524_288)
    assert list(batches_to_send([half, half, Outgoing("x")], fifo=False)) == [[0, 1], [2]]
    assert list(batches_to_send(grouped("a", "b", "a", "c", "c"), fifo=True)) == [
        [0, 1],
        [2, 3],
        [4],
    ]
    assert list(batches_to_send(grouped("a", "a"), fifo=False)) == [[0, 1]]


def test_a_message_sqs_refuses_is_named_and_the_others_arrive(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    messages = numbered(15)
    messages[3] = Outgoing("bad \x00 character")
    messages[12] = Outgoing("late", delay_seconds=9999)
    result = send_batch(client, orders.url, messages)
    assert [entry.index for entry in result.failed] == [3, 12]
    assert all(entry.sender_fault and not entry.retryable for entry in result.failed)
    assert len(sim.messages("orders")) == 13


def test_only_the_entries_that_failed_are_tried_again(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    sim.faults.add("batch_failure", "SendMessageBatch", entries=4, count=2)
    result = send_batch(client, orders.url, numbered(10))
    assert result.failed == ()
    bodies = Counter(message.body for message in sim.messages("orders"))
    assert set(bodies.values()) == {1}
    assert len(bodies) == 10


def test_entries_that_go_on_failing_are_told_in_the_end(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    sim.faults.add("batch_failure", "SendMessageBatch", entries=1)
    result = send_batch(client, orders.url, numbered(1))
    assert indexes(result) == ([], [0])
    assert sim.calls["SendMessageBatch"] == batches.ATTEMPTS


def test_a_send_whose_answer_was_lost_is_not_repeated_but_said_to_be_unknown(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    sim.faults.add("lost_answer", "SendMessageBatch", count=1)
    result = send_batch(client, orders.url, numbered(20))
    assert indexes(result) == (list(range(10, 20)), list(range(10)))
    assert all(entry.unknown for entry in result.failed)
    assert len(sim.messages("orders")) == 20, "they were stored, each once"


def test_a_fifo_queue_drops_what_is_sent_twice_so_a_lost_answer_is_asked_for_again(
    client: "SQSClient", sim: Simulator, fifo: Queue
) -> None:
    sim.faults.add("lost_answer", "SendMessageBatch", count=1)
    result = send_batch(client, fifo.url, grouped("a", "b", "c"))
    assert result.failed == ()
    assert len(sim.messages("orders.fifo")) == 3


def test_a_throttled_send_was_not_carried_out_and_is_repeated(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    sim.faults.add("throttled", "SendMessageBatch", count=2)
    assert send_batch(client, orders.url, numbered(10)).failed == ()
    assert len(sim.messages("orders")) == 10


def test_an_outage_half_way_is_told_for_every_message_left_without_asking_for_each(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    assert send_batch(client, orders.url, numbered(10)).failed == ()
    sim.faults.add("lost_answer", "SendMessageBatch")
    asked = sim.calls["SendMessageBatch"]
    result = send_batch(client, orders.url, numbered(100))
    assert indexes(result) == ([], list(range(100)))
    assert sim.calls["SendMessageBatch"] - asked == batches.LOST_ENOUGH
    assert [entry.unknown for entry in result.failed] == [True] * 30 + [False] * 70


def test_without_permission_one_request_is_enough_to_know(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    sim.faults.add("access_denied", "SendMessageBatch")
    result = send_batch(client, orders.url, numbered(50))
    assert len(result.failed) == 50
    assert not any(entry.unknown for entry in result.failed)
    assert "not allowed" in result.failed[49].message
    assert sim.calls["SendMessageBatch"] == 1


def test_a_groups_order_is_kept_through_failures(
    client: "SQSClient", sim: Simulator, fifo: Queue
) -> None:
    sim.faults.add("batch_failure", "SendMessageBatch", entries=1, probability=0.4)
    outgoing = grouped(*"abcabcabcabcabc")
    result = send_batch(client, fifo.url, outgoing)
    arrived = [message.body for message in sim.messages("orders.fifo")]
    for group in "abc":
        sent_in_order = [message.body for message in outgoing if message.message_group_id == group]
        of_group = [body for body in arrived if body[0] == group]
        assert of_group == sent_in_order[: len(of_group)]
    assert len(result.successful) == len(arrived)


def test_after_a_failure_the_rest_of_its_group_waits(
    client: "SQSClient", sim: Simulator, fifo: Queue
) -> None:
    outgoing = grouped("a", "b", "a", "b", "a")
    outgoing[0] = Outgoing("bad \x00", message_group_id="a")
    result = send_batch(client, fifo.url, outgoing)
    assert indexes(result) == ([1, 3], [0, 2, 4])
    assert [entry.code for entry in result.failed[1:]] == ["NotSent", "NotSent"]
    assert [message.body for message in sim.messages("orders.fifo")] == ["b1", "b3"]


@pytest.mark.usefixtures("in_a_hurry")
def test_messages_are_deleted_and_a_bad_handle_is_named(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    send_batch(client, orders.url, numbered(25))
    handles = [message.receipt_handle for message in drain(client, orders)]
    handles.insert(11, "no handle at all")
    result = delete_batch(client, orders.url, handles)
    assert [entry.index for entry in result.failed] == [11]
    assert re.search("receipt handle", result.failed[0].message)
    assert sim.messages("orders") == []


@pytest.mark.usefixtures("in_a_hurry")
def test_a_delete_whose_answer_was_lost_is_simply_repeated(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    send_batch(client, orders.url, numbered(20))
    handles = [message.receipt_handle for message in drain(client, orders)]
    sim.faults.add("lost_answer", "DeleteMessageBatch", count=2)
    assert delete_batch(client, orders.url, handles).failed == ()
    assert sim.messages("orders") == []


@pytest.mark.usefixtures("in_a_hurry")
def test_messages_are_let_go_of_in_batches(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    send_batch(client, orders.url, numbered(25))
    handles = [message.receipt_handle for message in drain(client, orders)]
    assert change_visibility_batch(client, orders.url, handles, 0).failed == ()
    assert {message.state for message in sim.messages("orders")} == {"available"}
    again = change_visibility_batch(client, orders.url, handles, 30)
    assert len(again.failed) == 25, "they are not in flight any more"


def test_an_answer_that_forgets_a_message_counts_as_a_failure(
    client: "SQSClient", orders: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_send = client.send_message_batch

    def forget_the_second(**request: Any) -> dict[str, Any]:
        answer: dict[str, Any] = {**really_send(**request)}
        return {**answer, "Successful": [s for s in answer["Successful"] if s["Id"] != "1"]}

    monkeypatch.setattr(client, "send_message_batch", forget_the_second)
    result = send_batch(client, orders.url, numbered(3))
    assert indexes(result) == ([0, 2], [1])
    assert result.failed[0].unknown


def test_an_answer_that_mentions_messages_nobody_sent_is_not_confused_by_them(
    client: "SQSClient", orders: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_send = client.send_message_batch

    def make_some_up(**request: Any) -> dict[str, Any]:
        answer: dict[str, Any] = {**really_send(**request)}
        strangers = [{**answer["Successful"][0], "Id": name} for name in ("999", "of-no-number")]
        refused = {"Id": "nobody's", "Code": "InternalError", "SenderFault": False}
        return {**answer, "Successful": [*answer["Successful"], *strangers], "Failed": [refused]}

    monkeypatch.setattr(client, "send_message_batch", make_some_up)
    assert indexes(send_batch(client, orders.url, numbered(3))) == ([0, 1, 2], [])
