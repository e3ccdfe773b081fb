"""The real programs that work on jobs, Celery's workers and its clock, and their broker."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field

from sqsdash.running.programs import programs
from tests.faults.orders import Orders
from tests.faults.stage import Stage
from tests.running.dashboard import ROOT

SECONDS_TO_STOP = 12
JOB_THREADS = 4


def command_of(program: str) -> list[str]:
    """What the dashboard itself starts under this name, with the probe in it."""
    everything = programs(embedded_sqs_port=None, samples=False, job_threads=JOB_THREADS)
    (found,) = [each for each in everything if each.name == program]
    words = found.command.replace("%%", "%").split()
    own = words[words.index("sqsdash.celery") + 1 :]
    return [sys.executable, "-m", "tests.faults.worker", *own]


@dataclass
class Company:
    """Programs by name: jobs, jobs-2, control, beat."""

    stage: Stage
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _begun: Counter[str] = field(default_factory=Counter)

    def start(self, *names: str) -> None:
        for name in names:
            self._begun[name] += 1
            path = self.stage.logs / f"{name}-{self._begun[name]}"
            orders = Orders(str(path.with_suffix(".log")))
            with path.with_suffix(".said").open("wb") as said:
                self.processes[name] = subprocess.Popen(
                    command_of(name.partition("-")[0]),
                    env=self.stage.environment | orders.environment(),
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                )

    def signal(self, name: str, number: signal.Signals) -> None:
        process = self.processes[name]
        if process.poll() is None:
            process.send_signal(number)

    def kill(self, name: str) -> None:
        self.signal(name, signal.SIGKILL)
        self.processes[name].wait(10)

    def tell_to_end(self, name: str) -> None:
        """As whoever stops a dashboard does: a while to put back what is held, and then no more."""
        self.signal(name, signal.SIGTERM)
        try:
            self.processes[name].wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.kill(name)

    def said(self) -> list[str]:
        """The last words of each."""
        return [
            f"{path.stem} said: {path.read_text(errors='replace')[-600:]}"
            for path in sorted(self.stage.logs.glob("jobs*.said"))
        ]

    def end(self) -> None:
        for name in self.processes:
            self.kill(name)
