"""The real program, as a user starts it: a process with ports and a data folder of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from tests.running.visitor import Visitor

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ROOT = Path(__file__).resolve().parent.parent.parent
UP = [sys.executable, str(ROOT / "manage.py"), "up"]
READY_WITHIN = 90.0
STOPPED_WITHIN = 30.0  # what does not end by itself within twenty is killed


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def clean_environment() -> dict[str, str]:
    """This process's environment without any word about a dashboard, Django or AWS."""
    ours = ("SQSDASH_", "DJANGO_", "AWS_", "CELERY_", "MAKE")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ours) and name not in ("DATABASE_URL", "MFLAGS")
    }


def processes_with(data_folder: Path) -> dict[int, str]:
    """Every process that was started for a data folder: its id and command."""
    word = f"SQSDASH_DATA_DIR={data_folder}".encode()
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and word in (entry / "environ").read_bytes().split(b"\0"):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[int(entry.name)] = command
        except OSError:
            continue  # it ended meanwhile, or is not ours
    return {pid: command for pid, command in found.items() if command}


class Dashboard:
    """`manage.py up` in a data folder. Attributes with what it said are there once it is ready."""

    url: str
    username: str
    password: str

    def __init__(self, folder: Path, **settings: str | int) -> None:
        self.folder = folder
        self.command = UP
        self.settings: Mapping[str, str] = {
            "SQSDASH_DATA_DIR": str(folder),
            "SQSDASH_PORT": str(free_port()),
            "SQSDASH_EMBEDDED_SQS_PORT": str(free_port()),
            "SQSDASH_EMBEDDED_SQS_SAMPLES": "off",
        } | {name: str(value) for name, value in settings.items()}
        self.console = folder.with_name(f"{folder.name}.console")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return clean_environment() | dict(self.settings)

    @property
    def said(self) -> str:
        return self.console.read_text()

    @property
    def sqs(self) -> SQSClient:
        return boto3.client(
            "sqs",
            region_name="us-east-1",
            endpoint_url=f"http://127.0.0.1:{self.settings['SQSDASH_EMBEDDED_SQS_PORT']}",
            aws_access_key_id="any",
            aws_secret_access_key="any",
        )

    @property
    def processes(self) -> dict[int, str]:
        return processes_with(self.folder)

    def program(self, word: str) -> int:
        """The process id of the one program whose command holds this word."""
        (pid,) = [pid for pid, command in self.processes.items() if word in command]
        return pid

    def start(self) -> Dashboard:
        """Returns once it says that it is ready; a start that fails raises what it said."""
        with self.console.open("wb") as console:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_WITHIN
        while "Ctrl-C stops it." not in self.said:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.end()
                raise AssertionError(f"It did not get up. It said:\n{self.said}")
            time.sleep(0.05)
        self.url = self._said("Address").rstrip("/")
        self.username = self._said("User")
        self.password = self.settings.get("DJANGO_SUPERUSER_PASSWORD") or self._said("Password")
        return self

    def _said(self, label: str) -> str:
        found = re.search(rf"^ *{label} +(.+)$", self.said, re.MULTILINE)
        assert found, f"no {label} in what it said:\n{self.said}"
        return found[1]

    def sign_in(self) -> Visitor:
        return Visitor(self.url).sign_in(self.username, self.password)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """One signal to the whole group, as Ctrl-C in a terminal; the exit status.

        Nothing may be left of it afterwards.
        """
        assert self.process is not None
        os.killpg(self.process.pid, number)
        try:
            status = self.process.wait(STOPPED_WITHIN)
            left = self.processes
            assert not left, f"still running: {left}\nIt said:\n{self.said}"
            return status
        finally:
            self.end()

    def end(self) -> None:
        """Whatever is left is killed, so that one test's failure is not another's."""
        for pid in self.processes:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.process is not None:
            self.process.wait(5)
            self.process = None


def refused_start(folder: Path, **settings: str | int) -> str:
    """What a start says that must not succeed: its sentence. Nothing of it may keep running."""
    attempt = Dashboard(folder, **settings)
    before = attempt.processes
    ended = subprocess.run(
        UP,
        env=attempt.environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1, ended
    assert "Traceback" not in ended.stderr, ended.stderr
    assert attempt.processes.keys() <= before.keys()
    return ended.stderr
