"""What came of runs: of one, and of all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

DAMAGES = (
    "lost",
    "unexpected",
    "dup_after_dedupe",
    "hidden",
    "stuck_jobs",
    "double_runs",
    "wrong",
)


@dataclass
class Outcome:
    """`faults`: by what they were. `where`: at which kinds of checkpoints, and `struck`: at which
    ones. `checkpoints`: passed by a process that nothing struck. `damage`: must all be 0."""

    command: str
    row: str
    deed: str
    seed: int
    faults: dict[str, int] = field(default_factory=dict)
    where: dict[str, int] = field(default_factory=dict)
    struck: list[int] = field(default_factory=list)
    damage: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    ops: int = 0
    attempts: int = 0
    checkpoints: int = 0
    seconds: float = 0.0
    ending: str = ""

    @property
    def sound(self) -> bool:
        return not any(self.damage.values())

    @property
    def complaints(self) -> list[str]:
        """The command that replays it, and what was found."""
        return [self.command, *(f"    {note}" for note in self.notes)]

    @property
    def for_people(self) -> str:
        return json.dumps(vars(self), indent=2, ensure_ascii=False)

    @property
    def as_json(self) -> str:
        """One line."""
        return json.dumps(vars(self))

    @classmethod
    def read(cls, text: str) -> Outcome:
        """From the last line of what a run said. ValueError or TypeError if it is none."""
        return cls(**json.loads(text.rstrip().rpartition("\n")[2]))


class Totals:
    def __init__(self) -> None:
        self.runs: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.damage: Counter[str] = Counter()
        self.struck: Counter[str] = Counter()
        self.seeds: set[tuple[str, int]] = set()
        self.ops = 0
        self.failing: list[Outcome] = []

    def add(self, outcome: Outcome) -> None:
        self.runs[outcome.row] += 1
        self.seeds.add((outcome.row, outcome.seed))
        self.faults[outcome.row] += sum(outcome.faults.values())
        self.damage.update(outcome.damage)
        self.struck.update(outcome.where)
        self.ops += outcome.ops
        if not outcome.sound:
            self.failing.append(outcome)

    @property
    def line(self) -> str:
        damage = " ".join(f"{name}={self.damage[name]}" for name in DAMAGES)
        return f"faults={self.faults.total()} runs={self.runs.total()} ops={self.ops} {damage}"

    def shares(self) -> Iterator[str]:
        """A line for each row: its runs, and its share of the faults."""
        for row, runs in sorted(self.runs.items()):
            yield f"{row:<18} {runs:>5} runs {self.faults[row]:>6} faults"
        yield f"struck at {len(self.struck)} different kinds of checkpoints"
