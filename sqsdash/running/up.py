"""The story of `manage.py up`, from the first check to the last process."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from django.conf import settings

from sqsdash.running import CannotStart, checks, databases
from sqsdash.running.lifeline import end_with_parent
from sqsdash.running.ready import wait_until_ready
from sqsdash.running.supervision import supervisor
from sqsdash.running.welcome import welcome

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def up(say: Callable[[str], None]) -> None:
    """Run the dashboard until a signal stops it (SystemExit 0). CannotStart says why it cannot."""
    stop_on_signals()
    values = settings.SQSDASH
    with checks.data_folder(settings.DATA_DIR) as lock:
        checks.ports_are_free(wanted_ports())
        databases.migrate()
        databases.check_administrator()
        if trouble := checks.broker_trouble(values["CELERY_BROKER_URL"]):
            say(trouble)
        with supervisor(lock) as process:
            wait_until_ready(process)
            # Made last, so that no password is lost by a start that fails.
            say(welcome(databases.administrator()))
            process.wait()
            raise CannotStart(f"its supervisor ended. See {settings.DATA_DIR}/logs/supervisor.log.")


def wanted_ports() -> dict[str, tuple[str, int]]:
    """Host and port, by the variable that sets the port."""
    values = settings.SQSDASH
    ports = {"SQSDASH_PORT": (values["SQSDASH_HOST"], values["SQSDASH_PORT"])}
    if values["SQSDASH_EMBEDDED_SQS"]:
        ports["SQSDASH_EMBEDDED_SQS_PORT"] = ("127.0.0.1", values["SQSDASH_EMBEDDED_SQS_PORT"])
    return ports


def stop_on_signals() -> None:
    """One signal, to this process or to its group, stops everything; more change nothing."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        sys.exit(0)

    for each in SIGNALS:
        signal.signal(each, stop)
    if "MAKELEVEL" in os.environ:
        end_with_parent(os.getppid())
