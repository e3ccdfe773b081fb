"""A PostgreSQL that is killed outright under a running job, and started again."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.faults.nemesis import Peace
from tests.faults.servers import Postgres
from tests.faults.shift import Shift


@dataclass
class KilledPostgres(Peace):
    """`spells`: when, in seconds after the job began, and for how long it is down."""

    server: Postgres | None = None
    spells: tuple[tuple[float, float], ...] = ()
    _back_at: float | None = None

    def look(self, shift: Shift) -> None:
        assert self.server is not None
        if self._back_at is not None:
            if time.monotonic() >= self._back_at:
                self.server.start()
                self._back_at = None
        elif self.faults < len(self.spells) and shift.age >= self.spells[self.faults][0]:
            self.server.kill()
            self._back_at = time.monotonic() + self.spells[self.faults][1]
            self.faults += 1
