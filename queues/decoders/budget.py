"""What reading one body may cost: bytes of output, wrappers, and the processor's time.

One `Budget` is handed from step to step, so that a bomb within a bomb pays from the same purse.
The clock is this thread's processor time: a busy machine makes nobody's message unreadable.
"""

from __future__ import annotations

import time

OUTPUT = 5 * 1024 * 1024
SECONDS = 1.0
DEEPEST = 16


class LimitReached(Exception):
    """A sentence for people: which limit, and what of it is shown."""


class Budget:
    """`output`: bytes that all steps together may give. `seconds`: of the processor."""

    def __init__(self, *, output: int = OUTPUT, seconds: float = SECONDS) -> None:
        self.output = output
        self.left = output
        self._seconds = seconds
        self._until = time.thread_time() + seconds

    @property
    def over(self) -> bool:
        return time.thread_time() > self._until

    def check(self) -> None:
        """Called now and then by whatever may take long."""
        if self.over:
            raise LimitReached(f"It takes more than {seconds(self._seconds)} of work.")

    def spend(self, size: int) -> None:
        """Bytes that a step gives. A step that would give more than is left gives nothing."""
        if size > self.left:
            raise LimitReached(f"It would become more than {megabytes(self.output)}.")
        self.left -= size


def megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:g} MiB"


def seconds(number: float) -> str:
    return "one second" if number == 1 else f"{number:g} seconds"
