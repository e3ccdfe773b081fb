"""A scenario, performed: the scene is set, the job runs, the row strikes, the oracle judges."""

from __future__ import annotations

import random

from tests.faults import calls, pace
from tests.faults.account import account
from tests.faults.deeds import DEEDS, Scene
from tests.faults.oracle import Damage, Ending, judge, still_hidden
from tests.faults.orders import Entry, read_logs
from tests.faults.outcome import DAMAGES, Outcome
from tests.faults.rows import ROWS, Row
from tests.faults.scenario import Scenario
from tests.faults.shift import Nemesis, Shift
from tests.faults.stage import Stage
from tests.faults.strikes import STRIKES, Trouble

FIFO_DEEDS = ("clear", "move", "redrive", "restore", "undo-clear", "undo-move")


def perform(scenario: Scenario, stage: Stage, rng: random.Random, count: int) -> Outcome:
    row = ROWS[scenario.row]
    groups = rng.choice((5, 50)) if scenario.deed in FIFO_DEEDS and scenario.seed % 3 == 0 else 0
    play = DEEDS[scenario.deed](Scene(stage, rng, count, groups))
    forget_the_preparations(stage)
    nemesis = STRIKES[row.name](Trouble(play, rng, scenario.at))
    nemesis.broken = scenario.broken
    shift = Shift(stage, play.job, nemesis)
    ended = shift.run()
    fired = stage.simulator.faults.fired.copy()
    stage.simulator.faults.clear()
    outcome = scenario.outcome()
    damage = verdict(stage, row, Ending.of(play), ended=ended, strict=bool(scenario.broken))
    entries = read_logs(stage.logs)
    tell(outcome, damage, play.job.state, entries)
    if damage:
        outcome.notes += account(play.job, entries)
        said = [f"process {each.number} said: {each.said}" for each in shift.children if each.said]
        outcome.notes += said[-3:]
    _count_faults(outcome, row, {str(kind): number for kind, number in fired.items()}, nemesis)
    return outcome


def verdict(stage: Stage, row: Row, ending: Ending, *, ended: bool, strict: bool = False) -> Damage:
    damage = judge(ending, must_do_all=row.whole)
    job = ending.job
    if not ended:
        damage.add("stuck_jobs", 1, f"it is {job.state}, {job.phase or 'no phase'}")
    elif row.whole and not ending.whole:
        why = f"{job.state}, {ending.verdict or 'no verdict'}, {job.failed} failed: {job.sentence}"
        if strict or pace.kept():
            damage.add("wrong", 1, f"it should have done all, and ended {why}")
        else:
            # Leases of seconds lapse where processes wait for seconds to run at all. What it says
            # of itself must be true all the same.
            damage.notes.append(f"not held against it, since the machine is too busy: {why}")
    for overlap in calls.overlaps(read_logs(stage.logs)):
        if overlap.job == str(job.pk):
            damage.add("double_runs", 1, str(overlap))
    for name, number in still_hidden(ending):
        damage.add("hidden", number, f"in {name}, after the job's end and a visibility timeout")
    return damage


def forget_the_preparations(stage: Stage) -> None:
    """The logs of the jobs that set the scene, in peace."""
    for log in stage.logs.glob("*.log"):
        log.unlink()


def tell(outcome: Outcome, damage: Damage, ending: str, entries: list[Entry]) -> None:
    outcome.damage = {name: getattr(damage, name) for name in DAMAGES}
    outcome.notes = damage.notes
    outcome.ending = ending
    outcome.ops = len(calls.calls_in(entries))
    outcome.attempts = calls.claims_in(entries)
    outcome.checkpoints = calls.checkpoints_in(entries)
    outcome.struck = [e.facts["checkpoint"] for e in entries if e.what == "strike"]
    outcome.where = dict(calls.strikes_in(entries))


def _count_faults(outcome: Outcome, row: Row, fired: dict[str, int], nemesis: Nemesis) -> None:
    outcome.faults = {kind: fired.get(kind, 0) for kind in row.counted}
    outcome.faults["to the process"] = nemesis.faults + sum(outcome.where.values())
