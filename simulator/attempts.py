"""ReceiveRequestAttemptId: a receive on a FIFO queue, asked again after a lost answer."""

from collections import deque

from simulator.message import Message, State

INTERVAL = 300.0  # seconds


class Attempts:
    """Attempt id → the messages it was answered with, and which receive of each that was."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[float, list[tuple[Message, int]]]] = {}
        self._forget: deque[tuple[float, str]] = deque()

    def remember(self, attempt_id: str, messages: list[Message], now: float) -> None:
        received = [(message, message.receive_count) for message in messages]
        self._answers[attempt_id] = (now + INTERVAL, received)
        self._forget.append((now + INTERVAL, attempt_id))

    def find(self, attempt_id: str, now: float) -> list[Message] | None:
        """The same messages again; None once one of them was deleted, changed or is visible."""
        while self._forget and self._forget[0][0] <= now:
            expired_id = self._forget.popleft()[1]
            # The id may have been used anew since; that use has its own entry.
            if expired_id in self._answers and self._answers[expired_id][0] <= now:
                del self._answers[expired_id]
        _, received = self._answers.get(attempt_id, (0.0, []))
        untouched = all(
            message.state is State.IN_FLIGHT
            and message.receive_count == receive_count
            and not message.visibility_changed
            for message, receive_count in received
        )
        return [message for message, _ in received] if received and untouched else None
