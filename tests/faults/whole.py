"""The whole matrix, and what it must come to."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tests.faults import crowd, plan
from tests.faults.outcome import Outcome, Totals
from tests.faults.rows import ROWS
from tests.faults.scenario import Scenario

LEAST_SEEDS, LEAST_FAULTS = 200, 10_000
TELL_EVERY = 60.0


class Whole:
    """`until`: on the monotonic clock; no run is begun after that."""

    def __init__(self, until: float) -> None:
        self.totals = Totals()
        self._began, self._until = time.monotonic(), until
        self._told_at = self._began
        self._planned = 0
        self._struck: dict[str, set[int]] = defaultdict(set)

    def run_sample(self) -> int:
        """A small part; the exit status."""
        with crowd.common_ground() as backends:
            self._run(plan.sample(backends), crowd.MORE_AT_ONCE)
        _say("", *self.totals.shares(), self.totals.line)
        return 1 if self.totals.failing else 0

    def run(self) -> int:
        """The exit status."""
        with crowd.common_ground() as backends:
            counted = {each.deed: each.checkpoints for each in self._run(plan.census())}
            self._run(plan.rows(backends))
            self._run(plan.walks(counted, backends))
            self._run(plan.rest_of_walks(counted, self._struck, backends))
        return self._tell(sum(counted.values()))

    def _run(self, scenarios: list[Scenario], at_once: int = crowd.AT_ONCE) -> list[Outcome]:
        self._planned += len(scenarios)
        outcomes = crowd.run_all(scenarios, at_once=at_once, until=self._until)
        return list(self._noted(outcomes))

    def _noted(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        for outcome in outcomes:
            self.totals.add(outcome)
            if outcome.row == "killed":
                self._struck[outcome.deed].update(outcome.struck)
            if not outcome.sound:
                _say("", *outcome.complaints)
            if time.monotonic() - self._told_at > TELL_EVERY:
                self._told_at = time.monotonic()
                _say(f"after {self._told_at - self._began:.0f} s: {self.totals.line}")
            yield outcome

    def _tell(self, checkpoints: int) -> int:
        totals = self.totals
        _say("", *totals.shares())
        _say(
            f"killed at {sum(map(len, self._struck.values()))} checkpoints: in peace the jobs of "
            f"all kinds pass {checkpoints}"
        )
        too_little = list(self._too_little())
        _say(*too_little, *(f"failed: {each.command}" for each in totals.failing), totals.line)
        return 1 if totals.failing or too_little else 0

    def _too_little(self) -> Iterator[str]:
        totals = self.totals
        left_out = self._planned - totals.runs.total()
        if left_out:
            yield f"{left_out} of {self._planned} runs were not begun: time was up"
        if len(totals.seeds) < LEAST_SEEDS or totals.faults.total() < LEAST_FAULTS:
            yield f"too little was tried: {LEAST_SEEDS} seeds and {LEAST_FAULTS} faults it must be"
        for row in ROWS.values():
            if totals.faults[row.name] < row.share:
                yield f"{row.name}: {totals.faults[row.name]} faults, and its share is {row.share}"


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201  this is what it is for
