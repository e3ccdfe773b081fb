"""Decoders of one's own: classes that the settings name.

    class MeterReading:
        name = "meter-reading"          # what a queue is told to use
        label = "Meter reading"         # for people
        automatic = True                # asked for every body that is no JSON; True if left out
        def decode(self, data: str | bytes) -> str | bytes | None: ...   # None: not mine

They are somebody else's code, so they run in a process of their own, which is kept for the next
message and replaced when it does not answer: a second of the processor's time, five by the clock,
512 MiB of memory and 5 MiB of output for one message. What they raise is shown as a sentence.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from queues.decoders.base import CannotDecode, Data, Decoder, Document, Step
from queues.decoders.budget import OUTPUT, SECONDS
from queues.decoders.own_class import BadDecoder, load
from queues.decoders.own_process import Ended, Process, Silent

BY_CLOCK = 5.0
MEMORY = 512 * 1024 * 1024
# A decoder that took too long, or that was slow for so long in all, is left alone for a while, or a
# page of a hundred messages would wait a hundred times.
REST = 10.0
SLOW = 0.2
SLOW_IN_ALL = 2.0


class OwnDecoder(Decoder):
    unwraps = True

    def __init__(self, number: int, about: Mapping[str, Any]) -> None:
        self.number = number
        self.name, self.label = about["name"], about["label"]
        self.automatic = bool(about["automatic"])

    def find(self, document: Document) -> Step | None:
        if not self.automatic:
            return None
        data = workshop.ask(self.number, document.data)
        return None if data is None else Step(data)

    def decode(self, document: Document) -> Step:
        data = workshop.ask(self.number, document.data)
        if data is None:
            raise CannotDecode("It does not know this.")
        return Step(data)


class Patience:
    """When each decoder may be asked again, and how long it was slow since it last rested."""

    def __init__(self) -> None:
        self._resting: dict[int, float] = {}
        self._slow: dict[int, float] = {}

    def check(self, number: int) -> None:
        if time.monotonic() < self._resting.get(number, 0):
            raise CannotDecode("It took too long a moment ago. Try again in ten seconds.")

    def took(self, number: int, seconds: float) -> None:
        slow = self._slow.get(number, 0) + seconds if seconds > SLOW else 0
        self._slow[number] = slow
        if slow > SLOW_IN_ALL:
            self.rest(number)

    def rest(self, number: int) -> None:
        self._resting[number] = time.monotonic() + REST
        self._slow[number] = 0


class Workshop:
    """The decoders, and the one process they run in. Threads wait for each other.

    `configuration` is plain data: another process of ours hands it to its own `workshop.set_up`
    and has the same decoders, without loading them.
    """

    def __init__(self) -> None:
        self.decoders: tuple[OwnDecoder, ...] = ()
        self.configuration: dict[str, Any] = {"paths": [], "about": [], "search_path": []}
        self._process: Process | None = None
        self._lock = threading.Lock()
        self._patience = Patience()

    def set_up(self, configuration: dict[str, Any]) -> None:
        self.end()
        self.configuration = configuration
        self.decoders = tuple(
            OwnDecoder(at, each) for at, each in enumerate(configuration["about"])
        )
        self._patience = Patience()

    def ask(self, number: int, data: Data) -> Data | None:
        """What the decoder gives. Raises CannotDecode with why it gives nothing."""
        kind = b"s" if isinstance(data, str) else b"b"
        sent = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        with self._lock:
            self._patience.check(number)
            warm, began = self._process is not None, time.monotonic()
            try:
                answer = self._answer(bytes([number]) + kind + sent)
            except (Silent, Ended) as failed:
                self._patience.rest(number)
                raise CannotDecode(why(failed)) from None
            if warm:  # else most of it went by until the process had started
                self._patience.took(number, time.monotonic() - began)
        return decoded(answer)

    def _answer(self, question: bytes) -> bytes:
        """An idle process may have been ended by anything; then once more, with a fresh one."""
        if self._process is not None:
            try:
                return self._process.ask(question, BY_CLOCK)
            except Ended as ended:
                self._process = None
                if ended.status == -signal.SIGPROF:
                    raise
            except Silent:
                self._process = None
                raise
        process = self._start()
        answer = process.ask(question, BY_CLOCK)
        self._process = process
        return answer

    def _start(self) -> Process:
        limits = {"seconds": SECONDS, "memory": MEMORY, "output": OUTPUT}
        try:
            return Process({**self.configuration, **limits})
        except (OSError, Ended, Silent):
            raise CannotDecode(
                "The process it runs in does not start. Look at the log, and at the machine's "
                "memory and number of processes."
            ) from None

    def end(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.end()

    def forked(self) -> None:
        """The process answers to the parent; its lock may be held by a thread that is not here."""
        self._lock = threading.Lock()
        if self._process is not None:
            self._process.let_go()
            self._process = None


def decoded(answer: bytes) -> Data | None:
    kind, data = answer[:1], answer[1:]
    if kind == b"n":
        return None
    if kind == b"b":
        return data
    text = data.decode("utf-8", "surrogatepass")
    if kind == b"e":
        raise CannotDecode(f"It failed: {text}.")
    return text


def why(failed: Silent | Ended) -> str:
    if isinstance(failed, Silent):
        return f"It gave no answer within {BY_CLOCK:g} seconds."
    if failed.status == -signal.SIGPROF:
        return "It took more than one second of the processor's time."
    return "The process it runs in ended unexpectedly."


def configure(paths: Sequence[str], taken: Sequence[str] = ()) -> None:
    """Loads the classes at these paths, instead of those before. `taken`: names that are others'.
    Raises BadDecoder with a sentence for who starts the program."""
    about: list[dict[str, Any]] = []
    for path in paths:
        made = load(path)
        if made.name in (*taken, *(each["name"] for each in about)):
            raise BadDecoder(path, f"another decoder has its name, {made.name}")
        automatic = bool(getattr(made, "automatic", True))
        about.append({"name": made.name, "label": made.label, "automatic": automatic})
    workshop.set_up({"paths": list(paths), "about": about, "search_path": list(sys.path)})


workshop = Workshop()
atexit.register(workshop.end)
with contextlib.suppress(AttributeError):  # there are no forks everywhere
    os.register_at_fork(after_in_child=workshop.forked)
