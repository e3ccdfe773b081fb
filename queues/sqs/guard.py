"""A client that asks for leave before each call: the fence, and the count of requests.

SQS knows no fencing tokens: it cannot tell the calls of a worker that was taken for dead from
those of its successor. So whoever works under a lease asks, before each attempt at each call,
whether the lease is still theirs.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class Fenced(Exception):
    """No further call may be made: another worker may have taken over."""


class _Guarded:
    def __init__(self, client: "SQSClient", ask_leave: Callable[[str], None]) -> None:
        self._client, self._ask_leave = client, ask_leave

    def __getattr__(self, name: str) -> Any:
        method, operation = getattr(self._client, name), _operation(name)

        def call(**request: Any) -> Any:
            self._ask_leave(operation)
            return method(**request)

        # Found here from now on, without this detour.
        setattr(self, name, call)
        return call


def guarded(client: "SQSClient", ask_leave: Callable[[str], None]) -> "SQSClient":
    """`ask_leave` is called with the operation's AWS name before each call, in the thread that
    makes it; what it raises, such as Fenced, keeps the call from being made."""
    return cast("SQSClient", _Guarded(client, ask_leave))


def _operation(method: str) -> str:
    return "".join(word.capitalize() for word in method.split("_"))
