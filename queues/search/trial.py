"""A dry run: what a filter would choose, before anything is done to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from queues.formats import Record
from queues.search.filters import Filter
from queues.search.judge import Judge
from queues.search.judgement import Judgement, Outcome

BATCH = 100
SECONDS_IN_ALL = 20.0


class Example(NamedTuple):
    """`reason`: why it cannot be judged, else empty."""

    record: Record
    reason: str


@dataclass(slots=True)
class Trial:
    """`total`: how many were looked at; `more`: there were more than that. `reasons`: why, and how
    often, a message could not be judged."""

    total: int = 0
    matches: int = 0
    does_not: int = 0
    cannot_judge: int = 0
    more: bool = False
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[Outcome, list[Example]] = field(
        default_factory=lambda: {outcome: [] for outcome in Outcome}
    )

    def add(self, record: Record, judgement: Judgement, examples: int) -> None:
        self.total += 1
        if judgement.outcome is Outcome.MATCHES:
            self.matches += 1
        elif judgement.outcome is Outcome.DOES_NOT:
            self.does_not += 1
        else:
            self.cannot_judge += 1
            self.reasons[judgement.reason] += 1
        kept = self.examples[judgement.outcome]
        if len(kept) < examples:
            kept.append(Example(record, judgement.reason))


def try_out(
    filter_: Filter,
    records: Iterable[Record],
    *,
    most: int,
    examples: int = 5,
    seconds_in_all: float = SECONDS_IN_ALL,
    chain: Sequence[str] | None = None,
) -> Trial:
    """Judges the first `most` records, and keeps up to `examples` of each outcome. `chain`: how
    bodies are decoded, None to find out."""
    trial = Trial()
    waiting = iter(records)
    with Judge(filter_, seconds_in_all=seconds_in_all, chain=chain) as judge:
        while batch := list(islice(waiting, min(BATCH, most - trial.total))):
            for record, judgement in zip(batch, judge.judge(batch), strict=True):
                trial.add(record, judgement, examples)
    trial.more = next(waiting, None) is not None
    return trial
