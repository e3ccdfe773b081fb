"""Receives of a sweep: asking, what an answer brings, and what a lost one may hide."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from queues.sqs.batch_call import is_lost
from queues.sqs.errors import InFlightLimit, InvalidRequest, SqsError
from queues.sqs.messages import new_attempt_id, receive
from queues.sqs.sweep.keys import key_of
from queues.sqs.sweep.leases import Leases
from queues.sqs.sweep.news import Arrival, Inbox
from queues.sqs.sweep.proof import StopProof
from queues.sqs.sweep.report import SweepOptions
from queues.sqs.sweep.room import Room
from queues.sqs.sweep.tally import Tally
from queues.sqs.types import Message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# A message that arrives damaged so often is damaged at SQS. It is held back from then on.
DAMAGED_FOR_GOOD = 3
CHUNK = 65_536


class Attempts:
    """One thread's receives. FIFO queues repeat the answer to an attempt whose first answer was
    lost, so the attempt's id changes only with an answer."""

    def __init__(self, thread: int) -> None:
        self.thread = thread
        self.begin()

    def begin(self) -> None:
        self.id, self.failures, self.lost = new_attempt_id(), 0, False


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
        room: Room,
        tally: Tally,
        newest: datetime | None,
        inbox: Inbox,
    ) -> None:
        self._client, self._url, self._options = client, url, options
        self._leases, self._proof, self._tally = leases, proof, tally
        self.room = room
        self._newest, self._inbox = newest, inbox
        self._damaged: Counter[bytes] = Counter()
        self.over_limit = False
        self._wait = options.wait
        if options.release:
            # What is due to be extended, at half its time, must not wait for a poll's end too long.
            self._wait = min(options.wait, max(1, options.visibility_timeout // 2 - 2))

    def next(self, attempts: Attempts, at_rest: Callable[[], bool]) -> "ReceiveCall | None":
        """`at_rest`: nothing that came is about to be settled, which would make room."""
        if self._proof.may_rest(attempts.thread, time.monotonic()):
            return None
        number = self.room.reserve() or (at_rest() and self.room.probe())
        return ReceiveCall(self, attempts, number) if number else None

    def ask(self, number: int, attempt_id: str) -> list[Message]:
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
        """Hands on what came. Returns how many messages are newly wanted, and newly held."""
        if not messages:
            self._proof.nothing(thread, asked_at)
            return 0, 0
        until = asked_at + self._options.visibility_timeout
        sound = [message for message in messages if not message.corrupted]
        arrivals = [
            Arrival(number, message, until, new, not self._too_new(message))
            for message, (number, new) in zip(
                sound, self._leases.hold(sound, asked_at), strict=True
            )
        ]
        if len(sound) < len(messages):
            arrivals += self._hold_back([m for m in messages if m.corrupted], asked_at)
        self._inbox.put("arrivals", arrivals)
        new = sum(arrival.new for arrival in arrivals)
        wanted = sum(arrival.new and arrival.wanted for arrival in arrivals)
        self._tally.add(
            received=len(messages),
            billed=_further_chunks(messages),
            duplicates=len(arrivals) - new,
            too_new=sum(a.new and not a.wanted and not a.message.corrupted for a in arrivals),
            corrupted=len(messages) - len(sound),
        )
        if wanted:
            self._proof.found(time.monotonic())
        elif new == len(messages):
            self._proof.nothing(thread, asked_at)
        else:
            self._proof.nothing_new(thread)
        return wanted, new

    def _hold_back(self, damaged: list[Message], asked_at: float) -> list[Arrival]:
        """A damaged message is left to reappear, hopefully sound; one that never does is held."""
        for_good = []
        for message in damaged:
            key = key_of(message.message_id)
            self._damaged[key] += 1
            if self._damaged[key] >= DAMAGED_FOR_GOOD:
                for_good.append(message)
            elif self._leases.set_aside(message, asked_at):
                self._proof.lost(time.monotonic() + self._options.visibility_timeout)
        until = asked_at + self._options.visibility_timeout
        found = self._leases.hold(for_good, asked_at)
        self._tally.add(damaged_for_good=sum(new for _, new in found))
        return [
            Arrival(number, message, until, new, wanted=False)
            for message, (number, new) in zip(for_good, found, strict=True)
        ]

    def _too_new(self, message: Message) -> bool:
        sent_at = message.sent_at if self._newest is not None else None
        return self._newest is not None and sent_at is not None and sent_at > self._newest


def _further_chunks(messages: list[Message]) -> int:
    """AWS bills each 64 KiB of payload as a request. A character takes four bytes at most, so most
    answers need not be measured."""
    small = sum(len(message.body) for message in messages) < CHUNK // 4
    if small and not any(message.message_attributes for message in messages):
        return 0
    return sum(message.size for message in messages) // CHUNK


class ReceiveCall:
    def __init__(self, receiver: Receiver, attempts: Attempts, number: int) -> None:
        self._receiver, self._attempts, self._number = receiver, attempts, number

    def ask(self) -> list[Message]:
        self._asked_at = time.monotonic()
        return self._receiver.ask(self._number, self._attempts.id)

    def answered(self, messages: list[Message]) -> None:
        attempts = self._attempts
        if attempts.lost:
            # A server that hung may have served the lost poll only now.
            self._receiver.served_late()
        attempts.begin()
        wanted = held = 0
        try:
            wanted, held = self._receiver.sort(attempts.thread, messages, self._asked_at)
        finally:
            self._receiver.room.settle(self._number, wanted=wanted, held=held)

    def failed(self, error: SqsError) -> bool:
        self._receiver.room.settle(self._number)
        attempts = self._attempts
        if isinstance(error, InFlightLimit):
            self._receiver.over_limit = True
            return True
        if isinstance(error, InvalidRequest) and attempts.failures:
            # SQS repeats an answer only while its messages are as they were: ask anew.
            attempts.begin()
            return True
        attempts.failures += 1
        if is_lost(error):
            attempts.lost = True
            self._receiver.lost(self._asked_at)
        return False

    def lost(self) -> None:
        self._receiver.room.settle(self._number)
        self._receiver.lost(self._asked_at)
