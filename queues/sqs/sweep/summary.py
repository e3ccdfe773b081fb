"""A sweep's numbers, on the way and at its end."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from queues.sqs.sweep.parts import Parts
from queues.sqs.sweep.report import Phase, SweepProgress, SweepResult
from queues.sqs.sweep.verdict import Evidence, judge
from queues.sqs.types import Counts, Queue

COUNTED = (
    "received",
    "unique",
    "duplicates",
    "corrupted",
    "too_new",
    "lost_answers",
    "sent",
    "resent",
    "deleted",
)


@dataclass(frozen=True, slots=True)
class Findings:
    """`cause`: what cut the sweep short, or "". `after`: what SQS counted while `held` messages
    were still held, if it was asked. `adopted`: how many were held from an earlier sweep on."""

    cause: str
    before: Counts
    after: Counts | None
    held: int
    full_groups: int
    adopted: int


def progress_of(parts: Parts, phase: Phase) -> SweepProgress:
    return SweepProgress(**_numbers(parts, phase))


def result_of(parts: Parts, queue: Queue, found: Findings) -> SweepResult:
    ours = found.adopted + parts.doubt.regained
    others = max(0, found.before.in_flight - ours)
    verdict, cause, reason = judge(
        Evidence(
            cause=found.cause,
            seen=parts.seen,
            held=found.held,
            fifo=queue.fifo,
            full_groups=found.full_groups,
            damaged=parts.tally["damaged_for_good"],
            too_new=parts.tally["too_new"],
            lost=parts.tally["lost_answers"],
            before=Counts(found.before.available, others, found.before.delayed),
            after=found.after,
        )
    )
    return SweepResult(
        **_numbers(parts, Phase.DONE),
        verdict=verdict,
        cause=cause,
        reason=reason,
        full_groups=found.full_groups,
        not_released=tuple(parts.holder.not_released),
    )


def _numbers(parts: Parts, phase: Phase) -> dict[str, Any]:
    held, requests, until = parts.leases.held(), parts.tally.requests(), None
    if held.latest is not None:
        until = datetime.now(UTC) + timedelta(seconds=held.latest - time.monotonic())
    return {
        **{name: parts.tally[name] for name in COUNTED},
        "phase": phase,
        "requests": requests,
        "billed": sum(requests.values()) + parts.tally["billed"],
        "released": parts.holder.released,
        "held": held.count,
        "held_until": until,
        "not_released_count": len(parts.holder.not_released),
    }
