"""Counters that all threads of a sweep add to."""

from collections import Counter
from threading import Lock


class Tally:
    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._requests: Counter[str] = Counter()

    def add(self, **counts: int) -> None:
        with self._lock:
            for name, number in counts.items():
                self._counts[name] += number

    def request(self, operation: str) -> None:
        with self._lock:
            self._requests[operation] += 1

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def requests(self) -> dict[str, int]:
        with self._lock:
            return dict(self._requests)
