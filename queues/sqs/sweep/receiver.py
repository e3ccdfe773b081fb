"""Receives of a sweep: asking, what an answer brings, and what a lost one may hide."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from queues.sqs.messages import receive
from queues.sqs.sweep.leases import Leases, key_of
from queues.sqs.sweep.proof import StopProof
from queues.sqs.sweep.report import SweepOptions
from queues.sqs.sweep.tally import Tally
from queues.sqs.types import Message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# A message that arrives damaged so often is damaged at SQS. It is held back from then on.
DAMAGED_FOR_GOOD = 3


class Receiver:
    """Shared by the threads of a sweep. Times are seconds of the monotonic clock."""

    def __init__(
        self,
        client: "SQSClient",
        url: str,
        options: SweepOptions,
        *,
        leases: Leases,
        proof: StopProof,
        tally: Tally,
        newest: datetime | None,
        hand_on: Callable[[list[Message]], None],
    ) -> None:
        self._client, self._url, self._options = client, url, options
        self._leases, self._proof, self._tally = leases, proof, tally
        self._newest, self._hand_on = newest, hand_on
        self._damaged: Counter[bytes] = Counter()
        self._wait = options.wait
        if options.release:
            # What is due to be extended, at half its time, must not wait for a poll's end too long.
            self._wait = min(options.wait, max(1, options.visibility_timeout // 2 - 2))

    def ask(self, number: int, attempt_id: str) -> list[Message]:
        self._tally.request("ReceiveMessage")
        return receive(
            self._client,
            self._url,
            max_messages=number,
            visibility_timeout=self._options.visibility_timeout,
            wait=self._wait,
            attempt_id=attempt_id,
        )

    def lost(self, asked_at: float) -> None:
        """SQS may serve a long poll whose asker is gone, and hide what it brings, till it ends."""
        self._tally.add(lost_answers=1)
        served_by = max(time.monotonic(), asked_at + self._wait)
        self._proof.lost(served_by + self._options.visibility_timeout)

    def served_late(self) -> None:
        self._proof.lost(time.monotonic() + self._options.visibility_timeout)

    def sort(self, thread: int, messages: list[Message], asked_at: float) -> tuple[int, int]:
        """Hands on what is new. Returns how many messages are newly wanted, and newly held."""
        self._tally.add(received=len(messages))
        sound = [message for message in messages if not message.corrupted]
        held_back = [self._hold_back(m, asked_at) for m in messages if m.corrupted]
        new = [message for message in sound if self._leases.hold(message, asked_at)]
        wanted = [message for message in new if not self._too_new(message)]
        self._tally.add(
            unique=len(wanted),
            duplicates=len(sound) - len(new),
            too_new=len(new) - len(wanted),
            corrupted=len(held_back),
        )
        if wanted:
            self._proof.found(time.monotonic())
            self._hand_on(wanted)
        elif len(new) == len(messages):
            self._proof.nothing(thread, asked_at)
        else:
            self._proof.nothing_new(thread)
        return len(wanted), len(new) + sum(held_back)

    def _hold_back(self, message: Message, asked_at: float) -> bool:
        """A damaged message is left to reappear, hopefully sound; one that never does is held."""
        key = key_of(message.message_id)
        self._damaged[key] += 1
        if self._damaged[key] < DAMAGED_FOR_GOOD:
            self._leases.set_aside(message, asked_at)
            self._proof.lost(time.monotonic() + self._options.visibility_timeout)
            return False
        if new := self._leases.hold(message, asked_at):
            self._tally.add(damaged_for_good=1)
        return new

    def _too_new(self, message: Message) -> bool:
        sent_at = message.sent_at
        return self._newest is not None and sent_at is not None and sent_at > self._newest
