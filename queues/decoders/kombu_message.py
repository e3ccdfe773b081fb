"""kombu's messages, as Celery's SQS transport writes them: JSON with a body, headers, properties.

The body is packed once more: serialised (content-type), perhaps compressed (a header), and base64
(body_encoding), unless the transport was told otherwise.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from queues.decoders.base import CannotDecode, Data, Decoder, Document, Step
from queues.decoders.budget import Budget
from queues.decoders.bzip2_xz import Bzip2, Xz
from queues.decoders.compressed import Compressed, Gzip, Zlib, Zstd
from queues.decoders.told import facts, string, table

MARKS = ('"delivery_info"', '"content-type"', '"properties"')
# Bytes of content, once unpacked.
MOST = 2 * 1024 * 1024


@dataclass(frozen=True)
class KombuMessage:
    """`content`: what was sent, unpacked as far as it could be. `problem`: why not further."""

    headers: dict[str, Any]
    properties: dict[str, Any]
    content_type: str
    content: Data
    problem: str = ""

    @property
    def delivery(self) -> dict[str, Any]:
        return table(self.properties.get("delivery_info"))


COMPRESSIONS: dict[str, Compressed] = {
    "application/x-gzip": Zlib(),
    "application/x-bz2": Bzip2(),
    "application/x-lzma": Xz(),
    "application/zstd": Zstd(),
}


def kombu_message(document: Document) -> KombuMessage | None:
    """None: it is no message of kombu's."""
    envelope = table(document.value)
    body, properties = envelope.get("body"), envelope.get("properties")
    if not isinstance(properties, dict) or "content-type" not in envelope:
        return None
    if not isinstance(body, str) or (body and not string(body)):
        return None
    headers = table(envelope.get("headers"))
    content, problem = opened(body, headers, properties, document.budget)
    return KombuMessage(headers, properties, string(envelope["content-type"]), content, problem)


def opened(
    body: str, headers: dict[str, Any], properties: dict[str, Any], budget: Budget
) -> tuple[Data, str]:
    """The content without base64 and compression, and a sentence about what could not be undone."""
    if properties.get("body_encoding") != "base64":
        return body, ""
    try:
        data = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return body, "its content says that it is base64 and is not; it is shown as it stands."
    compression = string(headers.get("compression"))
    if not compression:
        return data, ""
    decoder = Gzip() if data.startswith(b"\x1f\x8b") else COMPRESSIONS.get(compression)
    if decoder is None:
        return data, f"its content is compressed as {compression}, which cannot be unpacked here."
    try:
        # Less than there is: the rest is for the document that is made of it.
        step = decoder.decode(Document(data, Budget(output=min(MOST, max(0, budget.left // 2)))))
    except CannotDecode as cannot:
        return data, f"its content says that it is compressed as {compression}. {cannot}"
    return step.data or b"", step.problem


class Kombu(Decoder):
    """A message that is no task; what stands in it is looked at like a body."""

    name = "kombu"
    label = "kombu message"
    unwraps = True
    marks = MARKS

    def find(self, document: Document) -> Step | None:
        message = kombu_message(document)
        if message is None:
            return None
        return Step(
            message.content,
            facts=facts(
                ("Content type", message.content_type),
                ("Compression", message.headers.get("compression")),
                ("Exchange", message.delivery.get("exchange")),
                ("Routing key", message.delivery.get("routing_key")),
                ("Correlation id", message.properties.get("correlation_id")),
            ),
            problem=message.problem,
        )
