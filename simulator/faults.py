"""Faults on request: what can go wrong between a client and SQS, by rule and by seed.

Kinds, and the options each one reads:

    latency          seconds: a number, or (least, most); real time, before the call
    error_before     status (500 or 503): the call is not applied
    error_after      status: the call was applied
    lost_answer      the call was applied; the connection closes without an answer
    throttled        RequestThrottled
    access_denied    AccessDenied
    expired_token    ExpiredToken
    kms_throttled    KMS.ThrottlingException, on sends and receives
    hang             seconds, applied: nothing for that long (real time); then the answer of the
                     applied call, or a closed connection
    truncated_answer the call was applied; the connection closes in the midst of the answer's body
    dripping_answer  seconds: the call was applied; its answer takes that long, in small pieces
    reset            applied: a TCP reset in place of the answer
    batch_failure    entries: how many of a batch fail; sender_fault
    duplicate        a message handed out stays available, and so is handed out again (standard)
    empty_receive    a receive that finds nothing, at once, long poll or not
    corrupted_body   one bit of a received body is flipped, its MD5 is not
    stale_counts     seconds: how old counts may be
    in_flight_limit  limit: in place of 120,000

A rule applies to its operations (all, if none is named) and its queue (all, if none is named),
each time with `probability`, and at most `count` times; from `start` seconds after it was added,
for `duration` seconds (both by the simulator's clock). `applied` false: the call never happened.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from simulator.clock import Clock
from simulator.errors import SqsError


class Kind(StrEnum):
    LATENCY = "latency"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    LOST_ANSWER = "lost_answer"
    THROTTLED = "throttled"
    ACCESS_DENIED = "access_denied"
    EXPIRED_TOKEN = "expired_token"
    KMS_THROTTLED = "kms_throttled"
    HANG = "hang"
    TRUNCATED_ANSWER = "truncated_answer"
    DRIPPING_ANSWER = "dripping_answer"
    RESET = "reset"
    BATCH_FAILURE = "batch_failure"
    DUPLICATE = "duplicate"
    EMPTY_RECEIVE = "empty_receive"
    CORRUPTED_BODY = "corrupted_body"
    STALE_COUNTS = "stale_counts"
    IN_FLIGHT_LIMIT = "in_flight_limit"


# The operations that a queue's key is needed for.
ENCRYPTED = ("SendMessage", "SendMessageBatch", "ReceiveMessage")


@dataclass
class Rule:
    kind: Kind
    operations: tuple[str, ...] = ()
    queue: str | None = None
    probability: float = 1.0
    count: int | None = None
    seconds: tuple[float, float] = (0.0, 0.0)
    status: int = 500
    entries: int = 1
    sender_fault: bool = False
    limit: int = 120_000
    applied: bool = True
    start: float = 0.0
    duration: float | None = None
    added: float = 0.0
    fired: int = 0

    def concerns(self, kind: Kind, operation: str | None, queue: str | None, now: float) -> bool:
        """`operation` None: a matter of the queue, whatever the call."""
        elapsed = now - self.added - self.start
        return (
            self.kind is kind
            and elapsed >= 0
            and (self.duration is None or elapsed < self.duration)
            and (operation is None or not self.operations or operation in self.operations)
            and (self.queue is None or self.queue == queue)
            and (self.count is None or self.fired < self.count)
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Faults:
    """`fired`: how often each kind struck, also by rules that were cleared since."""

    def __init__(self, seed: int | None, clock: Clock) -> None:
        self._clock = clock
        self._rng = random.Random(seed)
        self._lock = threading.Lock()
        self.rules: tuple[Rule, ...] = ()
        self.fired: Counter[Kind] = Counter()

    def add(
        self,
        kind: str,
        operation: str | Iterable[str] = (),
        queue: str | None = None,
        *,
        seconds: float | Sequence[float] = 0.0,
        **options: Any,
    ) -> Rule:
        """Adds a rule, in force from now on; `rule.fired` tells how often it struck.

        ValueError or TypeError for a kind, option or value that makes no sense.
        """
        operations = (operation,) if isinstance(operation, str) else tuple(operation)
        least, most = (seconds, seconds) if isinstance(seconds, int | float) else seconds
        if not 0 <= least <= most < float("inf"):
            raise ValueError("seconds: a number, or (least, most)")
        rule = Rule(Kind(kind), operations, queue, seconds=(least, most), **options)
        rule.added = self._clock.now()
        if not (rule.start >= 0 and (rule.duration is None or rule.duration > 0)):
            raise ValueError("start: not below 0; duration: above 0")
        if not isinstance(rule.applied, bool):
            raise TypeError("applied: true or false")
        if not 0 <= rule.probability <= 1:
            raise ValueError("probability: between 0 and 1")
        with self._lock:
            self.rules = (*self.rules, rule)
        return rule

    def clear(self) -> None:
        with self._lock:
            self.rules = ()

    def strike(
        self,
        kind: Kind,
        operation: str | None,
        queue: str | None,
        *,
        applied: bool | None = None,
    ) -> Rule | None:
        """The first rule of that kind that strikes now, counted as fired.

        `applied`: only those that leave the call applied, or not.
        """
        if not self.rules:
            return None
        now = self._clock.now()
        with self._lock:
            for rule in self.rules:
                if applied is not None and rule.applied is not applied:
                    continue
                if not rule.concerns(kind, operation, queue, now):
                    continue
                if rule.probability >= 1 or self._rng.random() < rule.probability:
                    rule.fired += 1
                    self.fired[kind] += 1
                    return rule
        return None

    def seconds(self, rule: Rule) -> float:
        with self._lock:
            return self._rng.uniform(*rule.seconds)

    def pick(self, rule: Rule, indexes: range) -> set[int]:
        """Which entries of a batch the rule lets fail."""
        with self._lock:
            return set(self._rng.sample(indexes, min(rule.entries, len(indexes))))

    def flip_a_bit(self, body: str) -> str:
        with self._lock:
            place = self._rng.randrange(len(body))
        return body[:place] + chr(ord(body[place]) ^ 1) + body[place + 1 :]


def refusal(rule: Rule, operation: str) -> SqsError:
    """The error a rule answers with, in the place of the call's own answer."""
    match rule.kind:
        case Kind.THROTTLED:
            return SqsError("RequestThrottled", "Request is throttled.", status=403)
        case Kind.ACCESS_DENIED:
            return SqsError(
                "AccessDeniedException",
                "User: arn:aws:iam::000000000000:user/simulated is not authorized to perform: "
                f"sqs:{operation.lower()} on resource because no identity-based policy allows "
                f"the sqs:{operation.lower()} action",
                status=403,
            )
        case Kind.KMS_THROTTLED:
            return SqsError("KmsThrottled", "Rate exceeded for the key, on request.")
        case Kind.EXPIRED_TOKEN:
            message = "The security token included in the request is expired"
            return SqsError("ExpiredTokenException", message, status=403)
        case _:
            shape = "ServiceUnavailable" if rule.status == 503 else "InternalFailure"
            message = "We encountered an internal error. Please try again."
            return SqsError(shape, message, status=rule.status, sender_fault=False)
