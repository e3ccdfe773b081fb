"""Where the jobs' processes are born: a process that has all of the product in it, and forks.

A bare process each, as if started anew, but for the half second of processor time that Python and
Django take to start: the matrix starts thousands.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn
from uuid import UUID

from tests.faults.orders import Orders

PR_SET_PDEATHSIG = 1


class Nursery:
    """To be made where no database is open yet and no other thread does anything."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair()
        keeper = os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            self._line.close()
            _tend(theirs, keeper)
        theirs.close()

    def bear(self, job: UUID, orders: Orders, said: Path) -> int:
        """A process that does the job; its id. `said`: for what it writes to its terminal."""
        wish = {"job": str(job), "orders": asdict(orders), "said": str(said)}
        self._line.sendall(json.dumps(wish).encode() + b"\n")
        return int(self._line.recv(32))

    def close(self) -> None:
        self._line.close()
        os.waitpid(self._pid, 0)


def _tend(line: socket.socket, keeper: int) -> NoReturn:
    _end_with(keeper)
    # The kernel buries the children.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    from tests.faults import child  # Django is set up by now: here it is loaded, once for all

    wishes = line.makefile("r")
    nurse = os.getpid()
    for wish in wishes:
        told = json.loads(wish)
        pid = os.fork()
        if pid == 0:
            _begin(told["said"], nurse)
            child.main(UUID(told["job"]), Orders.read(told["orders"]))
        line.sendall(str(pid).encode())
    os._exit(0)


def _begin(said: str, nurse: int) -> None:
    _end_with(nurse)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    terminal = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for each in (sys.stdout, sys.stderr):
        each.flush()
        os.dup2(terminal, each.fileno())


def _end_with(parent: int) -> None:
    """SIGKILL when the parent ends, however that ends: a frozen process hears nothing else."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
