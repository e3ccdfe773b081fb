"""What every format writes: records, as a stream of chunks of bytes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from queues.sqs.types import Message, MessageAttribute, SystemAttributes, size_of

# Between two messages of the text format: a newline, 18 dashes, a newline.
SEPARATOR = "\n" + "-" * 18 + "\n"

CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Record(SystemAttributes):
    """A message as stored: all that SQS said about it, and when (an aware datetime)."""

    message_id: str
    body: str
    md5_body: str
    received_at: datetime
    attributes: Mapping[str, str] = field(default_factory=dict)
    message_attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return size_of(self.body, self.message_attributes)

    @classmethod
    def of(cls, message: Message, received_at: datetime) -> "Record":
        return cls(
            message_id=message.message_id,
            body=message.body,
            md5_body=message.md5_of_body,
            received_at=received_at,
            attributes=message.attributes,
            message_attributes=message.message_attributes,
        )


class Writer(Protocol):
    """`separator` matters to formats that put one between messages; others pay it no heed."""

    def __call__(
        self, records: Iterable[Record], *, separator: str = SEPARATOR
    ) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class Format:
    """`extension` has no dot."""

    name: str
    label: str
    content_type: str
    extension: str
    write: Writer


def in_chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Joins small pieces, so that a download is not sent message by message."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= CHUNK:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)
