"""A running job's numbers on its row, for whoever looks at it."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from django.utils import timezone

from queues.jobs.books import Books
from queues.models import Dump, Job, Settlement
from queues.sqs.sweep import SweepProgress

EVERY = 0.5
# The rate is that of the last so many seconds.
LATELY = 10.0
# AWS's list price in us-east-1, dollars for a million requests after the free ones.
# https://aws.amazon.com/sqs/pricing/
STANDARD_PRICE, FIFO_PRICE = 0.40, 0.50


class Progress:
    """Counts of earlier attempts are carried on: numbers only grow."""

    def __init__(self, job: Job, dump: Dump, books: Books, *, fifo: bool) -> None:
        self._job, self._dump, self._books = job, dump, books
        self._price = (FIFO_PRICE if fifo else STANDARD_PRICE) / 1_000_000
        self._requests_before = dict(job.requests_by_operation)
        self._dollars_before = job.dollars
        self._due = 0.0
        self._rate = Rate()

    def write(self, progress: SweepProgress) -> None:
        now = time.monotonic()
        if now >= self._due:
            self._due = now + EVERY
            self.write_now(progress)

    def write_now(self, progress: SweepProgress) -> bool:
        return self._job.write(
            phase=progress.phase, progress_at=timezone.now(), **self._numbers(progress)
        )

    def _numbers(self, progress: SweepProgress) -> dict[str, Any]:
        requests = dict(self._requests_before)
        for operation, number in progress.requests.items():
            requests[operation] = requests.get(operation, 0) + number
        return {
            **numbers(self._books),
            "stored": self._dump.message_count,
            "held": progress.held,
            "held_until": progress.held_until,
            "requests": sum(requests.values()),
            "requests_by_operation": requests,
            "dollars": self._dollars_before + progress.billed * self._price,
            "rate": self._rate.of(len(self._books)),
        }


class Rate:
    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def of(self, done: int) -> float | None:
        """Messages a second, lately; None while there is nothing to compare with."""
        now = time.monotonic()
        self._marks.append((now, done))
        while now - self._marks[0][0] > LATELY:
            self._marks.popleft()
        began, before = self._marks[0]
        return (done - before) / (now - began) if now > began else None


def numbers(books: Books) -> dict[str, int]:
    """What became of the messages, as the ledger has it."""
    states, judged = books.counts, books.judged
    State, Judgement = Settlement.State, Settlement.Judgement
    return {
        "settled": states[State.DELETED] + states[State.SENT],
        "skipped": judged[Judgement.DOES_NOT],
        "cannot_judge": judged[Judgement.CANNOT_JUDGE],
        "released": states[State.RELEASED],
        "failed": states[State.FAILED] + states[State.UNKNOWN],
        "possible_duplicates": books.possible_duplicates,
    }
