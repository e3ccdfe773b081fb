"""Judges that have judged and wait, their processes running, for who asks the same again: a page
asks every second for more of what it looks for, and starting a process takes as long as judging
ten thousand messages."""

from __future__ import annotations

import atexit
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock, Timer

from queues.decoders.own import workshop
from queues.search.filters import Filter
from queues.search.judge import Judge
from queues.search.paths import Path

LINGER = 5.0
MOST = 4


class Warm:
    """May be used by several threads; each judge is lent to one at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        # When its time is over, what it is asked, and it; the oldest first.
        self._waiting: list[tuple[float, str, Judge]] = []
        atexit.register(self.end_all_but, 0)

    @contextmanager
    def judges(
        self, count: int, expression: str, chain: Sequence[str] | None, group_by: Path | None
    ) -> Iterator[list[Judge]]:
        key = json.dumps([expression, chain, str(group_by or ""), workshop.configuration])
        filter_ = Filter("", expression)
        lent = [
            self._taken(key) or Judge(filter_, chain=chain, group_by=group_by) for _ in range(count)
        ]
        kept: list[Judge] = []
        try:
            yield lent
            kept = [judge for judge in lent if judge.has_time]
        finally:
            for judge in lent:
                if judge not in kept:
                    judge.end()
        self._keep(key, kept)

    def end_all_but(self, most: int) -> None:
        """And of those, which are the youngest, only those whose time is not over."""
        now = time.monotonic()
        with self._lock:
            waiting: list[tuple[float, str, Judge]] = []
            ending: list[tuple[float, str, Judge]] = []
            for place, each in enumerate(reversed(self._waiting)):
                (waiting if place < most and each[0] > now else ending).append(each)
            self._waiting = waiting[::-1]
        for _, _, judge in ending:
            judge.end()

    def _taken(self, key: str) -> Judge | None:
        with self._lock:
            for at, (_, asked, judge) in enumerate(self._waiting):
                if asked == key:
                    del self._waiting[at]
                    return judge
        return None

    def _keep(self, key: str, judges: Sequence[Judge]) -> None:
        until = time.monotonic() + LINGER
        with self._lock:
            self._waiting += [(until, key, judge) for judge in judges]
        self.end_all_but(MOST)
        if judges:
            timer = Timer(LINGER, self.end_all_but, [MOST])
            timer.daemon = True
            timer.start()


warm = Warm()
