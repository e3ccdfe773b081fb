"""The supervisor's process: `python -m sqsdash.running.supervise <configuration> <parent's pid>`.

It is supervisor (supervisord.org) as it comes, and three things more: what falls is said on the
console with the place of its log, a program that never got up ends everything with status 1, and
no program outlives this process.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from supervisor import events, supervisord
from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ServerOptions
from supervisor.states import SupervisorStates

from sqsdash.running.lifeline import end_with_parent

MOST_FAILED_STARTS = 3


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


class Options(ServerOptions):
    pid = os.getpid()

    def execve(self, filename: str, argv: list[str], env: dict[str, str]) -> None:
        end_with_parent(self.pid)
        super().execve(filename, argv, env)

    def get_signal(self) -> int | None:
        # A closed terminal means stop, not supervisor's "read the configuration again".
        number: int | None = super().get_signal()
        return signal.SIGTERM if number == signal.SIGHUP else number


class Supervisor(supervisord.Supervisor):
    """supervisor, with a voice."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.got_up: set[str] = set()
        self.failed = False

    def runforever(self) -> None:
        events.subscribe(events.ProcessStateRunningEvent, self.running)
        events.subscribe(events.ProcessStateBackoffEvent, self.failed_to_start)
        events.subscribe(events.ProcessStateExitedEvent, self.exited)
        for group in sorted(self.process_groups.values()):
            group.transition()  # start now: the loop would first wait a second for news
        super().runforever()

    def running(self, event: events.ProcessStateRunningEvent) -> None:
        self.got_up.add(event.process.config.name)

    def failed_to_start(self, event: events.ProcessStateBackoffEvent) -> None:
        name = event.process.config.name
        if name in self.got_up or event.process.backoff < MOST_FAILED_STARTS:
            self.fell(event)
        elif not self.failed:
            say(f"{name} cannot start. Its log: {event.process.config.stdout_logfile}")
            self.failed = True
            self.options.mood = SupervisorStates.SHUTDOWN

    def exited(self, event: events.ProcessStateExitedEvent) -> None:
        self.fell(event)

    def fell(self, event: events.ProcessStateEvent) -> None:
        if self.options.mood < SupervisorStates.RUNNING:
            return
        program = event.process.config
        say(
            f"{program.name} ended unexpectedly; it is started again. "
            f"Its log: {program.stdout_logfile}"
        )


def main(configuration: Path, parent: int) -> NoReturn:
    end_with_parent(parent)
    options = Options()
    options.realize(["-c", str(configuration)], doc=supervisord.__doc__)
    options.first = True
    options.test = False
    supervisor = Supervisor(options)
    with suppress(ExitNow):
        supervisor.main()
    options.close_logger()
    sys.exit(1 if supervisor.failed else 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
