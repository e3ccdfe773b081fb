"""What boto 2.49's `Queue.dump` does, written with boto3: one thread, receives of ten that hide
their messages for 10 s, an end at the first empty answer. It settles nothing.

It ends only if it reads the whole queue within those 10 s; then what it read first comes back.
"""

from __future__ import annotations

import argparse

from benchmarks.programs.bare_client import connect
from benchmarks.programs.stopwatch import Stopwatch

HIDDEN_FOR = 10


def main() -> None:
    parser = argparse.ArgumentParser(prog="boto2_loop", description=__doc__)
    parser.add_argument("endpoint")
    parser.add_argument("queue")
    parser.add_argument("--at-most", type=int, required=True, help="give up after so many messages")
    options = parser.parse_args()
    client = connect(options.endpoint, 1)
    url = client.get_queue_url(QueueName=options.queue)["QueueUrl"]
    stopwatch = Stopwatch()
    stopwatch.watch(client)
    received, seen, ended = 0, set[str](), False
    while received < options.at_most and not ended:
        answer = client.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=HIDDEN_FOR,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        received += len(messages)
        seen.update(message["MessageId"] for message in messages)
        ended = not messages
    stopwatch.report(unique=len(seen), ended=ended)


if __name__ == "__main__":
    main()
