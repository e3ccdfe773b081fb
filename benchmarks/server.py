"""The simulator, as a process of its own, and queues in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.programs.bare_client import connect

ROOT = Path(__file__).resolve().parent.parent
FILLERS = 8
LONGEST_HIDDEN = 150
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """`latency` in seconds, on each call that is measured."""

    def __init__(self, endpoint: str, pid: int, latency: float) -> None:
        self.endpoint = endpoint
        self.port = int(endpoint.rpartition(":")[2])
        self._pid, self._latency = pid, latency
        self._client = connect(endpoint, FILLERS)

    def fill(self, queue: str, messages: int, size: int) -> None:
        """Brings a queue from empty to so many messages with bodies of `size` bytes."""
        url = self._client.create_queue(QueueName=queue)["QueueUrl"]
        with self.without_latency(), ThreadPoolExecutor(FILLERS) as pool:
            tens = range(0, messages, 10)
            list(pool.map(lambda at: self._send(url, at, min(at + 10, messages), size), tens))
        if (found := self.available(queue)) != messages:
            raise RuntimeError(f"Queue {queue} has {found} messages, not the {messages} sent.")

    def _send(self, url: str, start: int, end: int, size: int) -> None:
        entries: Any = [
            {"Id": str(number - start), "MessageBody": body(number, size)}
            for number in range(start, end)
        ]
        if failed := self._client.send_message_batch(QueueUrl=url, Entries=entries).get("Failed"):
            raise RuntimeError(f"A message could not be sent: {failed[0]}")

    def available(self, queue: str) -> int:
        url = self._client.get_queue_url(QueueName=queue)["QueueUrl"]
        answer = self._client.get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    @contextmanager
    def without_latency(self) -> Iterator[None]:
        self._control("DELETE", "faults")
        try:
            yield
        finally:
            self.slow_down()

    def slow_down(self) -> None:
        self._control("DELETE", "faults")
        self._control("POST", "faults", {"kind": "latency", "seconds": self._latency})

    def wait_for(self, queue: str, messages: int) -> None:
        """Until so many messages are available: those left hidden come back by themselves."""
        end = time.monotonic() + LONGEST_HIDDEN
        while self.available(queue) < messages:
            if time.monotonic() > end:
                raise RuntimeError(f"Queue {queue} has lost messages.")
            time.sleep(0.2)

    def requests(self) -> int:
        """Calls of SQS so far; those of this plane don't count."""
        return sum(self._control("GET", "stats")["calls"].values())

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        stat = Path(f"/proc/{self._pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(stat[11]) + int(stat[12])) / TICKS

    def _control(self, method: str, path: str, content: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"{self.endpoint}/_simulator/{path}",
            method=method,
            data=None if content is None else json.dumps(content).encode(),
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def body(number: int, size: int) -> str:
    """JSON, as most messages are; each another."""
    start = f'{{"order": {number}, "note": "'
    return start + "x" * (size - len(start) - 2) + '"}'


@contextmanager
def running(latency: float) -> Iterator[Server]:
    command = [sys.executable, "-m", "simulator", "--port", "0", "--seed", "2012"]
    # Counts are exact: a run that follows another must not see the other's messages in flight.
    process = subprocess.Popen(
        [*command, "--count-lag", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        said = process.stdout.readline() if process.stdout else ""
        if not said:
            raise RuntimeError("The simulator did not start.")
        server = Server(said.split()[-1], process.pid, latency)
        server.slow_down()
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
