"""Runs a program in a bare process of its own, and turns what it says into a Run."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.server import ROOT, Server

LONGEST = 900
STORE = "store.sqlite3"
LOOK_EVERY = 0.02
LAUNCH = "benchmarks.programs.launch"


class Failed(Exception):
    """A run that measures nothing; says why."""


@dataclass(frozen=True)
class Run:
    """seconds: from the first receive to the last message settled (or, where nothing is settled,
    received), without `proof`: the wait for the proof that nothing is left. client, server:
    processor time over `seconds`, in cores."""

    messages: int
    seconds: float
    proof: float
    client: float
    server: float
    peak_kb: int
    requests: int
    said: dict[str, Any]

    @property
    def rate(self) -> float:
        return self.messages / self.seconds


class Programs:
    """Starts programs against one server; jobs each on a fresh copy of one data folder."""

    def __init__(self, server: Server, scratch: Path, threads: int) -> None:
        self._server, self._scratch, self._threads = server, scratch, threads
        self._template = scratch / "template"
        prepared = _run(LAUNCH, "prepare", environment=self._job(self._template))
        self.kinds: list[str] = prepared["kinds"]

    def bare(self, queue: str, messages: int, settle: str = "release") -> Run:
        arguments = [str(messages), "--settle", settle, "--threads", str(self._threads)]
        run = self._measured("benchmarks.programs.bare_loop", queue, arguments)
        return _checked(run, messages)

    def boto2(self, queue: str, at_most: int) -> Run:
        return self._measured("benchmarks.programs.boto2_loop", queue, ["--at-most", str(at_most)])

    def job(self, kind: str, queue: str, messages: int) -> Run:
        """`messages` are in the queue: a job that does less raises Failed with its sentence."""
        folder = Path(tempfile.mkdtemp(prefix="job-", dir=self._scratch))
        try:
            shutil.copytree(self._template, folder, dirs_exist_ok=True)
            store = StoreWatch(folder / STORE, messages)
            requests, cpu = self._server.requests(), self._server.cpu()
            said = _run(
                LAUNCH,
                *("job", kind, queue, "--threads", str(self._threads)),
                environment=self._job(folder),
                meanwhile=store.look,
            )
            return _checked(self._as_run(said, requests, cpu, store.complete_at), messages)
        finally:
            shutil.rmtree(folder)

    def profile(self, kind: str, queue: str, *, trace: bool) -> dict[str, Any]:
        folder = Path(tempfile.mkdtemp(prefix="job-", dir=self._scratch))
        shutil.copytree(self._template, folder, dirs_exist_ok=True)
        arguments = [kind, queue, "--threads", str(self._threads)]
        how = "--trace" if trace else "--no-trace"
        return _run(LAUNCH, "profiled", how, *arguments, environment=self._job(folder))

    def search(self, messages: int, turns: int) -> dict[str, Any]:
        """Seconds of each turn, by what was done."""
        folder = Path(tempfile.mkdtemp(prefix="search-", dir=self._scratch))
        return _run(LAUNCH, "search", str(messages), str(turns), environment=self._job(folder))

    def yardstick(self, script: Path, queue: str, messages: int, settle: str) -> float:
        """Another bare loop's rate, timed by itself; it takes our bare loop's arguments."""
        threads = ["--threads", str(self._threads)]
        said = _run(
            str(script),
            *(self._server.endpoint, queue, str(messages), "--settle", settle, *threads),
            environment=_clean(),
        )
        if said["messages"] != messages:
            raise Failed(f"{script} received {said['messages']} of {messages} messages.")
        return messages / float(said["seconds"])

    def _measured(self, module: str, queue: str, arguments: list[str]) -> Run:
        requests, cpu = self._server.requests(), self._server.cpu()
        said = _run(module, self._server.endpoint, queue, *arguments, environment=_clean())
        return self._as_run(said, requests, cpu, None)

    def _as_run(
        self, said: dict[str, Any], requests: int, cpu: float, stored_at: float | None
    ) -> Run:
        spent, proof, after = said["cpu"], 0.0, 0.0
        cpu_spent = spent["end"] - spent["first_receive"]
        if stored_at is not None and said["first_settle"] > said["last_message"]:
            # Storing what came last is work, though the proof has begun meanwhile.
            proof = max(0.0, said["first_settle"] - max(stored_at, said["last_message"]))
            cpu_spent -= spent["first_settle"] - spent["last_message"]
        elif stored_at is not None:
            # What settles as it goes has settled all before it waits for the proof.
            after = said["ended"] - said["last_settle"]
        end = said["last_settle"] or said["last_message"]
        seconds = end - said["first_receive"] - proof
        return Run(
            messages=said["unique"],
            seconds=seconds,
            proof=proof or after,
            client=cpu_spent / seconds,
            server=(self._server.cpu() - cpu) / seconds,
            peak_kb=said["peak_kb"],
            requests=self._server.requests() - requests,
            said=said,
        )

    def _job(self, folder: Path) -> dict[str, str]:
        return _clean() | {
            "SQSDASH_DATA_DIR": str(folder),
            "SQSDASH_EMBEDDED_SQS": "on",
            "SQSDASH_EMBEDDED_SQS_PORT": str(self._server.port),
        }


class StoreWatch:
    """Looks from outside when the last message was committed."""

    def __init__(self, store: Path, messages: int) -> None:
        self._store, self._messages = store, messages
        self.complete_at: float | None = None

    def look(self) -> None:
        if self.complete_at is not None:
            return
        with closing(sqlite3.connect(self._store, timeout=5)) as store:
            [(last,)] = store.execute("SELECT max(id) FROM queues_message").fetchall()
        if (last or 0) >= self._messages:
            self.complete_at = time.monotonic()


def _checked(run: Run, messages: int) -> Run:
    said = run.said
    if (said["unique"], said["settled"]) != (messages, messages):
        raise Failed(
            f"Of {messages} messages {said['unique']} were received or stored and "
            f"{said['settled']} settled. {said.get('said', '')}"
        )
    return run


def _clean() -> dict[str, str]:
    """This environment without a word about a dashboard, Django or AWS."""
    words = ("SQSDASH_", "DJANGO_", "AWS_", "CELERY_", "MAKE", "DATABASE_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(words)}


def _run(
    program: str,
    *arguments: str,
    environment: dict[str, str],
    meanwhile: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    how = [program] if program.endswith(".py") else ["-m", program]
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(
            [sys.executable, *how, *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        )
        try:
            end = time.monotonic() + LONGEST
            while process.poll() is None and time.monotonic() < end:
                time.sleep(LOOK_EVERY)
                meanwhile()
        finally:
            process.kill()
            output, _ = process.communicate()
        complaints.seek(0)
        if process.returncode or not output:
            raise Failed(f"{program} ended with {process.returncode}: {complaints.read()[-2000:]}")
    said: dict[str, Any] = json.loads(output.splitlines()[-1])
    return said
