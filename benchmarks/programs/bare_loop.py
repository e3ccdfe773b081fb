"""The least that reads a queue: boto3 on some threads receives N messages and settles them.

It stores nothing, proves nothing and checks nothing; and since it knows N, no thread waits for
messages that others have. So what a job takes longer than this is the job's own cost.

That makes it the strict measure: a loop whose threads wait in a last empty poll, till its second
is over, takes up to a second longer for the same messages.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Any

from benchmarks.programs.bare_client import connect
from benchmarks.programs.stopwatch import Stopwatch

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
LONGEST = 600


class BareLoop:
    def __init__(self, client: SQSClient, url: str, messages: int, *, delete: bool) -> None:
        self._client, self._url, self._delete = client, url, delete
        self._lock = Lock()
        self._not_asked_for = messages
        self._handles: dict[str, str] = {}

    def run(self, threads: int) -> int:
        """How many different messages it received."""
        with ThreadPoolExecutor(threads) as pool:
            for future in [pool.submit(self._receive) for _ in range(threads)]:
                future.result()
            if not self._delete:
                held = list(self._handles.values())
                batches = [held[at : at + BATCH] for at in range(0, len(held), BATCH)]
                list(pool.map(self._settle, batches))
        return len(self._handles)

    def _receive(self) -> None:
        end = time.monotonic() + LONGEST
        while self._take_a_turn():
            if time.monotonic() > end:
                sys.exit(f"bare loop: {LONGEST} s are over, and messages are missing")
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=BATCH,
                VisibilityTimeout=120,
                WaitTimeSeconds=1,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            fresh = {m["MessageId"]: m["ReceiptHandle"] for m in answer.get("Messages", [])}
            with self._lock:
                self._not_asked_for += BATCH - len(fresh.keys() - self._handles.keys())
                self._handles.update(fresh)
            if fresh and self._delete:
                self._settle(list(fresh.values()))

    def _take_a_turn(self) -> bool:
        """False once the calls under way are enough; who brings less than ten asks again."""
        with self._lock:
            if self._not_asked_for <= 0:
                return False
            self._not_asked_for -= BATCH
            return True

    def _settle(self, handles: list[str]) -> None:
        entries: Any = [{"Id": str(at), "ReceiptHandle": each} for at, each in enumerate(handles)]
        if self._delete:
            answer: Any = self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
        else:
            for entry in entries:
                entry["VisibilityTimeout"] = 0
            answer = self._client.change_message_visibility_batch(
                QueueUrl=self._url, Entries=entries
            )
        if answer.get("Failed"):
            sys.exit(f"bare loop: SQS refused {answer['Failed'][0]}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bare_loop", description=__doc__)
    parser.add_argument("endpoint")
    parser.add_argument("queue")
    parser.add_argument("messages", type=int)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--settle", choices=["release", "delete"], default="release")
    options = parser.parse_args()
    client = connect(options.endpoint, options.threads)
    url = client.get_queue_url(QueueName=options.queue)["QueueUrl"]
    stopwatch = Stopwatch()
    stopwatch.watch(client)
    loop = BareLoop(client, url, options.messages, delete=options.settle == "delete")
    stopwatch.report(unique=loop.run(options.threads))


if __name__ == "__main__":
    main()
