"""When a sweep may stop: what it must have seen to say that nothing is left."""

from threading import Lock


class StopProof:
    """Every thread has had `enough` empty polls in a row since the last new message. And where an
    answer was lost, as many empty polls, on whatever thread, were sent after the time by which
    what it hid is visible again. (As many on every thread would rarely come about while answers
    go on being lost, since each of those starts the wait anew.)

    Times are seconds of the monotonic clock.
    """

    def __init__(self, threads: int, enough: int, started: float) -> None:
        self._lock = Lock()
        self._enough = enough
        self._last_new = started
        self._hidden_until = started
        self._quiet = [0] * threads
        self._after_hidden = 0

    def found(self, now: float) -> None:
        with self._lock:
            self._last_new = max(self._last_new, now)
            self._quiet = [0] * len(self._quiet)
            self._after_hidden = 0

    def lost(self, hidden_until: float) -> None:
        """An answer was lost, or came damaged: its messages reappear by then."""
        with self._lock:
            self._hidden_until = max(self._hidden_until, hidden_until)
            self._after_hidden = 0

    def nothing(self, thread: int, asked_at: float) -> None:
        """A poll sent at `asked_at` brought nothing."""
        with self._lock:
            if asked_at >= self._last_new:
                self._quiet[thread] += 1
                self._after_hidden += asked_at >= self._hidden_until

    def nothing_new(self, thread: int) -> None:
        """A poll brought messages, but only ones seen before."""
        with self._lock:
            self._quiet[thread] = 0

    def may_rest(self, thread: int, now: float) -> bool:
        """No need to poll: this thread has done its part, or it is too early to tell."""
        with self._lock:
            if self._quiet[thread] < self._enough:
                return False
            a_few_are_enough = thread >= self._enough
            return (
                a_few_are_enough or now < self._hidden_until or self._after_hidden >= self._enough
            )

    def under_way(self) -> bool:
        return all(self._quiet)

    def met(self) -> bool:
        with self._lock:
            every_thread = all(number >= self._enough for number in self._quiet)
            return every_thread and self._after_hidden >= self._enough
