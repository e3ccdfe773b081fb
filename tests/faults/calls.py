"""What the logs tell: how many calls, who worked at once, what struck, where."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.orders import Entry

# A process that is frozen between asking whether the job is still its own and its call makes that
# one call when it wakes up: SQS knows no fencing tokens.
LATE_CALLS_OF_A_ZOMBIE = 1


@dataclass(frozen=True)
class Overlap:
    """Calls that an epoch began after its successor had begun to call."""

    job: str
    epoch: int
    calls: tuple[Entry, ...]

    def __str__(self) -> str:
        operations = Counter(entry.facts["operation"] for entry in self.calls)
        return f"epoch {self.epoch} went on after its successor had begun: {dict(operations)}"


def calls_in(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.what == "call"]


def strikes_in(entries: Sequence[Entry]) -> Counter[str]:
    """Where processes were struck, by the checkpoint's name; failing writes included."""
    return Counter(
        f"{entry.facts.get('signal', 'failure')} {entry.facts['name']}"
        for entry in entries
        if entry.what in ("strike", "failure")
    )


def checkpoints_in(entries: Sequence[Entry]) -> int:
    """How many a process passed that nothing struck; the most of any."""
    return max((e.facts["checkpoints"] for e in entries if e.what == "end"), default=0)


def overlaps(entries: Sequence[Entry]) -> list[Overlap]:
    """Two epochs of one job that called SQS at once."""
    by_job: dict[str, dict[int, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in calls_in(entries):
        by_job[entry.job][entry.epoch].append(entry)
    found = []
    for job, epochs in by_job.items():
        for epoch in sorted(epochs):
            later = [each for other in epochs if other > epoch for each in epochs[other]]
            if not later:
                continue
            takeover = min(entry.at for entry in later)
            late = [entry for entry in epochs[epoch] if entry.at > takeover]
            if len(late) > LATE_CALLS_OF_A_ZOMBIE:
                found.append(Overlap(job, epoch, tuple(late)))
    return found


def claims_in(entries: Sequence[Entry]) -> int:
    return sum(entry.what == "claim" for entry in entries)
