"""What befalls the processes of a job: killed, frozen, told to end, cancelled."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from queues.jobs import life
from tests.faults.orders import Orders
from tests.faults.shift import Shift

SLEEPS_ON = 0.7
WAKES_AT_LAST = 20.0


@dataclass
class Peace:
    """Nothing befalls the job's processes. The base of those who bring something."""

    broken: str = ""
    faults: int = 0

    def orders(self, attempt: int) -> Orders:
        return Orders("", broken=self.broken)

    def look(self, shift: Shift) -> None:
        pass

    def release(self) -> None:
        """The job has ended: what still holds it, or others, lets go."""


@dataclass
class AtCheckpoints(Peace):
    """The process of each attempt is struck at a checkpoint of its own, if it gets that far."""

    checkpoints: Mapping[int, str] = field(default_factory=dict)
    signal: str = "SIGKILL"
    early: bool = False

    def orders(self, attempt: int) -> Orders:
        at = self.checkpoints.get(attempt)
        return Orders("", {at: self.signal} if at else {}, broken=self.broken)

    def look(self, shift: Shift) -> None:
        wake_up_superseded(shift, early=self.early)


@dataclass
class AtRandom(Peace):
    """The process of each attempt gets a signal some time after it began, if it lives so long."""

    delays: tuple[float, ...] = ()
    signal: str = "SIGKILL"
    early: bool = False
    _struck: set[int] = field(default_factory=set)

    def look(self, shift: Shift) -> None:
        wake_up_superseded(shift, early=self.early)
        child = shift.latest
        if child is None or child.number in self._struck or child.number > len(self.delays):
            return
        if child.alive and child.age >= self.delays[child.number - 1]:
            child.signal(signal.Signals[self.signal])
            self._struck.add(child.number)
            self.faults += 1


def wake_up_superseded(shift: Shift, *, early: bool) -> None:
    """A frozen process goes on when another has had its job for a while: it is a zombie then. Or
    `early`, when its lease is over and the other has not begun; or at last, because one that holds
    SQLite's lock lets nobody take its place."""
    for child in shift.children[:-1]:
        over = child.superseded_for(shift.job.epoch) > SLEEPS_ON or child.age > WAKES_AT_LAST
        if child.stopped and (early or over):
            child.signal(signal.SIGCONT)


@dataclass
class Cancel(Peace):
    """Somebody presses Cancel, some time after the job's first process began."""

    delay: float = 0.0
    cancelled_at: float | None = None

    def look(self, shift: Shift) -> None:
        if self.cancelled_at is None and shift.children and shift.age >= self.delay:
            life.cancel(shift.job)
            self.cancelled_at = time.monotonic()
            self.faults += 1
