"""Between a sweep and whoever keeps its books: what happened, and what is to be done."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, NamedTuple

from queues.sqs.batch_call import MAX_ENTRIES
from queues.sqs.types import Message, Outgoing

# Characters of bodies that are handed on at a time.
MOST_TEXT = 1_000_000


class Arrival(NamedTuple):
    """A message that came. `number`: its place in the order of arrival, from 0. `until`: it is
    hidden till then (monotonic clock). `new`: not seen before by this sweep. `wanted` False: it
    is only held until the end, because it was sent after the start, or is damaged for good."""

    number: int
    message: Message
    until: float
    new: bool = True
    wanted: bool = True


class Failure(NamedTuple):
    """A message that could not be sent ("send"), deleted ("delete") or released ("release").
    `unknown`: it may have been carried out all the same."""

    number: int
    act: str
    sentence: str
    unknown: bool = False


@dataclass(slots=True)
class News:
    """What happened since the last time; to be written down before anything follows from it.

    sending: about to be sent, once this has been written down. sent: with their new ids.
    resent: sent again, because the answer was lost: each is a possible duplicate.
    extended: held until (seconds of the monotonic clock).
    """

    arrivals: list[Arrival] = field(default_factory=list)
    sending: list[int] = field(default_factory=list)
    sent: list[tuple[int, str]] = field(default_factory=list)
    resent: list[int] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    released: list[int] = field(default_factory=list)
    extended: list[tuple[int, float]] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(
            self.arrivals
            or self.sending
            or self.sent
            or self.resent
            or self.deleted
            or self.released
            or self.extended
            or self.failed
        )


@dataclass(slots=True)
class Orders:
    """What is to be done with messages that came; those not named are held until the end and
    released then. `enough`: nothing more need be received. `stopped`: groups of a FIFO target of
    which nothing more is sent, because an earlier one of theirs could not be."""

    send: Sequence[tuple[int, Outgoing]] = ()
    delete: Sequence[int] = ()
    enough: bool = False
    stopped: Collection[str] = ()


class Known(NamedTuple):
    """A message an earlier sweep has seen. Times are of the monotonic clock. `until`: surely held
    till then, 0 if it is not. `limit`: longer it cannot be held. `perhaps`: till then it may be
    hidden by an extension that was not written down, 0 if it cannot be."""

    number: int
    message_id: str
    handle: str
    until: float
    limit: float
    perhaps: float = 0.0


OnNews = Callable[[News], Orders | None]


class Inbox:
    """Where the threads put what happened, and the one that keeps the books takes it."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[tuple[str, Any]] = SimpleQueue()

    def put(self, what: str, items: Sequence[Any]) -> None:
        """`what`: a field of News."""
        self._queue.put((what, items))

    def take_into(self, news: News, enough: int = 1000, most: int = 1000) -> bool:
        """At most so many messages, and fewer where they are large. Whether they are enough."""
        text = 0
        while len(news.arrivals) <= most - MAX_ENTRIES and text < MOST_TEXT:
            if self._queue.empty():
                return len(news.arrivals) > enough - MAX_ENTRIES
            what, items = self._queue.get()
            getattr(news, what).extend(items)
            if what == "arrivals":
                text += sum(len(arrival.message.body) for arrival in items)
        return True

    @property
    def size(self) -> int:
        return self._queue.qsize()

    @property
    def empty(self) -> bool:
        return self._queue.empty()
