"""A sweep of a queue, with quick options, and everything it told."""

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from queues.sqs.sweep import (
    Known,
    News,
    Orders,
    Sweep,
    SweepOptions,
    SweepProgress,
    SweepResult,
)
from queues.sqs.types import Message, Outgoing, Queue
from simulator import Simulator
from tests.sqs.hurry import hurried

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# What on_news may answer, made of the news.
Answer = Callable[[News], Orders | None]

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
    news: list[News] = field(default_factory=list)
    progress: list[SweepProgress] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    sweep: Sweep | None = None

    @property
    def messages(self) -> list[Message]:
        return [message for messages in self.lists for message in messages]

    @property
    def bodies(self) -> list[str]:
        return [message.body for message in self.messages]

    def told(self, what: str) -> list[Any]:
        """All that was told in one field of the news, in order."""
        return [each for news in self.news for each in getattr(news, what)]

    def run(
        self,
        store: Callable[[list[Message]], None] = lambda messages: None,
        keep_going: Callable[[], bool] = lambda: True,
        orders: Answer | None = None,
        target_url: str = "",
        ask_leave: Callable[[str], None] = lambda operation: None,
        known: Iterable[Known] = (),
        unfinished: Orders | None = None,
        **options: Any,
    ) -> SweepResult:
        def on_news(news: News) -> Orders | None:
            self.threads.add(threading.get_ident())
            self.news.append(news)
            if messages := [each.message for each in news.arrivals if each.new and each.wanted]:
                store(messages)
                self.lists.append(messages)
            return orders(news) if orders else None

        self.sweep = Sweep(
            self.client,
            self.queue,
            SweepOptions(**{**QUICK, **options}),
            on_news=on_news,
            target_url=target_url,
            keep_going=keep_going,
            on_progress=self.progress.append,
            ask_leave=ask_leave,
        )
        hurry = "visibility_timeout" not in options
        with hurried(self.sim.clock) if hurry else nullcontext():
            return self.sweep.run(known, unfinished)


def deleting(news: News) -> Orders:
    """What a clear answers: all that came is deleted."""
    return Orders(delete=[arrival.number for arrival in news.arrivals if arrival.wanted])


class Moving:
    """What a move answers: all that came is sent, and deleted once it is sent."""

    def __init__(self, outgoing: Callable[[Message], Outgoing] = lambda m: Outgoing(m.body)):
        self._outgoing = outgoing
        self.begun: set[int] = set()
        self.sent: set[int] = set()

    def __call__(self, news: News) -> Orders:
        self.begun.update(news.sending)
        self.sent.update(number for number, _ in news.sent)
        wanted = [arrival for arrival in news.arrivals if arrival.wanted]
        again = [each.number for each in wanted if each.number in self.sent]
        fresh = [each for each in wanted if each.number not in self.begun]
        return Orders(
            send=[(each.number, self._outgoing(each.message)) for each in fresh],
            delete=[*(number for number, _ in news.sent), *again],
        )


def as_sent(message: Message) -> Outgoing:
    """The message as it was, for a FIFO queue too."""
    return Outgoing(
        message.body,
        message.message_attributes,
        message_group_id=message.group_id,
        message_deduplication_id=message.message_id if message.group_id else None,
        trace_header=message.attributes.get("AWSTraceHeader"),
    )


def bodies_of(sim: Simulator, queue: str, state: str | Sequence[str] = "available") -> list[str]:
    """What lies in a queue, in order; nothing changes."""
    states = (state,) if isinstance(state, str) else state
    return [message.body for message in sim.messages(queue) if message.state in states]
