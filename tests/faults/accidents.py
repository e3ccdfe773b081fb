"""What befalls the company: workers that are killed, frozen, told to end; a broker that is gone."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from queues import tasks
from tests.faults.company import Company
from tests.faults.deeds import Play
from tests.faults.servers import Redis

# An accident is a generator: it yields the seconds until its next step, and how many faults the
# step that is over was.
Steps = Iterator[tuple[float, int]]


@dataclass
class Scene:
    company: Company
    plays: list[Play]
    rng: random.Random
    broker: Redis | None


def workers_killed(scene: Scene) -> Steps:
    """SIGKILL to the worker with all its jobs; another one starts at once, or later."""
    for _ in range(scene.rng.randrange(1, 4)):
        yield scene.rng.uniform(1, 6), 0
        scene.company.kill("jobs")
        yield scene.rng.choice((0.0, 30 / 20)), 1
        scene.company.start("jobs")


def workers_frozen(scene: Scene) -> Steps:
    """A worker sleeps through its lease while another is there, and wakes up as a zombie."""
    scene.company.start("jobs-2")
    for name in ("jobs", "jobs-2")[: scene.rng.randrange(1, 3)]:
        yield scene.rng.uniform(2, 5), 0
        scene.company.signal(name, signal.SIGSTOP)
        yield 150 / 20, 1
        scene.company.signal(name, signal.SIGCONT)


def workers_told_to_end(scene: Scene) -> Steps:
    """SIGTERM and a while, as at every restart of the dashboard."""
    for _ in range(scene.rng.randrange(1, 4)):
        yield scene.rng.uniform(1, 5), 0
        scene.company.tell_to_end("jobs")
        yield 0.0, 1
        scene.company.start("jobs")


def bells_repeated(scene: Scene) -> Steps:
    """The broker delivers every bell several times, and five workers hear them."""
    scene.company.start(*(f"jobs-{number}" for number in range(2, 6)))
    for _ in range(6):
        for play in scene.plays:
            tasks.ring(play.job)
        yield scene.rng.uniform(0, 2), len(scene.plays)


def broker_killed(scene: Scene) -> Steps:
    """SIGKILL: what it knew is gone. It is back, empty, at once or after a while."""
    assert scene.broker is not None
    for _ in range(scene.rng.randrange(1, 4)):
        yield scene.rng.uniform(0, 4), 0
        scene.broker.kill()
        yield scene.rng.choice((0.0, 60 / 20)), 1
        scene.broker.start()


def broker_away_at_first(scene: Scene) -> Steps:
    """It is away when the jobs are made, so that nobody hears their bells."""
    assert scene.broker is not None
    yield 60 / 20, 1
    scene.broker.start()


ACCIDENTS: Mapping[str, Callable[[Scene], Steps]] = {
    "workers-killed": workers_killed,
    "workers-frozen": workers_frozen,
    "workers-told-to-end": workers_told_to_end,
    "bells-repeated": bells_repeated,
    "broker-killed": broker_killed,
    "broker-away-at-first": broker_away_at_first,
}


@dataclass
class Accident:
    steps: Steps
    faults: int = 0
    over: bool = False
    _due: float = 0.0

    def look(self) -> None:
        """Takes the next step, when its time has come."""
        if self.over or time.monotonic() < self._due:
            return
        try:
            seconds, faults = next(self.steps)
        except StopIteration:
            self.over = True
            return
        self.faults += faults
        self._due = time.monotonic() + seconds
