"""What others do to a queue while a job works on it."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.deeds import Play
from tests.faults.letters import key_in, write
from tests.faults.nemesis import Peace
from tests.faults.shift import Shift

GRAVEYARD = "graveyard"


@dataclass
class Meddling(Peace):
    """One act of somebody else's, some time after the job began to receive or to send."""

    act: Callable[[], None] | None = None
    delay: float = 0.0

    _calls_before: int | None = None
    _due: float | None = None

    def look(self, shift: Shift) -> None:
        calls = shift.stage.simulator.calls
        made = calls["ReceiveMessage"] + calls["SendMessageBatch"]
        if self._calls_before is None:
            self._calls_before = made
        elif self._due is None and made > self._calls_before:
            self._due = time.monotonic() + self.delay
        if self.act is not None and self._due is not None and time.monotonic() >= self._due:
            self.act()
            self.act = None
            self.faults += 1


@dataclass
class Meddler:
    """Acts on the queue that the play is about."""

    play: Play
    rng: random.Random

    @property
    def name(self) -> str:
        return self.play.source or self.play.target

    def delete(self) -> None:
        """What the queue holds goes with it, and by right."""
        stage = self.play.stage
        held = {key_in(message.body) for message in stage.simulator.messages(self.name)}
        self.play.elsewhere |= held
        stage.sqs.delete_queue(QueueUrl=stage.url(self.name))

    def delete_and_make_anew(self) -> None:
        """What is sent to the new queue is no business of the job's."""
        self.delete()
        fresh = write(self.rng, 50, groups=3 * self.play.fifo, start=len(self.play.letters))
        self.play.letters.extend(fresh)
        if self.name == self.play.target:
            self.play.optional |= {letter.key for letter in fresh}
        self.play.stage.post(self.play.stage.queue(self.name), fresh)

    def attach_a_dead_letter_queue(self) -> None:
        """From now on a second or third look at a message moves it away."""
        stage = self.play.stage
        graveyard = f"{GRAVEYARD}.fifo" if self.play.fifo else GRAVEYARD
        arn = stage.sqs.get_queue_attributes(
            QueueUrl=stage.queue(graveyard), AttributeNames=["QueueArn"]
        )["Attributes"]["QueueArn"]
        policy = {"deadLetterTargetArn": arn, "maxReceiveCount": self.rng.choice((1, 2))}
        self._set(RedrivePolicy=json.dumps(policy))
        self.play.graveyard = graveyard

    def change_attributes(self) -> None:
        timeout, retention = str(self.rng.randrange(1, 3)), str(self.rng.randrange(600, 6000))
        self._set(VisibilityTimeout=timeout, MessageRetentionPeriod=retention)

    def _set(self, **attributes: str) -> None:
        given: object = attributes
        url = self.play.stage.url(self.name)
        self.play.stage.sqs.set_queue_attributes(QueueUrl=url, Attributes=given)  # type: ignore[arg-type]
