"""Standard queues: many servers, of which a short poll asks only some."""

import heapq
from collections.abc import Iterator

from simulator.message import Message, State
from simulator.queue import Queue
from simulator.receipts import Receipt

SERVERS = 8
# Developer Guide, "Using dead-letter queues": after three receives without a delete a message
# moves to the back of the queue.
RECEIVES_BEFORE_THE_BACK = 3


class StandardQueue(Queue):
    """Each message lies on one server at random, in order of arrival there.

    That alone gives what AWS describes: order that is only roughly kept, short polls that find
    few messages or none in a short queue and plenty in a long one, long polls that find all.
    """

    fifo = False

    def _clear_available(self) -> None:
        count = SERVERS if self._sampling else 1
        self._servers: list[list[tuple[int, Message]]] = [[] for _ in range(count)]

    def _add_available(self, message: Message) -> None:
        if message.receive_count >= RECEIVES_BEFORE_THE_BACK:
            self._last_order += 1
            message.order = self._last_order
        server = self._servers[int(self._rng.random() * len(self._servers))]
        heapq.heappush(server, (message.order, message))

    def _next_available(self, limit: int, *, everywhere: bool) -> Iterator[Message]:
        asked = len(self._servers)
        if not everywhere:
            asked = self._rng.randint(1, asked)
        servers = self._rng.sample(self._servers, asked)
        while servers:
            not_empty = []
            for server in servers:
                message = _pop(server)
                if message is not None:
                    yield message
                    not_empty.append(server)
            servers = not_empty

    def delete(self, receipt: Receipt) -> None:
        """With an old handle: succeeds, and the message stays."""
        message = self.messages.get(receipt.message)
        if message is not None and message.receive_count == receipt.receive:
            self.remove(message)

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


def _pop(server: list[tuple[int, Message]]) -> Message | None:
    while server:
        order, message = heapq.heappop(server)
        # Deleted and expired messages stay behind in the heap until they surface.
        if message.state is State.AVAILABLE and message.order == order:
            return message
    return None
