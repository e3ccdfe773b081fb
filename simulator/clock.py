"""The one source of time: real by default, and a test may push it forward or stop it."""

import threading
import time
from weakref import WeakSet


class Clock:
    """Seconds since the epoch, as a float, never going back."""

    def __init__(self) -> None:
        # Monotonic underneath: a step of the machine's clock must not expire a visibility timeout.
        self._offset = time.time() - time.monotonic()
        self._frozen_at: float | None = None
        self._guard = threading.Lock()
        self._sleepers: WeakSet[threading.Condition] = WeakSet()

    def now(self) -> float:
        frozen_at = self._frozen_at
        return time.monotonic() + self._offset if frozen_at is None else frozen_at

    @property
    def frozen(self) -> bool:
        return self._frozen_at is not None

    def advance(self, seconds: float) -> None:
        """Lets `seconds` pass at once, for every long poll under way too."""
        if not 0 <= seconds < float("inf"):
            raise ValueError("a clock only goes forward, by a finite number of seconds")
        with self._guard:
            if self._frozen_at is None:
                self._offset += seconds
            else:
                self._frozen_at += seconds
        self._wake()

    def freeze(self) -> None:
        """From now on only `advance` moves the clock."""
        with self._guard:
            self._frozen_at = self.now()

    def resume(self) -> None:
        """Runs on from where the clock stands."""
        with self._guard:
            if self._frozen_at is not None:
                self._offset = self._frozen_at - time.monotonic()
                self._frozen_at = None
        self._wake()

    def wait(self, condition: threading.Condition, until: float) -> None:
        """Waits on `condition` (its lock held) until notified or `until`; may return early."""
        # Registered before the time left is read: an advance in between then finds us.
        with self._guard:
            self._sleepers.add(condition)
        condition.wait(None if self.frozen else max(0.0, until - self.now()))

    def _wake(self) -> None:
        with self._guard:
            sleepers = list(self._sleepers)
        for condition in sleepers:
            with condition:
                condition.notify_all()
