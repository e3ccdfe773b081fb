"""What is told of a run that found damage: enough to see what happened without running it again."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from django.db.models import Count

from queues.models import Job, Settlement
from tests.faults.orders import Entry

# Of the processes, and of what each did, the last tell the most.
LAST_EPOCHS, LAST_CALLS = 5, 6


def account(job: Job, entries: Sequence[Entry]) -> Iterator[str]:
    """Lines for people: how the job ended, what its ledger says, and what each process did."""
    job.refresh_from_db()
    held = f"{job.held} held until {job.held_until:%H:%M:%S.%f}" if job.held_until else "none held"
    yield (
        f"{job.kind} is {job.state} ({job.verdict or 'no verdict'}) after {job.attempts} attempts, "
        f"{held}, ended {job.finished_at:%H:%M:%S.%f}: {job.sentence}"
        if job.finished_at
        else f"{job.kind} is {job.state} in attempt {job.attempts}, {held}"
    )
    rows = Settlement.objects.of_job(job.pk).order_by()
    states = rows.values_list("state").annotate(Count("pk"))
    yield f"its ledger: {dict(states)}; load {os.getloadavg()[0]:.1f}"
    newest = job.epoch - LAST_EPOCHS
    mine = [entry for entry in entries if entry.job == str(job.pk)]
    began = mine[0].at if mine else 0.0
    for epoch, found in groupby(sorted(mine, key=lambda e: (e.epoch, e.at)), lambda e: e.epoch):
        if epoch <= newest:
            continue
        yield f"epoch {epoch}: {_process(list(found), began)}"


def _process(entries: Sequence[Entry], began: float) -> str:
    calls = Counter(e.facts["operation"] for e in entries if e.what == "call")
    failed = Counter(e.facts["error"] for e in entries if e.what == "back" and e.facts["error"])
    last = [e for e in entries if e.what in ("call", "strike", "failure", "end")][-LAST_CALLS:]
    said = ", ".join(f"{e.at - began:.2f} {_name(e)}" for e in last)
    return (
        f"from {entries[0].at - began:.2f} to {entries[-1].at - began:.2f} s: {dict(calls)}, "
        f"failed {dict(failed)}; at last {said}"
    )


def _name(entry: Entry) -> str:
    facts = entry.facts
    return str(facts.get("operation") or f"{entry.what} {facts.get('name', '')}".strip())
