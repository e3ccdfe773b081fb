"""One run: a pure function of its scenario, but for the order in which threads come to pass."""

from __future__ import annotations

import random
import shlex
import time
from dataclasses import dataclass

from tests.faults.outcome import Outcome
from tests.faults.rows import ROWS
from tests.faults.stage import set_up

COMMAND = ".venv/bin/python -m tests.faults"


@dataclass(frozen=True)
class Scenario:
    """`at`: the checkpoint the first attempt is struck at, for the rows that walk through them.

    `broken`: a guard that is taken out of the code first, for the tests of the tests.
    """

    row: str
    deed: str
    seed: int
    backend: str = "sqlite"
    at: str | None = None
    broken: str = ""

    @property
    def words(self) -> list[str]:
        """As the command line wants them."""
        words = ["--row", self.row, "--kind", self.deed, "--seed", str(self.seed)]
        words += ["--backend", self.backend]
        if self.at is not None:
            words += ["--at", self.at]
        return [*words, "--broken", self.broken] if self.broken else words

    @property
    def command(self) -> str:
        return f"{COMMAND} {shlex.join(self.words)}"

    def outcome(self) -> Outcome:
        """To be filled."""
        return Outcome(self.command, self.row, self.deed, self.seed)


def run(scenario: Scenario) -> Outcome:
    """Once in a process: it sets Django up for the scenario's databases."""
    began = time.monotonic()
    rng = random.Random(f"{scenario.row} {scenario.deed} {scenario.seed}")
    count = 200 if scenario.at else rng.choice((200, 400, 800))
    together = ROWS[scenario.row].together
    with set_up(
        scenario.backend,
        scenario.seed,
        own_server=scenario.row == "killed-database",
        own_broker=together and scenario.backend == "postgres",
    ) as stage:
        # Only now: Django's models want its settings.
        if together:
            from tests.faults.ensemble import perform_together

            outcome = perform_together(scenario, stage, rng)
        else:
            from tests.faults.performance import perform

            outcome = perform(scenario, stage, rng, count)
    outcome.seconds = time.monotonic() - began
    return outcome
