"""What the parent tells a process that works on a job, and where the process says what it did."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

VARIABLE = "FAULTS_ORDERS"


@dataclass(frozen=True)
class Orders:
    """`strikes`: at which checkpoint which signal ends or stops the process: at the 17th of all
    ("17"), or the second time at one of that name ("after DeleteMessageBatch 2").

    `failing_writes`: which writes to a database (from 1) fail, as on a broken disk. `broken`: the
    guard that is taken out of the code, for the tests of the tests. `pages`: how many pages the
    store, an SQLite file, may have in all; `file_bytes`: how large any file may grow.
    """

    log: str
    strikes: Mapping[str, str] = field(default_factory=dict)
    failing_writes: tuple[int, ...] = ()
    broken: str = ""
    pages: int | None = None
    file_bytes: int | None = None

    def environment(self) -> dict[str, str]:
        return {VARIABLE: json.dumps(asdict(self))}

    @classmethod
    def received(cls) -> Orders:
        return cls.read(json.loads(os.environ[VARIABLE]))

    @classmethod
    def read(cls, told: dict[str, Any]) -> Orders:
        return cls(failing_writes=tuple(told.pop("failing_writes")), **told)


@dataclass(frozen=True)
class Entry:
    """One line of a log. `at`: seconds of the monotonic clock, the same for all processes.

    What: claim; call and back (a call to SQS begins, and is over); strike; failure (of a write);
    end (of the process, when nothing struck). `facts` depend on what.
    """

    at: float
    pid: int
    job: str
    epoch: int
    what: str
    facts: dict[str, Any]


class Log:
    """Appended to by one process; a line is there, or not at all, whenever that is killed."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def note(self, entry: Entry) -> None:
        os.write(self._file, json.dumps(asdict(entry)).encode() + b"\n")


def read_logs(folder: Path) -> list[Entry]:
    """Of all processes, in the order of time."""
    return sorted(_entries(folder), key=lambda entry: entry.at)


def _entries(folder: Path) -> Iterator[Entry]:
    for path in folder.glob("*.log"):
        for line in path.read_text().splitlines():
            yield Entry(**json.loads(line))
