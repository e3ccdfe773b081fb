"""Standard queues: many servers, of which a short poll asks only some."""

import heapq
from collections import deque
from collections.abc import Iterator

from simulator.history import Departure
from simulator.message import Message, State
from simulator.queue import Queue
from simulator.receipts import Receipt

SERVERS = 8
# Developer Guide, "Using dead-letter queues": after three receives without a delete a message
# moves to the back of the queue.
RECEIVES_BEFORE_THE_BACK = 3


class Server:
    """The available messages of one server, by order: those that came in order in a line, and
    the few that came back to their old place in a heap."""

    __slots__ = ("_line", "_returned")

    def __init__(self) -> None:
        self._line: deque[tuple[int, Message]] = deque()
        self._returned: list[tuple[int, Message]] = []

    def add(self, message: Message) -> None:
        entry = (message.order, message)
        if not self._line or message.order > self._line[-1][0]:
            self._line.append(entry)
        else:
            heapq.heappush(self._returned, entry)

    def pop(self) -> Message | None:
        line, returned = self._line, self._returned
        while line or returned:
            if not returned or (line and line[0][0] < returned[0][0]):
                message = line.popleft()[1]
            else:
                message = heapq.heappop(returned)[1]
            # Deleted and expired messages stay behind until they surface.
            if message.state is State.AVAILABLE:
                return message
        return None


class StandardQueue(Queue):
    """Each message lies on one server at random, in order of arrival there.

    That alone gives what AWS describes: order that is only roughly kept, short polls that find
    few messages or none in a short queue and plenty in a long one, long polls that find all.
    """

    fifo = False

    def _clear_available(self) -> None:
        self._servers = [Server() for _ in range(SERVERS if self._sampling else 1)]

    def _add_available(self, message: Message) -> None:
        if message.receive_count >= RECEIVES_BEFORE_THE_BACK:
            self._last_order += 1
            message.order = self._last_order
        self._servers[int(self._rng.random() * len(self._servers))].add(message)

    def _next_available(self, limit: int, *, everywhere: bool) -> Iterator[Message]:
        servers = self._asked(everywhere=everywhere)
        while servers:
            not_empty = []
            for server in servers:
                message = server.pop()
                if message is not None:
                    yield message
                    not_empty.append(server)
            servers = not_empty

    def _asked(self, *, everywhere: bool) -> list[Server]:
        """All servers or the next few, from one at random; which one is next tells nothing."""
        first = int(self._rng.random() * len(self._servers))
        servers = self._servers[first:] + self._servers[:first]
        if everywhere:
            return servers
        return servers[: 1 + int(self._rng.random() * len(servers))]

    def delete(self, receipt: Receipt) -> None:
        """With an old handle: succeeds, and the message stays."""
        message = self.messages.get(receipt.message)
        if message is not None and message.receive_count == receipt.receive:
            self.remove(message, Departure.DELETED)

    def _refuse_old_handle(self, receipt: Receipt) -> None:
        """A standard queue takes it, without effect."""

    # Nothing to keep: a message in flight locks nothing but itself, and one that is gone is
    # passed over when it surfaces.

    def _hidden(self, message: Message) -> None:
        pass

    def _unhidden(self, message: Message) -> None:
        pass

    def _removed_available(self, message: Message) -> None:
        pass
