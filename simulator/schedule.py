"""Things that become due: the one structure behind delays, visibility timeouts and retention."""

import heapq
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)


class Schedule(Generic[Item]):
    """Each item once, with the time it is due. Every call costs O(log n), spread over calls.

    A changed or discarded item leaves its old heap entry behind; it is recognised by its ticket
    when it surfaces, and swept out once such entries are the majority.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Item]] = []
        self._tickets: dict[Item, int] = {}
        self._next_ticket = 0

    def __len__(self) -> int:
        return len(self._tickets)

    def put(self, item: Item, due: float) -> None:
        """Adds the item, or changes when it is due."""
        self._next_ticket += 1
        self._tickets[item] = self._next_ticket
        heapq.heappush(self._heap, (due, self._next_ticket, item))
        if len(self._heap) > 64 + 2 * len(self._tickets):
            self._heap = [entry for entry in self._heap if self._tickets.get(entry[2]) == entry[1]]
            heapq.heapify(self._heap)

    def discard(self, item: Item) -> None:
        self._tickets.pop(item, None)

    def next_due(self) -> float:
        """When the next item is due; infinity if there is none."""
        while self._heap:
            due, ticket, item = self._heap[0]
            if self._tickets.get(item) == ticket:
                return due
            heapq.heappop(self._heap)
        return float("inf")

    def pop_due(self, now: float) -> Iterator[Item]:
        """Takes out what is due, earliest first."""
        while self.next_due() <= now:
            item = heapq.heappop(self._heap)[2]
            del self._tickets[item]
            yield item

    def items(self) -> list[Item]:
        return list(self._tickets)
