"""Faults on the wire: answers that come late, in part, in drops, or as a reset."""

import json
import socket
import time
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from simulator import Simulator
from tests.contract.shop import Shop
from tests.simulator.conftest import Connect


def name(url: str) -> str:
    return url.rpartition("/")[2]


def stored(simulator: Simulator, url: str) -> list[str]:
    return [message.body for message in simulator.messages(name(url))]


def ask(simulator: Simulator, operation: str, **parameters: Any) -> socket.socket:
    """A request sent; the answer is for the caller to read."""
    host, port = simulator.endpoint.removeprefix("http://").split(":")
    body = json.dumps(parameters).encode()
    connection = socket.create_connection((host, int(port)), timeout=10)
    connection.sendall(
        f"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AmazonSQS.{operation}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    return connection


def read_pieces(connection: socket.socket) -> tuple[bytes, int]:
    """All that came, and in how many pieces it came."""
    pieces = []
    with connection:
        while piece := connection.recv(65_536):
            pieces.append(piece)
    return b"".join(pieces), len(pieces)


@pytest.mark.parametrize("applied", [True, False])
def test_a_reset_comes_in_place_of_the_answer(
    simulator: Simulator, shop: Shop, applied: bool
) -> None:
    url = shop.queue()
    simulator.faults.add("reset", "SendMessage", applied=applied, count=1)
    connection = ask(simulator, "SendMessage", QueueUrl=url, MessageBody="hello")
    with connection, pytest.raises(ConnectionResetError):
        connection.recv(1)
    assert stored(simulator, url) == (["hello"] if applied else [])


def test_an_sdk_takes_a_reset_for_a_closed_connection(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    rule = simulator.faults.add("reset", "SendMessage", count=1)
    with pytest.raises(ConnectionClosedError):
        shop.send(url, "hello")
    shop.send(url, "again")
    assert stored(simulator, url) == ["hello", "again"]
    assert rule.fired == 1


def test_a_truncated_answer_promises_more_than_it_brings(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    simulator.faults.add("truncated_answer", "SendMessage", count=1)
    answer, _ = read_pieces(ask(simulator, "SendMessage", QueueUrl=url, MessageBody="hello"))
    head, _, body = answer.partition(b"\r\n\r\n")
    promised = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
    assert head.startswith(b"HTTP/1.1 200 ")
    assert 0 < len(body) < promised
    assert stored(simulator, url) == ["hello"]


def test_boto3_takes_a_truncated_answer_for_an_empty_one(simulator: Simulator, shop: Shop) -> None:
    """Why whoever uses it has to look at the answer itself."""
    url = shop.queue()
    shop.send(url)
    simulator.faults.add("truncated_answer", "ReceiveMessage", count=1)
    assert shop.poll(url) == []
    assert [message.state for message in simulator.messages(name(url))] == ["in_flight"]


def test_a_dripping_answer_comes_whole_in_many_pieces(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    simulator.faults.add("dripping_answer", "SendMessage", seconds=0.5)
    started = time.monotonic()
    connection = ask(simulator, "SendMessage", QueueUrl=url, MessageBody="hello")
    connection.sendall(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    answer, pieces = read_pieces(connection)
    assert time.monotonic() - started >= 0.5
    assert pieces > 10
    assert answer.count(b"HTTP/1.1") == 2, "the connection goes on"
    sent = json.loads(answer.partition(b"\r\n\r\n")[2].partition(b"HTTP/1.1")[0])
    assert sent["MessageId"] == simulator.messages(name(url))[0].message_id


def test_a_dripping_answer_outlives_a_read_timeout_that_it_is_longer_than(
    simulator: Simulator, shop: Shop, connect: Connect
) -> None:
    url = shop.queue()
    shop.send(url, "x" * 2_000)
    impatient = connect(simulator, read_timeout=2)
    simulator.faults.add("dripping_answer", "ReceiveMessage", seconds=2.5, count=1)
    started = time.monotonic()
    assert len(impatient.poll(url)) == 1
    assert time.monotonic() - started >= 2.5


@pytest.mark.parametrize("applied", [True, False])
def test_a_hanging_call_outlasts_the_clients_patience(
    simulator: Simulator, shop: Shop, connect: Connect, applied: bool
) -> None:
    url = shop.queue()
    impatient = connect(simulator, read_timeout=0.3)
    simulator.faults.add("hang", "SendMessage", seconds=1, applied=applied, count=1)
    with pytest.raises(ReadTimeoutError):
        impatient.send(url, "hello")
    assert stored(simulator, url) == (["hello"] if applied else [])


def test_a_patient_client_gets_the_answer_in_the_end(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    simulator.faults.add("hang", "SendMessage", seconds=0.3, count=1)
    started = time.monotonic()
    sent = shop.send(url, "hello")
    assert time.monotonic() - started >= 0.3
    assert sent["MessageId"] == simulator.messages(name(url))[0].message_id


def test_a_call_that_hung_without_being_applied_ends_in_a_closed_connection(
    simulator: Simulator, shop: Shop
) -> None:
    url = shop.queue()
    simulator.faults.add("hang", "SendMessage", seconds=0.1, applied=False)
    with pytest.raises(ConnectionClosedError):
        shop.send(url, "hello")
    assert stored(simulator, url) == []


@pytest.mark.parametrize("kind", ["hang", "dripping_answer"])
def test_a_stop_does_not_wait_for_slow_answers(simulator: Simulator, shop: Shop, kind: str) -> None:
    url = shop.queue()
    rule = simulator.faults.add(kind, "SendMessage", seconds=600)
    with ask(simulator, "SendMessage", QueueUrl=url, MessageBody="hello"):
        for _ in range(500):
            if rule.fired:
                break
            time.sleep(0.01)
        assert rule.fired
        simulator.stop()
