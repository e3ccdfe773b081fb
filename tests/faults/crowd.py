"""Many scenarios at once, each in a process of its own: they mostly wait for long polls to end."""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, NoReturn

# Loaded once, for all that are forked from here; none of them needs Django's settings.
import django.contrib.postgres.apps
import django.core.management
import django.db.models
import django.template  # noqa: F401

from sqsdash.running.lifeline import end_with_parent
from tests.faults import databases, pace
from tests.faults.outcome import Outcome
from tests.faults.scenario import Scenario, run
from tests.faults.servers import NotInstalled, Postgres

# More of them than processors: a long poll and a lease take their time, and no processor's.
AT_ONCE = 3 * (os.cpu_count() or 1)
# Of the part for every test run, which must not take long.
MORE_AT_ONCE = 5 * (os.cpu_count() or 1)
# A scenario ends by itself; this is for one that hangs.
LONGEST = pace.LONGEST + 180


class Run:
    """A process that was forked from this one, with its scenario to perform."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._began = time.monotonic()
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as this
        parent = os.getpid()
        sys.stdout.flush()
        self._pid = os.fork()
        if self._pid == 0:
            end_with_parent(parent)
            # What it has made goes with it.
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
            self._perform()
        self._over = False

    def _perform(self) -> NoReturn:
        random.seed()
        for number in (1, 2):
            os.dup2(self._said.fileno(), number)
        try:
            print(run(self.scenario).as_json, flush=True)  # noqa: T201
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)

    @property
    def over(self) -> bool:
        if not self._over:
            if time.monotonic() - self._began > LONGEST:
                os.kill(self._pid, signal.SIGKILL)
            self._over = os.waitpid(self._pid, os.WNOHANG)[0] != 0
        return self._over

    def end(self) -> None:
        os.kill(self._pid, signal.SIGTERM)
        os.waitpid(self._pid, 0)

    @property
    def outcome(self) -> Outcome:
        self._said.seek(0)
        said = self._said.read().decode(errors="replace")
        try:
            return Outcome.read(said)
        except (ValueError, TypeError):
            seconds = time.monotonic() - self._began
            note = f"it fell after {seconds:.0f} s, and said: {said[-3000:]}"
            fallen = self.scenario.outcome()
            fallen.notes, fallen.damage = [note], {"wrong": 1}
            return fallen


def run_all(
    scenarios: Iterable[Scenario], *, at_once: int = AT_ONCE, until: float = float("inf")
) -> Iterator[Outcome]:
    """The outcomes as they come. None is begun after `until`, on the monotonic clock."""
    waiting, running = deque(scenarios), list[Run]()
    try:
        while waiting or running:
            if time.monotonic() > until:
                waiting.clear()
            while waiting and len(running) < at_once:
                running.append(Run(waiting.popleft()))
            over = [run for run in running if run.over]
            running = [run for run in running if run not in over]
            for run in over:
                yield run.outcome
            if not over:
                time.sleep(0.05)
    finally:
        for run in running:
            run.end()


@contextmanager
def common_ground() -> Iterator[tuple[str, ...]]:
    """Templates and a PostgreSQL for all runs of this process; the backends there are."""
    with ExitStack() as stack:
        root = stack.enter_context(tempfile.TemporaryDirectory(prefix="sqsdash-faults-"))
        folder = Path(root)
        given = {databases.TEMPLATES: str(databases.sqlite_templates(folder / "templates"))}
        backends = ["sqlite"]
        try:
            server = Postgres(folder / "postgres").start()
            stack.callback(server.kill)
            databases.postgres_templates(server.url, folder / "templates")
            given[databases.SERVER] = server.url
            backends.append("postgres")
        except NotInstalled as missing:
            print(f"Left out, all that needs it: {missing}.", flush=True)  # noqa: T201
        os.environ.update(given)
        stack.callback(lambda: [os.environ.pop(name) for name in given])
        yield tuple(backends)
