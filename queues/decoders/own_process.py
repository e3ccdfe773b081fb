"""Our side of the process that runs decoders which the settings name."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HEAD = 4
PIECE = 64 * 1024
# A busy machine may need a while to start one.
TO_START = 30.0


class Ended(Exception):
    """It has ended. `status`: as Popen's returncode."""

    def __init__(self, status: int | None) -> None:
        self.status = status


class Silent(Exception):
    """It did not answer in time, and was ended."""


class Process:
    """`given`: what own_child.py is told first. Raises Ended, Silent or OSError."""

    def __init__(self, given: dict[str, Any]) -> None:
        # No environment, so no credentials; a group of its own, so that Ctrl-C does not reach it.
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "queues.decoders.own_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd=ROOT,
            env={},
            start_new_session=True,
        )
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._input, self._output = self._popen.stdin.fileno(), self._popen.stdout.fileno()
        os.set_blocking(self._input, False)
        self.ask(json.dumps(given).encode("ascii"), TO_START)

    def ask(self, question: bytes, within: float) -> bytes:
        """Its answer. Writes and reads at once, so that no full pipe stops both."""
        until = time.monotonic() + within
        unsent = memoryview(len(question).to_bytes(HEAD, "big") + question)
        received = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._output, selectors.EVENT_READ)
            selector.register(self._input, selectors.EVENT_WRITE)
            while not is_whole(received):
                left = until - time.monotonic()
                ready = [key.fd for key, _ in selector.select(left)] if left > 0 else []
                if not ready:
                    self.end()
                    raise Silent
                if self._output in ready:
                    received += self._read()
                elif self._input in ready:
                    unsent = self._write(unsent)
                    if not unsent:
                        selector.unregister(self._input)
        return bytes(received[HEAD:])

    def _read(self) -> bytes:
        piece = os.read(self._output, PIECE)
        if not piece:
            raise Ended(self._status())
        return piece

    def _write(self, unsent: memoryview) -> memoryview:
        """What is left to be written."""
        try:
            return unsent[os.write(self._input, unsent) :]
        except BrokenPipeError:  # it has ended, as its output will tell
            return unsent[:0]

    def end(self) -> None:
        self._popen.kill()
        with self._popen:  # closes the pipes and waits
            pass

    def _status(self) -> int | None:
        """Its output has ended, so it is about to."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(1.0)
        status = self._popen.poll()
        self.end()
        return status

    def let_go(self) -> None:
        """In a fork: the process is the parent's. Only the copies of its pipes are closed."""
        for descriptor in (self._input, self._output):
            with contextlib.suppress(OSError):
                os.close(descriptor)


def is_whole(received: bytearray) -> bool:
    return len(received) >= HEAD and len(received) - HEAD >= int.from_bytes(received[:HEAD], "big")
