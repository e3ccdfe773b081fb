"""Message classes: how a value of one's own becomes a body, and a body a value again.

Any object with `encode` and `decode` will do; ours are the ones boto 2 came with.
"""

import binascii
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from queues.sqs import messages
from queues.sqs.errors import UndecodableBody
from queues.sqs.types import Message, Outgoing, Sent

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Value = TypeVar("Value")


class MessageClass(Protocol[Value]):
    """`decode` raises UndecodableBody or ValueError for a body that is not of this class."""

    def encode(self, value: Value, /) -> str: ...

    def decode(self, body: str, /) -> Value: ...


class RawMessage:
    """The text itself."""

    def encode(self, value: str) -> str:
        return value

    def decode(self, body: str) -> str:
        return body


class Base64Message:
    """Bytes in base64, boto 2's default. Text is taken as UTF-8."""

    def encode(self, value: str | bytes) -> str:
        return b64encode(value.encode() if isinstance(value, str) else value).decode("ascii")

    def decode(self, body: str) -> bytes:
        try:
            return b64decode(body, validate=True)
        except (binascii.Error, ValueError) as error:
            raise UndecodableBody(f"The message body is not base64: {error}.") from error


class JSONMessage:
    def encode(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def decode(self, body: str) -> Any:
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise UndecodableBody(f"The message body is not JSON: {error}.") from error


class MHMessage:
    """A line `key: value` for each pair."""

    def encode(self, value: Mapping[str, str]) -> str:
        for key, text in value.items():
            if not key.strip() or ":" in key or "\n" in key + text:
                raise ValueError(f"{key!r} cannot be written as one line of key: value.")
        return "".join(f"{key}: {text}\n" for key, text in value.items())

    def decode(self, body: str) -> dict[str, str]:
        pairs: dict[str, str] = {}
        for line in filter(str.strip, body.split("\n")):
            key, colon, text = line.partition(":")
            if not colon:
                raise UndecodableBody(f'The line "{line[:60]}" is not of the form key: value.')
            pairs[key.strip()] = text.strip()
        return pairs


@dataclass(frozen=True, slots=True)
class Received(Generic[Value]):
    """A message and the way to read it. One that can't be read does not hide the others."""

    message: Message
    message_class: MessageClass[Value]

    @property
    def value(self) -> Value:
        try:
            return self.message_class.decode(self.message.body)
        except ValueError as error:
            raise UndecodableBody(f"The message body cannot be read: {error}.") from error


def write(client: "SQSClient", url: str, value: Value, message_class: MessageClass[Value]) -> Sent:
    return messages.send(client, url, Outgoing(message_class.encode(value)))


def read(
    client: "SQSClient",
    url: str,
    message_class: MessageClass[Value],
    *,
    max_messages: int = 1,
    visibility_timeout: int | None = None,
    wait: int = 0,
) -> list[Received[Value]]:
    return [
        Received(message, message_class)
        for message in messages.receive(
            client,
            url,
            max_messages=max_messages,
            visibility_timeout=visibility_timeout,
            wait=wait,
        )
    ]
