"""ReceiveRequestAttemptId: a receive on a FIFO queue, asked again after a lost answer."""

from collections import deque

from simulator.errors import invalid_value
from simulator.message import Message, State

INTERVAL = 300.0  # seconds
NOT_RETRYABLE = (
    "The receiveRequestAttemptId is not valid anymore since the receive call is not retryable."
)


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
        """The same messages again; None if there are none, or one of them is visible again.

        SqsError once one of them was deleted, changed or received by another.
        """
        while self._forget and self._forget[0][0] <= now:
            expired_id = self._forget.popleft()[1]
            # The id may have been used anew since; that use has its own entry.
            if expired_id in self._answers and self._answers[expired_id][0] <= now:
                del self._answers[expired_id]
        _, received = self._answers.get(attempt_id, (0.0, []))
        for message, receive_count in received:
            changed = message.visibility_changed or message.receive_count != receive_count
            if changed or message.state is State.GONE:
                raise invalid_value("ReceiveRequestAttemptId", attempt_id, NOT_RETRYABLE)
        hidden = all(message.state is State.IN_FLIGHT for message, _ in received)
        return [message for message, _ in received] if received and hidden else None
