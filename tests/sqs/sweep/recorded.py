"""A sweep of a queue, with quick options, and everything it told."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from queues.sqs.sweep import Sweep, SweepOptions, SweepProgress, SweepResult
from queues.sqs.types import Message, Queue
from simulator import Simulator
from tests.sqs.hurry import hurried

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

QUICK: dict[str, Any] = {"threads": 3, "wait": 1, "stop_after_empty": 1, "visibility_timeout": 900}


@dataclass
class Recorded:
    """What became of a sweep. `messages`: in the order handed on.

    A sweep whose visibility timeout matters runs in real time, others in a hurry.
    """

    sim: Simulator
    client: "SQSClient"
    queue: Queue
    lists: list[list[Message]] = field(default_factory=list)
    progress: list[SweepProgress] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    sweep: Sweep | None = None

    @property
    def messages(self) -> list[Message]:
        return [message for messages in self.lists for message in messages]

    @property
    def bodies(self) -> list[str]:
        return [message.body for message in self.messages]

    def run(
        self,
        store: Callable[[list[Message]], None] = lambda messages: None,
        keep_going: Callable[[], bool] = lambda: True,
        **options: Any,
    ) -> SweepResult:
        def on_messages(messages: list[Message]) -> None:
            self.threads.add(threading.get_ident())
            store(messages)
            self.lists.append(messages)

        self.sweep = Sweep(
            self.client,
            self.queue,
            SweepOptions(**{**QUICK, **options}),
            on_messages=on_messages,
            keep_going=keep_going,
            on_progress=self.progress.append,
        )
        hurry = "visibility_timeout" not in options
        with hurried(self.sim.clock) if hurry else nullcontext():
            return self.sweep.run()
