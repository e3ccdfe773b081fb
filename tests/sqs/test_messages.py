from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from queues.sqs.errors import CorruptedAnswer, InFlightLimit, InvalidRequest, ReceiptHandleProblem
from queues.sqs.messages import change_visibility, delete, receive, send
from queues.sqs.types import Message, MessageAttribute, Outgoing, Queue
from simulator import Simulator

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def test_a_message_arrives_as_it_was_sent(client: "SQSClient", orders: Queue) -> None:
    attributes = {
        "colour": MessageAttribute("String", "grün"),
        "count": MessageAttribute("Number.int", "42"),
        "seal": MessageAttribute("Binary.png", b"\x00\xff"),
    }
    outgoing = Outgoing("größe 🚚\r\n\t", attributes, message_group_id="tenant-1")
    sent = send(client, orders.url, outgoing)
    [message] = receive(client, orders.url, wait=1)
    assert message.message_id == sent.message_id
    assert message.body == outgoing.body
    assert message.message_attributes == attributes
    assert message.size == outgoing.size
    assert message.group_id == "tenant-1"
    assert message.receive_count == 1
    assert message.sent_at is not None
    assert not message.corrupted


def test_a_trace_header_travels_along(client: "SQSClient", orders: Queue) -> None:
    header = "Root=1-5759e988-bd862e3fe1be46a994272793"
    send(client, orders.url, Outgoing("x", trace_header=header))
    [message] = receive(client, orders.url, wait=1)
    assert message.attributes["AWSTraceHeader"] == header


def test_a_fifo_queue_numbers_its_messages(
    client: "SQSClient", new_queue: Callable[..., Queue]
) -> None:
    queue = new_queue("orders.fifo")
    sent = [
        send(
            client,
            queue.url,
            Outgoing(f"{n}", message_group_id="g", message_deduplication_id=f"{n}"),
        )
        for n in range(2)
    ]
    received = receive(client, queue.url)
    assert [message.body for message in received] == ["0", "1"]
    assert [message.sequence_number for message in received] == [
        one.sequence_number for one in sent
    ]


def test_the_same_attempt_gets_the_same_messages_again(
    client: "SQSClient", new_queue: Callable[..., Queue]
) -> None:
    queue = new_queue("orders.fifo", ContentBasedDeduplication="true")
    send(client, queue.url, Outgoing("x", message_group_id="g"))
    [first] = receive(client, queue.url, attempt_id="one")
    [again] = receive(client, queue.url, attempt_id="one")
    assert again.receipt_handle == first.receipt_handle
    assert receive(client, queue.url) == [], "another attempt finds the group taken"


def test_a_damaged_message_is_marked(client: "SQSClient", sim: Simulator, orders: Queue) -> None:
    send(client, orders.url, Outgoing("x" * 50))
    sim.faults.add("corrupted_body", "ReceiveMessage", count=1)
    [message] = receive(client, orders.url, visibility_timeout=1, wait=1)
    assert message.corrupted
    change_visibility(client, orders.url, message.receipt_handle, 0)
    [message] = receive(client, orders.url, wait=1)
    assert not message.corrupted
    assert message.body == "x" * 50


def test_a_message_stored_other_than_sent_is_noticed(
    client: "SQSClient", orders: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_send = client.send_message

    def send_something_else(**request: object) -> object:
        return really_send(**{**request, "MessageBody": "something else"})  # type: ignore[arg-type]

    monkeypatch.setattr(client, "send_message", send_something_else)
    with pytest.raises(CorruptedAnswer, match="not what was sent"):
        send(client, orders.url, Outgoing("the original"))


def test_a_message_deleted_is_gone(client: "SQSClient", sim: Simulator, orders: Queue) -> None:
    send(client, orders.url, Outgoing("x"))
    [message] = receive(client, orders.url, wait=1)
    delete(client, orders.url, message.receipt_handle)
    assert sim.messages("orders") == []


def test_a_message_is_visible_again_when_its_timeout_is_set_to_nothing(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    send(client, orders.url, Outgoing("x"))
    [message] = receive(client, orders.url, visibility_timeout=600, wait=1)
    assert sim.messages("orders")[0].state == "in_flight"
    change_visibility(client, orders.url, message.receipt_handle, 0)
    assert sim.messages("orders")[0].state == "available"
    with pytest.raises(ReceiptHandleProblem, match="visible in queue"):
        change_visibility(client, orders.url, message.receipt_handle, 30)


def test_a_receive_for_too_many_is_refused(client: "SQSClient", orders: Queue) -> None:
    with pytest.raises(InvalidRequest):
        receive(client, orders.url, max_messages=11)


def test_at_the_in_flight_limit_the_operator_is_told(
    client: "SQSClient", sim: Simulator, orders: Queue
) -> None:
    sim.faults.add("in_flight_limit", limit=1)
    for _ in range(2):
        send(client, orders.url, Outgoing("x"))
    assert len(receive(client, orders.url, max_messages=1, wait=1)) == 1
    with pytest.raises(InFlightLimit, match="120,000"):
        receive(client, orders.url)


def test_a_message_knows_only_what_it_was_told() -> None:
    assert not Message("id", "handle", "body", "md5").corrupted
