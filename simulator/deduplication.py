"""FIFO queues' memory of deduplication ids."""

from collections import deque
from typing import NamedTuple

INTERVAL = 300.0  # seconds, from the first send


class Original(NamedTuple):
    message_id: str
    sequence_number: str


class Deduplication:
    """Kept apart from the messages: an id counts even after its message was deleted."""

    def __init__(self) -> None:
        self._originals: dict[tuple[str, str], Original] = {}
        self._forget: deque[tuple[float, tuple[str, str]]] = deque()

    def find(self, scope: str, deduplication_id: str, now: float) -> Original | None:
        """`scope`: the message group, or nothing where the whole queue deduplicates."""
        while self._forget and self._forget[0][0] <= now:
            del self._originals[self._forget.popleft()[1]]
        return self._originals.get((scope, deduplication_id))

    def remember(self, scope: str, deduplication_id: str, original: Original, now: float) -> None:
        self._originals[(scope, deduplication_id)] = original
        self._forget.append((now + INTERVAL, (scope, deduplication_id)))
