"""The supervisor's process, started and stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from sqsdash.running.programs import SECONDS_TO_STOP_JOBS, configuration, programs

# The programs stop in two groups, one after the other; beyond that the supervisor itself is stuck.
STOPPED_WITHIN = SECONDS_TO_STOP_JOBS + 8


@contextmanager
def supervisor(lock: int) -> Iterator[subprocess.Popen[bytes]]:
    """The supervisor while the block runs; afterwards it and all its programs have ended.

    `lock` is the data folder's: it stays taken until the last of them is gone.
    """
    path = settings.DATA_DIR / "supervisord.conf"
    port = settings.SQSDASH["SQSDASH_EMBEDDED_SQS_PORT"]
    chosen = programs(
        embedded_sqs_port=port if settings.SQSDASH["SQSDASH_EMBEDDED_SQS"] else None,
        samples=settings.SQSDASH["SQSDASH_EMBEDDED_SQS_SAMPLES"],
        job_threads=settings.SQSDASH["SQSDASH_JOB_THREADS"],
    )
    path.write_text(configuration(list(chosen)), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "sqsdash.running.supervise", str(path), str(os.getpid())],
        env=environment(),
        stdin=subprocess.DEVNULL,
        pass_fds=[lock],
        start_new_session=True,  # Ctrl-C in a terminal reaches us, and we pass it on once
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def environment() -> dict[str, str]:
    """What the programs inherit: everything but the password, and the way to find this code."""
    inherited = dict(os.environ)
    inherited.pop("DJANGO_SUPERUSER_PASSWORD", None)
    first = {"PYTHONPATH": settings.BASE_DIR, "PATH": Path(sys.executable).parent}
    for variable, folder in first.items():
        inherited[variable] = os.pathsep.join(
            filter(None, (str(folder), inherited.get(variable, "")))
        )
    return inherited | {
        "SQSDASH_DATA_DIR": str(settings.DATA_DIR),
        # supervisor expands a program's log file twice, so a % in its path is written twice.
        "SQSDASH_LOGS_ESCAPED": str(settings.DATA_DIR / "logs").replace("%", "%%"),
    }
