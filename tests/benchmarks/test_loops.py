"""The loops that jobs are measured against: they do what they are said to do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Simulator
from tests.jobs.conftest import fill

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def orders(sqs: SQSClient) -> str:
    return sqs.create_queue(QueueName="orders")["QueueUrl"]


def said_by(program: str, simulator: Simulator, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", f"benchmarks.programs.{program}", simulator.endpoint, "orders"]
    ended = subprocess.run(
        [*command, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    said: dict[str, Any] = json.loads(ended.stdout)
    return said


def test_the_bare_loop_receives_each_message_once_and_puts_it_back(
    sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, [f"message {number}" for number in range(95)])
    said = said_by("bare_loop", simulator, "95", "--threads", "4")
    assert (said["unique"], said["received"], said["settled"]) == (95, 95, 95)
    assert said["first_receive"] < said["last_message"] < said["last_settle"]
    messages = simulator.messages("orders")
    assert {(message.state, message.receive_count) for message in messages} == {("available", 1)}


def test_the_bare_loop_deletes_what_it_received(
    sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, [f"message {number}" for number in range(95)])
    said = said_by("bare_loop", simulator, "95", "--threads", "4", "--settle", "delete")
    assert (said["unique"], said["settled"]) == (95, 95)
    assert simulator.messages("orders") == []


def test_the_old_loop_ends_at_the_first_empty_answer_and_leaves_messages_hidden(
    sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, [f"message {number}" for number in range(40)])
    said = said_by("boto2_loop", simulator, "--at-most", "1000")
    assert said["ended"]
    assert said["unique"] == said["received"] <= 40
    states = [message.state for message in simulator.messages("orders")]
    assert states.count("in_flight") == said["received"]
    assert said["settled"] == 0


def test_the_old_loop_gives_up_where_it_would_read_for_ever(
    sqs: SQSClient, orders: str, simulator: Simulator
) -> None:
    fill(sqs, orders, [f"message {number}" for number in range(200)])
    simulator.faults.add("duplicate")  # all that is received comes back, as after 10 s
    said = said_by("boto2_loop", simulator, "--at-most", "600")
    assert not said["ended"]
    assert said["received"] >= 600
    assert said["unique"] <= 200
