"""Trying again, bounded: the SDK tries each call once, and only we know what may be repeated."""

import random
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast

from queues.sqs.errors import ServerError, SqsError, Throttled, Unreachable

Result = TypeVar("Result")

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0


def pause(attempt: int, longest: float = LONGEST_PAUSE) -> float:
    """Seconds to wait after the attempt-th failure (from 1): doubling, with full jitter.

    AWS: "Exponential Backoff And Jitter", AWS Architecture Blog.
    """
    return random.uniform(0, min(longest, FIRST_PAUSE * 2**attempt))


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """Raises Unreachable where the call takes longer, as one does whose answer drips in."""
    results: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

    def run() -> None:
        try:
            results.put((True, call()))
        except BaseException as error:  # raised again by who waits for it
            results.put((False, error))

    # A daemon: a call that never ends must not keep the process alive.
    threading.Thread(target=run, name="sqs-call", daemon=True).start()
    try:
        fine, result = results.get(timeout=seconds)
    except Empty:
        raise Unreachable(f"SQS did not answer within {seconds:g} seconds.") from None
    if not fine:
        raise result
    return cast(Result, result)


def repeat(
    call: Callable[[], Result],
    *,
    attempts: int = 3,
    on: tuple[type[SqsError], ...] = (Throttled, ServerError),
    sleep: Callable[[float], None] = time.sleep,
) -> Result:
    """For calls that may be carried out twice without harm.

    By default a connection that fails is not tried again: a person waits for the answer, and it
    is better to say so after one timeout than after three.
    """
    for attempt in range(1, attempts):
        try:
            return call()
        except on:
            sleep(pause(attempt))
    return call()
