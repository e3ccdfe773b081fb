"""A judge's side of the process that evaluates."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from queues.decoders.own import workshop
from queues.formats.base import in_chunks
from queues.search.frames import OUT_OF_MEMORY, PIECE, Unpacker, pack

ROOT = Path(__file__).resolve().parents[2]
# A process that says nothing for so long is stuck; a busy machine may need a while to start one.
SILENCE = 30.0
PIPE = 1024 * 1024

ENDS = {
    -signal.SIGPROF: "limit reached: judging it takes too long",
    OUT_OF_MEMORY: "limit reached: judging it takes too much memory",
}


class NoJudge(Exception):
    """Messages cannot be judged at all now."""

    def __init__(self) -> None:
        super().__init__(
            "The process that judges messages does not start. Look at the log, and at the "
            "machine's memory and number of processes."
        )


class Process:
    def __init__(
        self,
        asked: Mapping[str, Any],
        *,
        seconds_per_message: float,
        cpu_seconds: int,
        memory: int,
    ) -> None:
        """`asked`: what Asked.of in child.py reads."""
        # No environment, so no credentials; a group of its own, so that Ctrl-C does not reach it.
        try:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "queues.search.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                cwd=ROOT,
                env={},
                start_new_session=True,
            )
        except OSError as error:
            raise NoJudge from error
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._input, self._output = self._popen.stdin.fileno(), self._popen.stdout.fileno()
        os.set_blocking(self._input, False)
        with contextlib.suppress(AttributeError, OSError):  # some systems know no such thing
            fcntl.fcntl(self._input, fcntl.F_SETPIPE_SZ, PIPE)
        self._unpacker = Unpacker()
        self._ended = False
        given = {
            **asked,
            "seconds_per_message": seconds_per_message,
            "cpu_seconds": cpu_seconds,
            "memory": memory,
            "own_decoders": workshop.configuration,
        }
        if not self.ask([json.dumps(given).encode("ascii")], 1, SILENCE):
            self.end()
            raise NoJudge

    def ask(self, questions: Iterable[bytes], count: int, seconds: float) -> list[bytes]:
        """Its answers to `count` batches of questions, in order; fewer if it ends, is silent, or
        takes more than `seconds`. Writes and reads at once, so that no full pipe stops both."""
        until = time.monotonic() + seconds
        answers: list[bytes] = []
        waiting = in_chunks(pack(question) for question in questions)
        unsent = memoryview(b"")
        with selectors.DefaultSelector() as selector:
            selector.register(self._output, selectors.EVENT_READ)
            selector.register(self._input, selectors.EVENT_WRITE)
            while len(answers) < count and (left := until - time.monotonic()) > 0:
                ready = [key.fd for key, _ in selector.select(min(left, SILENCE))]
                if not ready:
                    break
                if self._input in ready:
                    unsent = unsent or memoryview(next(waiting, b""))
                    if not unsent:
                        selector.unregister(self._input)
                    unsent = self._write(unsent)
                if self._output in ready:
                    piece = os.read(self._output, PIECE)
                    if not piece:
                        self._ended = True
                        break
                    answers += self._unpacker.feed(piece)
        return answers

    def _write(self, unsent: memoryview) -> memoryview:
        """What is left to be written."""
        try:
            return unsent[os.write(self._input, unsent) :]
        except BlockingIOError:
            return unsent
        except BrokenPipeError:  # it has ended, as its output will tell
            return unsent[:0]

    def end(self) -> str | None:
        """Why it ended by itself, if it did and the reason is one of ours."""
        with self._popen as ending:  # closes the pipes, which ends it, and waits
            if not self._ended:
                ending.kill()
        return ENDS.get(self._popen.returncode)
