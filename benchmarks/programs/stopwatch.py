"""Times a program's calls to SQS through botocore's own events: the same, small cost for all."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SETTLING = ("ChangeMessageVisibilityBatch", "DeleteMessageBatch")


class Stopwatch:
    """Times are seconds of the monotonic clock, which all processes of a machine share."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._first_receive = self._first_settle = self._last_message = self._last_settle = 0.0
        self._cpu = dict.fromkeys(("first_receive", "last_message", "first_settle", "end"), 0.0)
        self._received = self._settled = 0

    def watch(self, client: SQSClient) -> None:
        events = client.meta.events
        events.register_first("before-send.sqs.ReceiveMessage", self._on_receive)
        events.register_first("response-received.sqs.ReceiveMessage", self._on_messages)
        for operation in SETTLING:
            events.register_first(f"before-send.sqs.{operation}", self._on_settle)
            events.register_first(f"response-received.sqs.{operation}", self._on_settled)

    def _on_receive(self, **_: object) -> None:
        if not self._first_receive:
            self._first_receive = self._now("first_receive")

    def _on_messages(self, parsed_response: dict[str, Any] | None, **_: object) -> None:
        messages = (parsed_response or {}).get("Messages")
        if messages:
            with self._lock:
                self._received += len(messages)
                self._last_message = self._now("last_message", "end")

    def _on_settle(self, **_: object) -> None:
        if not self._first_settle:
            self._first_settle = self._now("first_settle")

    def _on_settled(self, parsed_response: dict[str, Any] | None, **_: object) -> None:
        with self._lock:
            self._settled += len((parsed_response or {}).get("Successful", ()))
            self._last_settle = self._now("end")

    def _now(self, *moments: str) -> float:
        self._cpu.update(dict.fromkeys(moments, time.process_time()))
        return time.monotonic()

    def report(self, **more: object) -> None:
        """Prints what `child` reads."""
        measured = {
            "first_receive": self._first_receive,
            "last_message": self._last_message,
            "first_settle": self._first_settle,
            "last_settle": self._last_settle,
            "ended": time.monotonic(),
            "received": self._received,
            "settled": self._settled,
            "cpu": self._cpu,
            "peak_kb": peak_kb(),
        }
        sys.stdout.write(json.dumps(measured | more) + "\n")


def peak_kb() -> int:
    """The most memory this process has had at a time."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    if found is None:
        raise RuntimeError("This system does not tell a process's peak memory (VmHWM).")
    return int(found[1])
