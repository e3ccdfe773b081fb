"""When a sweep may stop: what it must have seen to say that nothing is left."""

from threading import Lock


class StopProof:
    """Every thread has had `enough` empty polls in a row since the last new message. And where an
    answer was lost, those polls came after the time by which what it hid is visible again.

    Times are seconds of the monotonic clock.
    """

    def __init__(self, threads: int, enough: int, started: float) -> None:
        self._lock = Lock()
        self._enough = enough
        self._last_new = started
        self._hidden_until = started
        self._quiet = [0] * threads
        self._proved = [0] * threads

    def found(self, now: float) -> None:
        with self._lock:
            self._last_new = max(self._last_new, now)
            self._start_over()

    def lost(self, hidden_until: float) -> None:
        """An answer was lost, or came damaged: its messages reappear by then."""
        with self._lock:
            self._hidden_until = max(self._hidden_until, hidden_until)
            self._proved = [0] * len(self._proved)

    def nothing(self, thread: int, asked_at: float) -> None:
        """A poll sent at `asked_at` brought nothing."""
        with self._lock:
            if asked_at >= self._last_new:
                self._quiet[thread] += 1
                if asked_at >= self._hidden_until:
                    self._proved[thread] += 1

    def nothing_new(self, thread: int) -> None:
        """A poll brought messages, but only ones seen before."""
        with self._lock:
            self._quiet[thread] = self._proved[thread] = 0

    def may_rest(self, thread: int, now: float) -> bool:
        """No need to poll: this thread has done its part, or it is too early to tell."""
        with self._lock:
            if self._proved[thread] >= self._enough:
                return True
            return self._quiet[thread] >= self._enough and now < self._hidden_until

    def under_way(self) -> bool:
        return all(self._quiet)

    def met(self) -> bool:
        return all(number >= self._enough for number in self._proved)

    def _start_over(self) -> None:
        self._quiet = [0] * len(self._quiet)
        self._proved = [0] * len(self._proved)
