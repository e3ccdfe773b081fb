"""A queue in use: others send to it and consume from it while a job works on it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.deeds import Play
from tests.faults.letters import key_in, write
from tests.faults.nemesis import Peace
from tests.faults.shift import Shift

A_SECOND = 50
LONGEST = 15.0


@dataclass
class Traffic(Peace):
    """Fifty messages a second in, and as many out, for a quarter of a minute at most."""

    play: Play | None = None
    seed: int = 0
    _threads: list[threading.Thread] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def look(self, shift: Shift) -> None:
        if not self._threads:
            self._threads = [
                threading.Thread(target=self._often, args=(each,), daemon=True)
                for each in (self._produce, self._consume)
            ]
            for thread in self._threads:
                thread.start()
            self.faults = len(self._threads)

    def release(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(10)

    def _often(self, act: Callable[[random.Random], None]) -> None:
        rng = random.Random(f"{self.seed} {act.__name__}")
        deadline = time.monotonic() + LONGEST
        while not self._over.wait(10 / A_SECOND) and time.monotonic() < deadline:
            act(rng)

    def _produce(self, rng: random.Random) -> None:
        assert self.play is not None
        fresh = write(rng, 10, groups=5 * self.play.fifo, start=len(self.play.letters))
        self.play.stage.post(self.play.stage.url(self.play.source), fresh)
        # Those sent after the job began are not its business; some may be sent before.
        self.play.optional |= {letter.key for letter in fresh}
        self.play.letters.extend(fresh)

    def _consume(self, rng: random.Random) -> None:
        assert self.play is not None
        sqs, url = self.play.stage.sqs, self.play.stage.url(self.play.source)
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=30)
        for message in found.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            self.play.elsewhere.add(key_in(message["Body"]))
