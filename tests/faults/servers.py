"""A PostgreSQL and a Redis of the tests' own: started, killed and started again at will."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

import psycopg
import redis

from sqsdash.running.lifeline import end_with_parent
from tests.running.dashboard import free_port

READY_WITHIN = 30.0


class NotInstalled(Exception):
    """A program that is missing on this machine."""


class Server:
    """A program that listens on a port of 127.0.0.1, and may be killed."""

    def __init__(self, command: list[str], port: int, folder: Path, user: str | None) -> None:
        self._command, self.port, self._folder, self._user = command, port, folder, user
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        parent = os.getpid()
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                start_new_session=True,
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
                preexec_fn=lambda: end_with_parent(parent),
            )
        deadline = time.monotonic() + READY_WITHIN
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = (self._folder / "server.log").read_text()[-2000:]
                self.kill()
                raise RuntimeError(f"{self._command[0]} did not start. It said:\n{said}")
            time.sleep(0.02)
        return self

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        """All its processes at once; nothing is written any more."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGINT)  # PostgreSQL: a fast shutdown; Redis: an orderly one

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, number)
            self._process.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait(10)
        self._process = None


class Postgres(Server):
    """A fresh cluster. Its writes are not forced to the disk: it is killed, the machine is not."""

    def __init__(self, folder: Path) -> None:
        programs = postgresql_programs()
        user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        data = folder / "data"
        folder.mkdir(parents=True, exist_ok=True)
        data.mkdir(mode=0o700)
        if user is not None:
            shutil.chown(data, user)
            _open_the_way(folder)
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"],
            check=True,
            capture_output=True,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd="/",
        )
        port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "max_connections": "300",
            "shared_buffers": "32MB",
        }
        command = [str(programs / "postgres"), "-D", str(data), "-p", str(port)]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        super().__init__(command, port, folder, user)

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
            return True
        except psycopg.Error:
            return False


def postgresql_programs() -> Path:
    """The folder with the newest PostgreSQL's programs."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: each.parent.name)
    if not folders:
        raise NotInstalled("PostgreSQL is not installed: there is no initdb")
    return folders[-1]


def _open_the_way(folder: Path) -> None:
    """A temporary folder is its maker's alone; PostgreSQL's user must get through to its data."""
    for each in (folder, *folder.parents):
        mode = each.stat().st_mode
        if each.owner() == pwd.getpwuid(os.geteuid()).pw_name and not mode & 0o001:
            each.chmod(mode | 0o011)


class Redis(Server):
    """Keeps nothing on the disk: what it knew is gone when it is killed."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise NotInstalled("Redis is not installed: there is no redis-server")
        folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        super().__init__([*command, "--dir", str(folder)], port, folder, None)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def answers(self) -> bool:
        try:
            return bool(redis.Redis(port=self.port, socket_timeout=1).ping())
        except redis.RedisError:
            return False
