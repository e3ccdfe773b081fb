from typing import TYPE_CHECKING, Any

import pytest

from queues.sqs.errors import UndecodableBody
from queues.sqs.message_classes import (
    Base64Message,
    JSONMessage,
    MessageClass,
    MHMessage,
    RawMessage,
    Received,
    read,
    write,
)
from queues.sqs.messages import send
from queues.sqs.types import Message, Outgoing, Queue

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@pytest.mark.parametrize(
    ("message_class", "value", "body"),
    [
        (RawMessage(), "grün\n", "grün\n"),
        (Base64Message(), b"\x00\xff", "AP8="),
        (JSONMessage(), {"sku": "grün", "n": [1, None]}, '{"sku": "grün", "n": [1, null]}'),
        (MHMessage(), {"sku": "A-1", "note": "a: b"}, "sku: A-1\nnote: a: b\n"),
    ],
)
def test_a_value_becomes_a_body_and_the_body_that_value(
    message_class: MessageClass[Any], value: object, body: str
) -> None:
    assert message_class.encode(value) == body
    assert message_class.decode(body) == value


def test_text_in_base64_is_utf8() -> None:
    assert Base64Message().decode(Base64Message().encode("grün")) == "grün".encode()


@pytest.mark.parametrize(
    ("message_class", "body"),
    [
        (Base64Message(), "not base64!"),
        (Base64Message(), "größe"),
        (JSONMessage(), "{"),
        (JSONMessage(), "[" * 100_000),
        (MHMessage(), "no colon here"),
    ],
)
def test_a_body_of_another_kind_is_told_apart(message_class: MessageClass[Any], body: str) -> None:
    with pytest.raises(UndecodableBody):
        message_class.decode(body)


def test_a_pair_that_would_not_survive_is_not_written() -> None:
    with pytest.raises(ValueError, match="one line"):
        MHMessage().encode({"a": "two\nlines"})
    with pytest.raises(ValueError, match="one line"):
        MHMessage().encode({"a:b": "c"})


class Point:
    """A message class of one's own: nothing to inherit from."""

    def encode(self, value: tuple[int, int], /) -> str:
        return f"{value[0]};{value[1]}"

    def decode(self, body: str, /) -> tuple[int, int]:
        x, y = body.split(";")
        return int(x), int(y)


def test_a_class_of_ones_own_writes_and_reads(client: "SQSClient", orders: Queue) -> None:
    write(client, orders.url, (3, 4), Point())
    [received] = read(client, orders.url, Point(), visibility_timeout=60, wait=1)
    assert received.message.body == "3;4"
    assert received.value == (3, 4)


def test_one_body_that_cannot_be_read_does_not_hide_the_others(
    client: "SQSClient", orders: Queue
) -> None:
    write(client, orders.url, (1, 2), Point())
    send(client, orders.url, Outgoing("a stranger"))
    received: list[Received[tuple[int, int]]] = []
    while len(received) < 2:
        received += read(client, orders.url, Point(), max_messages=10, wait=1)
    [readable] = [one for one in received if one.message.body == "1;2"]
    [stranger] = [one for one in received if one.message.body == "a stranger"]
    assert readable.value == (1, 2)
    with pytest.raises(UndecodableBody):
        _ = stranger.value


def test_reading_keeps_the_message_at_hand() -> None:
    message = Message("id", "handle", "e30=", "md5")
    assert Received(message, Base64Message()).value == b"{}"
