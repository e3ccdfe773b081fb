"""The wire: AWS's form of errors, and clear words for who speaks something else."""

import http.client
import json
import socket
from email.utils import formatdate
from typing import Any

import pytest

from simulator import Simulator
from tests.contract.shop import Shop, refused


def post(
    simulator: Simulator, body: str, target: str | None = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection(simulator.endpoint.removeprefix("http://"), timeout=10)
    if target:
        headers["X-Amz-Target"] = target
    connection.request("POST", "/", body.encode(), headers)
    response = connection.getresponse()
    content = response.read().decode()
    connection.close()
    found = {name.lower(): value for name, value in response.getheaders()}
    return response.status, found, content


def conversation(simulator: Simulator, sent: bytes) -> bytes:
    host, port = simulator.endpoint.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65_536):
            received += part
    return received


def test_an_error_has_awss_form(simulator: Simulator) -> None:
    status, headers, body = post(simulator, '{"QueueName": "nowhere"}', "AmazonSQS.GetQueueUrl")
    assert status == 400
    assert headers["content-type"] == "application/x-amz-json-1.0"
    assert headers["x-amzn-query-error"] == "AWS.SimpleQueueService.NonExistentQueue;Sender"
    assert headers["x-amzn-requestid"]
    assert json.loads(body)["__type"] == "com.amazonaws.sqs#QueueDoesNotExist"
    assert json.loads(body)["message"] == "The specified queue does not exist."


@pytest.mark.parametrize(
    "call",
    [
        ("add_permission", {"Label": "l", "AWSAccountIds": ["1"], "Actions": ["*"]}),
        ("remove_permission", {"Label": "l"}),
    ],
)
def test_permissions_are_not_there_yet_and_that_is_said(
    shop: Shop, call: tuple[str, dict[str, Any]]
) -> None:
    operation, more = call
    with refused("UnsupportedOperation"):
        getattr(shop.sqs, operation)(QueueUrl=shop.queue(), **more)


def test_an_operation_nobody_knows_is_refused(simulator: Simulator) -> None:
    status, _, body = post(simulator, "{}", "AmazonSQS.MakeCoffee")
    assert status == 400
    assert "MakeCoffee" in json.loads(body)["message"]


def test_a_client_of_the_query_protocol_is_told_in_its_own_form(simulator: Simulator) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, headers, body = post(simulator, "Action=ListQueues", **form)
    assert status == 400
    assert headers["content-type"] == "text/xml"
    assert "<Code>UnsupportedOperation</Code>" in body
    assert "AWS JSON 1.0" in body


def test_a_look_with_a_browser_says_what_this_is(simulator: Simulator) -> None:
    answer = conversation(simulator, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"simulator of Amazon SQS" in answer


@pytest.mark.parametrize(
    "body",
    ["", "[]", "not json", '{"QueueName": 7}', '{"QueueName": ["a"]}', '{"a":' * 20_000],
    ids=["nothing", "list", "no json", "number", "list for text", "deep"],
)
def test_a_body_of_the_wrong_shape_is_the_senders_fault(simulator: Simulator, body: str) -> None:
    status, _, content = post(simulator, body, "AmazonSQS.GetQueueUrl")
    assert status == 400
    assert json.loads(content)["__type"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"QueueUrl": "http://[broken", "MessageBody": "x"},
        {"QueueUrl": "\ud800", "MessageBody": "x"},
        {"QueueUrl": "URL", "MessageBody": "\ud800"},
        {"QueueUrl": "URL", "MessageBody": "x", "MessageAttributes": {"\ud800": {}}},
        {"QueueUrl": "URL", "MessageBody": "x", "MessageAttributes": {"a": "b"}},
        {"QueueUrl": "URL", "MessageBody": "x", "DelaySeconds": "1"},
        {"QueueUrl": "URL", "MessageBody": "x", "DelaySeconds": True},
        {"QueueUrl": "URL", "MessageBody": "x", "MessageGroupId": "\ud800"},
    ],
)
def test_what_no_sdk_would_send_is_refused_and_breaks_nothing(
    simulator: Simulator, shop: Shop, parameters: dict[str, Any]
) -> None:
    url = shop.queue()
    body = json.dumps(parameters).replace("URL", url) if "URL" in str(parameters) else ""
    status, _, content = post(simulator, body or json.dumps(parameters), "AmazonSQS.SendMessage")
    assert (status, "__type" in content) == (400, True)
    shop.send(url)


def test_a_connection_serves_request_after_request(simulator: Simulator) -> None:
    body = b'{"QueueName": "q"}'
    request = (
        b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AmazonSQS.CreateQueue\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    assert conversation(simulator, request * 5).count(b"HTTP/1.1 200 OK") == 5


def test_an_answers_date_is_the_simulators_own(simulator: Simulator) -> None:
    simulator.clock.freeze()
    simulator.clock.advance(86_400)
    target = b"POST / HTTP/1.1\r\nX-Amz-Target: AmazonSQS.ListQueues\r\n\r\n"
    date = formatdate(simulator.clock.now(), usegmt=True)
    assert f"Date: {date}\r\n".encode() in conversation(simulator, target)


def test_a_connection_closes_when_the_client_asks(simulator: Simulator) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert conversation(simulator, request * 2).count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"501"),
        (b"GET /" + b"a" * 70_000, b"431"),
    ],
    ids=["no http", "length no number", "too long", "chunked", "head too long"],
)
def test_a_request_that_is_no_good_gets_an_answer_and_the_server_lives_on(
    simulator: Simulator, shop: Shop, request_bytes: bytes, status: bytes
) -> None:
    assert conversation(simulator, request_bytes).startswith(b"HTTP/1.1 " + status)
    assert shop.queue()


def test_a_client_that_goes_away_inside_a_request_harms_nobody(
    simulator: Simulator, shop: Shop
) -> None:
    conversation(simulator, b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
    assert shop.queue()


def test_the_sender_is_told_apart_by_access_key(
    simulator: Simulator, shop: Shop, session: Any
) -> None:
    url = shop.queue()
    other = session.client(
        "sqs",
        endpoint_url=simulator.endpoint,
        aws_access_key_id="AKIDOTHER",
        aws_secret_access_key="x",
    )
    shop.send(url, "one")
    shop.send(url, "same")
    other.send_message(QueueUrl=url, MessageBody="other")
    senders = {m["Body"]: m["Attributes"]["SenderId"] for m in shop.receive_all(url, 3)}
    assert senders["one"] == senders["same"] != senders["other"]
    assert senders["one"].startswith("AIDA")
