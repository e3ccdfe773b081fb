"""What the simulator offers beside SQS, over HTTP."""

import base64
import http.client
import json
from typing import Any

import pytest

from simulator import Simulator
from tests.contract.shop import Shop, refused


class Control:
    def __init__(self, simulator: Simulator) -> None:
        self._address = simulator.endpoint.removeprefix("http://")

    def ask(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection(self._address, timeout=10)
        content = None if body is None else json.dumps(body)
        connection.request(method, f"/_simulator/{path}", content, headers)
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
        connection.close()
        return response.status, answer


@pytest.fixture
def control(simulator: Simulator) -> Control:
    return Control(simulator)


def test_faults_are_added_counted_and_cleared(control: Control, shop: Shop) -> None:
    url = shop.queue()
    asked = {"kind": "throttled", "operation": "SendMessage", "count": 1}
    assert control.ask("POST", "faults", asked)[0] == 200
    with refused("RequestThrottled"):
        shop.send(url)
    _, listed = control.ask("GET", "faults")
    assert [(rule["kind"], rule["fired"]) for rule in listed["faults"]] == [("throttled", 1)]
    assert control.ask("DELETE", "faults") == (200, {"faults": []})
    assert control.ask("GET", "stats")[1]["faults"] == {"throttled": 1}
    assert control.ask("GET", "faults") == (200, {"faults": []})


@pytest.mark.parametrize("asked", [{}, {"kind": "earthquake"}, {"kind": "latency", "seconds": -1}])
def test_a_fault_that_makes_no_sense_is_refused(control: Control, asked: object) -> None:
    status, answer = control.ask("POST", "faults", asked)
    assert status == 400
    assert answer["error"]


def test_the_clock_is_read_turned_and_stopped(control: Control, simulator: Simulator) -> None:
    before = control.ask("GET", "clock")[1]["now"]
    status, answer = control.ask("POST", "clock", {"frozen": True, "advance": 900})
    assert status == 200
    assert answer["frozen"] is True
    assert answer["now"] >= before + 900
    assert simulator.clock.now() == answer["now"]
    assert control.ask("POST", "clock", {"frozen": False})[1]["frozen"] is False


@pytest.mark.parametrize("asked", [{}, {"advance": -1}, {"advance": "soon"}, {"back": 1}, []])
def test_a_turn_of_the_clock_that_makes_no_sense_is_refused(
    control: Control, asked: object
) -> None:
    assert control.ask("POST", "clock", asked)[0] == 400


def test_every_message_can_be_looked_at_without_a_trace(control: Control, shop: Shop) -> None:
    url = shop.queue()
    attribute = {"raw": {"DataType": "Binary.png", "BinaryValue": b"\x00\xff"}}
    shop.send(url, "waits", DelaySeconds=900)
    shop.send(url, "in flight", MessageAttributes=attribute, MessageGroupId="tenant")
    shop.receive(url)
    shop.send(url, "there")
    path = f"queues/{url.rpartition('/')[2]}/messages"
    for _ in range(2):
        _, answer = control.ask("GET", path)
        seen = {message["body"]: message for message in answer["messages"]}
        assert {body: message["state"] for body, message in seen.items()} == {
            "waits": "delayed",
            "in flight": "in_flight",
            "there": "available",
        }
    flying = seen["in flight"]
    assert (flying["receive_count"], flying["group"]) == (1, "tenant")
    assert base64.b64decode(flying["message_attributes"]["raw"]["BinaryValue"]) == b"\x00\xff"
    assert flying["attributes"]["ApproximateReceiveCount"] == "1"


def test_the_same_look_is_there_in_process(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue(fifo=True)
    shop.send_in_group(url, "g", "first", "second")
    first, second = simulator.messages(url.rpartition("/")[2])
    assert (first.body, first.state, first.group, first.receive_count) == (
        "first",
        "available",
        "g",
        0,
    )
    assert second.attributes["SequenceNumber"] > first.attributes["SequenceNumber"]


def test_calls_are_counted_by_operation(control: Control, simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    shop.send(url)
    expected = {"CreateQueue": 1, "SendMessage": 2}
    assert control.ask("GET", "stats")[1]["calls"] == expected
    assert simulator.calls == expected


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "queues/nowhere/messages"), ("GET", "weather"), ("PUT", "faults"), ("GET", "")],
)
def test_what_is_not_there_is_not_found(control: Control, method: str, path: str) -> None:
    status, answer = control.ask(method, path)
    assert status == 404
    assert answer["error"]


def test_a_web_page_cannot_reach_in(control: Control, simulator: Simulator) -> None:
    asked = {"kind": "throttled"}
    status, _ = control.ask("POST", "faults", asked, Origin="http://evil.example")
    assert status == 403
    assert simulator.faults.rules == ()
