"""What a sweep is told, and what it tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from queues.sqs.errors import InvalidRequest


class Phase(StrEnum):
    RECEIVING = "receiving"
    PROVING = "proving"  # nothing new for a while: making sure that nothing is left
    RELEASING = "releasing"
    DONE = "done"


class Verdict(StrEnum):
    COMPLETE = "complete"  # not given yet: it wants a proof that counts did not contradict
    BEST_EFFORT = "best effort"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepOptions:
    """The defaults are those of a dump. A peek is the same with less of everything.

    visibility_timeout: seconds each receive hides its messages; what is still held is extended
        at half of that. Also how long a lost answer hides what it held.
    wait: seconds of each long poll.
    stop_after_empty: empty polls in a row, on every thread, since the last new message.
    max_messages: stop after so many, None for all. max_seconds: stop receiving after that.
    hold_at_most: messages held at a time; SQS allows about 120,000 in flight, and those that
        others hold are taken off first.
    sent_before_start: leave out messages sent after the sweep began, so that it ends while
        others send. Not for standard dead-letter queues, where messages arrive with the time of
        their first sending.
    hidden_for: seconds for which an earlier sweep, that was cut short, may still hide messages:
        nothing is called empty before.
    release: False keeps all hidden until their visibility timeout ends, without extending it.
    """

    threads: int = 8
    visibility_timeout: int = 120
    wait: int = 5
    stop_after_empty: int = 2
    max_messages: int | None = None
    max_seconds: float = 30 * 60
    hold_at_most: int = 100_000
    sent_before_start: bool = True
    release: bool = True
    hidden_for: float = 0

    def __post_init__(self) -> None:
        limits = {
            "threads": (self.threads, 1, 64),
            # 0 would hide nothing: every poll could bring the same messages, and count a receive.
            "visibility timeout": (self.visibility_timeout, 1, 43_200),
            "wait": (self.wait, 0, 20),
            "number of empty polls": (self.stop_after_empty, 1, 100),
            "number of messages": (1 if self.max_messages is None else self.max_messages, 1, None),
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
    us now; until when, at the earliest and the latest. requests: by operation of SQS."""

    phase: Phase
    received: int
    unique: int
    duplicates: int
    corrupted: int
    too_new: int
    lost_answers: int
    requests: Mapping[str, int]
    held: int
    held_until_earliest: datetime | None
    held_until_latest: datetime | None
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
