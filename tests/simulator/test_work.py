"""No call may cost more in a long queue than in a short one: counted in work, not in time."""

import json
import sys
from types import FrameType
from typing import Any

import pytest

from simulator import Simulator
from simulator.http_server import Request

SHORT, LONG = 40, 4_000


class Counted:
    """Counts the bytecodes that a call runs, so that even a comprehension's loop shows."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.work = 0

    def call(self, operation: str, **parameters: Any) -> Any:
        headers = {"x-amz-target": f"AmazonSQS.{operation}"}
        request = Request("POST", "/", headers, json.dumps(parameters).encode())
        response = self._simulator._respond(request)
        assert response is not None
        assert response.status == 200, response.body
        return json.loads(response.body)

    def measure(self, operation: str, **parameters: Any) -> int:
        self.work = 0
        before = sys.gettrace()
        sys.settrace(self._trace)
        try:
            self.call(operation, **parameters)
        finally:
            sys.settrace(before)
        return self.work

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:
        frame.f_trace_opcodes = True
        self.work += event == "opcode"
        return self._trace


def work(length: int, operation: str, *, fifo: bool) -> float:
    """Mean work of thirty calls on a queue that holds `length` messages."""
    with Simulator(seed=1) as simulator:
        counted = Counted(simulator)
        name, attributes = ("q.fifo", {"FifoQueue": "true"}) if fifo else ("q", {})
        url = counted.call("CreateQueue", QueueName=name, Attributes=attributes)["QueueUrl"]
        for number in range(length):
            counted.call("SendMessage", **message(url, number, fifo=fifo))
        total = 0
        for number in range(30):
            if operation == "SendMessage":
                total += counted.measure("SendMessage", **message(url, -number, fifo=fifo))
                continue
            asked = {"QueueUrl": url, "WaitTimeSeconds": 1, "MaxNumberOfMessages": 1}
            if operation == "ReceiveMessage":
                total += counted.measure("ReceiveMessage", **asked)
                continue
            [received] = counted.call("ReceiveMessage", **asked)["Messages"]
            given = {"QueueUrl": url, "ReceiptHandle": received["ReceiptHandle"]}
            if operation == "ChangeMessageVisibility":
                given["VisibilityTimeout"] = 0 if number % 2 else 600
            total += counted.measure(operation, **given)
    return total / 30


def message(url: str, number: int, *, fifo: bool) -> dict[str, Any]:
    sent = {"QueueUrl": url, "MessageBody": "x" * 100}
    if fifo:
        sent.update(MessageGroupId=f"g{number}", MessageDeduplicationId=f"d{number}")
    return sent


@pytest.mark.parametrize("fifo", [False, True], ids=["standard", "fifo"])
@pytest.mark.parametrize(
    "operation", ["SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"]
)
def test_a_call_costs_the_same_at_any_queue_length(operation: str, fifo: bool) -> None:
    assert work(LONG, operation, fifo=fifo) < 1.5 * work(SHORT, operation, fifo=fifo)


def test_the_count_of_work_would_notice_a_loop_over_the_queue() -> None:
    with Simulator(seed=1) as simulator:
        counted = Counted(simulator)
        for name in ("a", "b"):
            counted.call("CreateQueue", QueueName=name)
        few = counted.measure("ListQueues")
        for number in range(500):
            counted.call("CreateQueue", QueueName=f"q{number}")
        assert counted.measure("ListQueues") > 10 * few
