"""A call that a thread of a sweep makes: what to ask, and what follows from each way it ends."""

from typing import Any, Protocol

from queues.sqs.errors import SqsError


class Call(Protocol):
    """Exactly one of the last three follows ask(), and none when the sweep has ended."""

    def ask(self) -> Any: ...

    def answered(self, answer: Any) -> None: ...

    def failed(self, error: SqsError) -> bool:
        """True: it is dealt with. False: it is one more sign of an outage, or of worse."""

    def lost(self) -> None:
        """No answer came in time, and none will be listened to."""
