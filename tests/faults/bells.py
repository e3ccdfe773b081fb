"""A job that is rung for several times: by brokers that repeat themselves, by an eager reaper."""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults.nemesis import Peace
from tests.faults.shift import Shift


@dataclass
class Bells(Peace):
    """`delays`: seconds after which yet another process is told to do the same job."""

    delays: tuple[float, ...] = ()

    def look(self, shift: Shift) -> None:
        while self.faults < len(self.delays) and shift.age >= self.delays[self.faults]:
            shift.start_another()
            self.faults += 1
