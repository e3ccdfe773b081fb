"""The parent's part: broker and reaper for one job, with a nemesis that is let at its processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.db import DatabaseError, connections

from queues.models import Job
from tests.faults import pace
from tests.faults.orders import Orders
from tests.faults.stage import Stage

LOOK_EVERY = 0.05
MOST_CHILDREN = 20


class Child:
    """A process that works on the job. `number`: from 1; also the attempt it will be, mostly."""

    def __init__(self, stage: Stage, job: UUID, number: int, orders: Orders) -> None:
        self.number = number
        self.started = time.monotonic()
        self._epoch: int | None = None
        self._superseded_at: float | None = None
        path = stage.logs / f"child-{job}-{number}"
        self._said = path.with_suffix(".said")
        orders = replace(orders, log=f"{path}.log")
        self._pid = stage.nursery.bear(job, orders, self._said)

    @property
    def age(self) -> float:
        return time.monotonic() - self.started

    @property
    def alive(self) -> bool:
        try:
            os.kill(self._pid, 0)
            return True
        except ProcessLookupError:
            return False

    @property
    def said(self) -> str:
        """The end of what it wrote to its standard output and error, without the calls."""
        if not self._said.exists():
            return ""
        lines = self._said.read_text(errors="replace").splitlines()
        return "\n".join(line[:300] for line in lines if not line.startswith("  "))[-600:]

    @property
    def stopped(self) -> bool:
        """By a SIGSTOP, from here or at a checkpoint."""
        try:
            status = Path(f"/proc/{self._pid}/stat").read_text()
        except OSError:
            return False
        return status.rpartition(")")[2].split()[0] == "T"

    def superseded_for(self, epoch: int) -> float:
        """Seconds since another was first seen to have the job, which is at that epoch now."""
        if self._epoch is None:
            self._epoch = epoch
        if epoch > self._epoch and self._superseded_at is None:
            self._superseded_at = time.monotonic()
        return 0.0 if self._superseded_at is None else time.monotonic() - self._superseded_at

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._pid, number)

    def end(self) -> None:
        self.signal(signal.SIGKILL)
        while self.alive:
            time.sleep(0.01)


class Nemesis(Protocol):
    """`faults`: how many it has brought about itself, from the parent's side. `broken`: the guard
    that is taken out of the code."""

    faults: int
    broken: str

    def orders(self, attempt: int) -> Orders:
        """What the process of this attempt is told to suffer."""
        ...

    def look(self, shift: Shift) -> None:
        """Asked about twenty times a second, while the job is not at its end."""
        ...

    def release(self) -> None:
        """The job has ended, or is stuck."""
        ...


class Shift:
    """Starts a process for the job whenever nobody works on it, until it has ended."""

    def __init__(self, stage: Stage, job: Job, nemesis: Nemesis) -> None:
        self.stage, self.job, self.nemesis = stage, job, nemesis
        self.children: list[Child] = []
        self.began = time.monotonic()

    @property
    def latest(self) -> Child | None:
        return self.children[-1] if self.children else None

    @property
    def age(self) -> float:
        return time.monotonic() - self.began

    def run(self) -> bool:
        """Whether the job came to an end. No process of it is left."""
        try:
            for _ in self._until_stuck():
                self.nemesis.look(self)
                if self._ended():
                    return True
                if self._nobody_works() and len(self.children) < MOST_CHILDREN:
                    self.start_another()
            return False
        finally:
            self.nemesis.release()
            self._let_zombies_finish()
            for child in self.children:
                child.end()
            connections.close_all()  # they may have been cut; what follows opens its own

    def _until_stuck(self) -> Iterator[None]:
        """Until nothing has befallen the job for too long, or far too much has."""
        befallen, quiet_since = -1, self.began
        while time.monotonic() - quiet_since < pace.STUCK and self.age < pace.LONGEST:
            now = self.nemesis.faults + self.stage.simulator_faults + len(self.children)
            if now != befallen:
                befallen, quiet_since = now, time.monotonic()
            yield
            time.sleep(LOOK_EVERY)

    def _ended(self) -> bool:
        try:
            self.job.refresh_from_db()
        except DatabaseError:
            # It was cut off or killed, as the row wants it.
            connections.close_all()
            return False
        return not self.job.active

    def _nobody_works(self) -> bool:
        if any(child.alive and not child.stopped for child in self.children):
            return False
        try:
            return Job.objects.claimable().filter(pk=self.job.pk).exists()
        except DatabaseError:
            connections.close_all()
            return False

    def start_another(self) -> None:
        number = len(self.children) + 1
        orders = self.nemesis.orders(number)
        self.children.append(Child(self.stage, self.job.pk, number, orders))

    def _let_zombies_finish(self) -> None:
        """One that was taken for dead wakes up at the latest now, and shows what it does then."""
        zombies = [child for child in self.children if child.stopped]
        for zombie in zombies:
            zombie.signal(signal.SIGCONT)
        deadline = time.monotonic() + 4 * pace.LEASE
        while any(child.alive for child in zombies) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)
