"""`python -m simulator`."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest

from simulator import Simulator

HOUSE = Path(__file__).parents[2]


@contextmanager
def started(*options: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", *options],
        cwd=HOUSE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_ends_cleanly_on_a_signal(number: signal.Signals) -> None:
    with started("--port", "0", "--seed", "1", "--count-lag", "0") as (process, line):
        endpoint = line.split()[-1]
        client = boto3.client(
            "sqs",
            region_name="us-east-1",
            endpoint_url=endpoint,
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )
        assert "QueueUrls" not in client.list_queues()
        process.send_signal(number)
        _, complaints = process.communicate(timeout=10)
    assert (process.returncode, complaints) == (0, "")


def test_it_brings_sample_queues_on_request() -> None:
    with started("--port", "0", "--samples") as (_, line):
        client = boto3.client(
            "sqs",
            region_name="us-east-1",
            endpoint_url=line.split()[-1],
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )
        assert len(client.list_queues()["QueueUrls"]) >= 10


def test_a_port_in_use_is_one_clear_sentence() -> None:
    with Simulator() as other:
        port = other.endpoint.rpartition(":")[2]
        with started("--port", port) as (process, line):
            _, complaint = process.communicate(timeout=10)
    assert line == ""
    assert process.returncode == 1
    assert complaint == (
        f"simulator: port {port} on 127.0.0.1 is already in use by another program.\n"
    )


@pytest.mark.parametrize("option", [("--port", "many"), ("--port", "70000"), ("--count-lag", "-1")])
def test_a_wrong_option_stops_the_start_with_a_sentence(option: tuple[str, str]) -> None:
    with started(*option) as (process, _):
        _, complaint = process.communicate(timeout=10)
    assert process.returncode == 2
    assert option[1] in complaint.splitlines()[-1]
