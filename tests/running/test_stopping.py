"""Whatever stops the dashboard, all of it stops; whatever else falls is put up again."""

from __future__ import annotations

import os
import pty
import select
import signal
import time
from http import HTTPStatus
from pathlib import Path

from tests.conftest import RunDashboard
from tests.running.dashboard import ROOT, STOPPED_WITHIN, Dashboard
from tests.running.visitor import Visitor, eventually


def test_a_closed_terminal_stops_everything(run_dashboard: RunDashboard) -> None:
    assert run_dashboard().stop(signal.SIGHUP) == 0


def test_nothing_outlives_a_start_that_is_killed_outright(run_dashboard: RunDashboard) -> None:
    dashboard = run_dashboard()
    assert dashboard.process is not None
    os.kill(dashboard.process.pid, signal.SIGKILL)
    eventually(lambda: not dashboard.processes, "something is left", seconds=20)


def test_a_program_that_falls_is_put_up_again_and_that_is_said(
    run_dashboard: RunDashboard,
) -> None:
    dashboard = run_dashboard()
    kill_and_see_it_again(dashboard, "jobs", "--queues jobs")
    log = dashboard.folder / "logs" / "supervisor.log"
    eventually(lambda: "web entered RUNNING" in log.read_text(), "it does not count as running")
    kill_and_see_it_again(dashboard, "web", "sqsdash.wsgi")
    eventually(lambda: is_ready(dashboard), "the page does not come back")


def kill_and_see_it_again(dashboard: Dashboard, name: str, word: str) -> None:
    def processes() -> set[int]:
        return {pid for pid, command in dashboard.processes.items() if word in command}

    killed = min(processes())
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: f"{name} ended unexpectedly" in dashboard.said, "the fall is not said")
    eventually(lambda: bool(processes()) and killed not in processes(), f"{name} stays away")


def is_ready(dashboard: Dashboard) -> bool:
    try:
        return Visitor(dashboard.url).get("/readyz").status == HTTPStatus.OK
    except OSError:
        return False


def test_ctrl_c_in_a_terminal_stops_make_run_and_all_it_started(tmp_path: Path) -> None:
    dashboard = Dashboard(tmp_path / "data")
    dashboard.command = ["make", "-C", str(ROOT), "run"]
    terminal = Terminal(dashboard)
    try:
        terminal.read_until("Ctrl-C stops it.")
        terminal.press_ctrl_c()
        terminal.press_ctrl_c()  # impatience does no harm
        terminal.wait()
        assert not dashboard.processes
    finally:
        dashboard.end()


class Terminal:
    """A pseudo-terminal in which a dashboard's command runs in the foreground."""

    def __init__(self, dashboard: Dashboard) -> None:
        self.dashboard = dashboard
        self.shown = ""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe(dashboard.command[0], dashboard.command, dashboard.environment)

    def read_until(self, sentence: str, seconds: float = 90.0) -> None:
        deadline = time.monotonic() + seconds
        while sentence not in self.shown:
            ready, _, _ = select.select([self.terminal], [], [], deadline - time.monotonic())
            assert ready, f"it does not say {sentence!r}; it showed:\n{self.shown}"
            try:
                self.shown += os.read(self.terminal, 4096).decode(errors="replace")
            except OSError:  # it ended
                raise AssertionError(f"it ended, and showed:\n{self.shown}") from None

    def press_ctrl_c(self) -> None:
        os.write(self.terminal, b"\x03")

    def wait(self, seconds: float = STOPPED_WITHIN) -> None:
        deadline = time.monotonic() + seconds
        while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            assert time.monotonic() < deadline, f"it does not end; it showed:\n{self.shown}"
            time.sleep(0.05)
