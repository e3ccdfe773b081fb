"""What a sweep is told, and what it tells at its end and on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from queues.sqs.errors import InvalidRequest
from queues.sqs.sweep.leases import EXTENSION


class Phase(StrEnum):
    RECEIVING = "receiving"
    PROVING = "proving"  # nothing new for a while: making sure that nothing is left
    RELEASING = "releasing"
    DONE = "done"


class Verdict(StrEnum):
    COMPLETE = "complete"
    BEST_EFFORT = "best effort"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepOptions:
    """The defaults are those of a dump. A peek is the same with less of everything.

    visibility_timeout: seconds each receive hides its messages; what is still held is extended
        at half of that, by `extension` seconds. Also how long a lost answer hides what it held.
    wait: seconds of each long poll.
    stop_after_empty: empty polls in a row, on every thread, since the last new message.
    max_messages: stop after so many, None for all; 0 only settles what an earlier sweep held.
    max_seconds: stop receiving after that.
    hold_at_most: messages held at a time; SQS allows about 120,000 in flight, and those that
        others hold are taken off first.
    sent_before_start: leave out messages sent after the sweep began, so that it ends while
        others send. Not for standard dead-letter queues, where messages arrive with the time of
        their first sending.
    hidden_for: seconds for which an earlier sweep, that was cut short, may still hide messages
        that nobody knows of: nothing is called empty before.
    release: False keeps all hidden until their visibility timeout ends, without extending it.
    patience: seconds of outage that are waited out. call_limit: seconds after which a call is
        given up, however much of its answer has dripped in.
    """

    threads: int = 16
    visibility_timeout: int = 120
    extension: int = EXTENSION
    wait: int = 5
    stop_after_empty: int = 2
    max_messages: int | None = None
    max_seconds: float = 30 * 60
    hold_at_most: int = 100_000
    sent_before_start: bool = True
    release: bool = True
    hidden_for: float = 0
    patience: float = 30
    call_limit: float = 40

    def __post_init__(self) -> None:
        limits = {
            "threads": (self.threads, 1, 64),
            # 0 would hide nothing: every poll could bring the same messages, and count a receive.
            "visibility timeout": (self.visibility_timeout, 1, 43_200),
            "extension": (self.extension, 1, 43_200),
            "wait": (self.wait, 0, 20),
            "number of empty polls": (self.stop_after_empty, 1, 100),
            "number of messages": (self.max_messages or 0, 0, None),
            "number of messages held": (self.hold_at_most, 1, 120_000),
        }
        for name, (value, least, most) in limits.items():
            if value < least or (most is not None and value > most):
                bounds = f"{least} to {most:,}" if most else f"{least} or more"
                raise InvalidRequest(f"The {name} is {value}. It must be {bounds}.")


@dataclass(frozen=True, slots=True)
class NotReleased:
    """A message that could not be released, and when SQS makes it visible by itself."""

    message_id: str
    reappears_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepProgress:
    """received counts every message of every answer; unique those handed on. `held`: hidden by
    us now, the last of them until `held_until`. requests: by operation of SQS; `billed`: as AWS
    bills them, each 64 KiB of payload as one. `resent`: sent again after an answer was lost."""

    phase: Phase
    received: int
    unique: int
    duplicates: int
    corrupted: int
    too_new: int
    lost_answers: int
    requests: Mapping[str, int]
    billed: int
    held: int
    held_until: datetime | None
    sent: int
    resent: int
    deleted: int
    released: int
    not_released_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepResult(SweepProgress):
    """`cause`: of a partial verdict, in a word or two, such as "in-flight limit"."""

    verdict: Verdict
    cause: str
    reason: str
    full_groups: int
    not_released: tuple[NotReleased, ...]
