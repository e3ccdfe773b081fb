"""The bodies and nothing else, with a separator between them, never after the last."""

from collections.abc import Iterable, Iterator

from queues.formats.base import SEPARATOR, Format, Record, in_chunks
from queues.sqs.types import encode_text


def write(records: Iterable[Record], *, separator: str = SEPARATOR) -> Iterator[bytes]:
    return in_chunks(_pieces(records, encode_text(separator)))


def _pieces(records: Iterable[Record], separator: bytes) -> Iterator[bytes]:
    between = b""
    for record in records:
        yield between + encode_text(record.body)
        between = separator


FORMAT = Format(
    name="text",
    label="Text (bodies with a separator)",
    content_type="text/plain; charset=utf-8",
    extension="txt",
    write=write,
)
