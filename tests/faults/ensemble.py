"""A scenario with the real programs: several jobs at once, workers, a clock and a broker."""

from __future__ import annotations

import random
import time

from django.db import DatabaseError, connections

from queues import tasks
from queues.models import Job
from tests.faults import pace
from tests.faults.accidents import ACCIDENTS, Accident, Scene
from tests.faults.account import account
from tests.faults.company import Company
from tests.faults.deeds import DEEDS, Play
from tests.faults.deeds import Scene as Preparation
from tests.faults.oracle import Damage, Ending
from tests.faults.orders import read_logs
from tests.faults.outcome import Outcome
from tests.faults.performance import forget_the_preparations, tell, verdict
from tests.faults.rows import ROWS, TOGETHER
from tests.faults.scenario import Scenario
from tests.faults.stage import Stage

COUNT = 200


def perform_together(scenario: Scenario, stage: Stage, rng: random.Random) -> Outcome:
    row = ROWS[scenario.row]
    plays = [DEEDS[deed](Preparation(stage, rng, COUNT, prefix=f"{deed}-of-")) for deed in TOGETHER]
    forget_the_preparations(stage)
    company = Company(stage)
    accident = Accident(ACCIDENTS[row.name](Scene(company, plays, rng, stage.broker)))
    try:
        if row.name == "broker-away-at-first" and stage.broker is not None:
            stage.broker.kill()
        company.start("jobs", "control", "beat")
        for play in plays:
            tasks.ring(play.job)
        ended = until_all_have_ended(plays, accident)
    finally:
        company.end()
    damage = Damage()
    for play in plays:
        damage.merge(verdict(stage, row, Ending.of(play), ended=play.job.pk in ended))
    outcome = scenario.outcome()
    tell(outcome, damage, " ".join(play.job.state for play in plays), read_logs(stage.logs))
    outcome.faults = {row.name: accident.faults}
    if damage:
        entries = read_logs(stage.logs)
        outcome.notes += [line for play in plays for line in account(play.job, entries)]
        outcome.notes += company.said()
    return outcome


def until_all_have_ended(plays: list[Play], accident: Accident) -> set[object]:
    """The jobs that did."""
    began = quiet_since = time.monotonic()
    ended: set[object] = set()
    while time.monotonic() - quiet_since < pace.STUCK and time.monotonic() - began < pace.LONGEST:
        accident.look()
        if not accident.over:
            quiet_since = time.monotonic()
        ended = _ended(plays)
        if accident.over and len(ended) == len(plays):
            # Zombies, and those that were rung for once more, have their say.
            time.sleep(pace.LEASE)
            break
        time.sleep(0.1)
    return ended


def _ended(plays: list[Play]) -> set[object]:
    over = [state for state in Job.State if state not in Job.ACTIVE]
    try:
        mine = Job.objects.filter(pk__in=[play.job.pk for play in plays], state__in=over)
        found = set(mine.values_list("pk", flat=True))
    except DatabaseError:
        connections.close_all()
        return set()
    for play in plays:
        play.job.refresh_from_db()
    return set(found)
