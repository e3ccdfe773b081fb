"""Faults on request: what can go wrong between a client and SQS, by rule and by seed.

Kinds, and the options each one reads:

    latency          seconds: a number, or (least, most); real time, before the call
    error_before     status (500 or 503): the call is not applied
    error_after      status: the call was applied
    lost_answer      the call was applied; the connection closes without an answer
    throttled        RequestThrottled
    access_denied    AccessDenied
    expired_token    ExpiredToken
    batch_failure    entries: how many of a batch fail; sender_fault
    duplicate        a message handed out stays available, and so is handed out again (standard)
    empty_receive    a receive that finds nothing, at once, long poll or not
    corrupted_body   one bit of a received body is flipped, its MD5 is not
    stale_counts     seconds: how old counts may be
    in_flight_limit  limit: in place of 120,000

A rule applies to its operations (all, if none is named) and its queue (all, if none is named),
each time with `probability`, and at most `count` times.
"""

import random
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from simulator.errors import SqsError


class Kind(StrEnum):
    LATENCY = "latency"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    LOST_ANSWER = "lost_answer"
    THROTTLED = "throttled"
    ACCESS_DENIED = "access_denied"
    EXPIRED_TOKEN = "expired_token"
    BATCH_FAILURE = "batch_failure"
    DUPLICATE = "duplicate"
    EMPTY_RECEIVE = "empty_receive"
    CORRUPTED_BODY = "corrupted_body"
    STALE_COUNTS = "stale_counts"
    IN_FLIGHT_LIMIT = "in_flight_limit"


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
    fired: int = 0

    def concerns(self, kind: Kind, operation: str | None, queue: str | None) -> bool:
        """`operation` None: a matter of the queue, whatever the call."""
        return (
            self.kind is kind
            and (operation is None or not self.operations or operation in self.operations)
            and (self.queue is None or self.queue == queue)
            and (self.count is None or self.fired < self.count)
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Faults:
    def __init__(self, seed: int | None) -> None:
        self._rng = random.Random(seed)
        self._lock = threading.Lock()
        self.rules: tuple[Rule, ...] = ()

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
        if not 0 <= rule.probability <= 1:
            raise ValueError("probability: between 0 and 1")
        with self._lock:
            self.rules = (*self.rules, rule)
        return rule

    def clear(self) -> None:
        with self._lock:
            self.rules = ()

    def strike(self, kind: Kind, operation: str | None, queue: str | None) -> Rule | None:
        """The first rule of that kind that strikes now, counted as fired."""
        if not self.rules:
            return None
        with self._lock:
            for rule in self.rules:
                if not rule.concerns(kind, operation, queue):
                    continue
                if rule.probability >= 1 or self._rng.random() < rule.probability:
                    rule.fired += 1
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
        case Kind.EXPIRED_TOKEN:
            message = "The security token included in the request is expired"
            return SqsError("ExpiredTokenException", message, status=403)
        case _:
            shape = "ServiceUnavailable" if rule.status == 503 else "InternalFailure"
            message = "We encountered an internal error. Please try again."
            return SqsError(shape, message, status=rule.status, sender_fault=False)
