"""Pieces of one message as files: the body raw or decoded, an attribute, the message as JSON, as a
command, as code. The page's copy buttons fetch the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from queues import connections
from queues.decoders import Reading, Shape, read
from queues.formats import Record
from queues.formats.aws_command import command
from queues.formats.boto3_code import code
from queues.formats.json_lines import fields_from
from queues.formats.place import Place
from queues.formats.readable import readable
from queues.models import AuditEntry, Dump, Message, Queue, QueuePreferences, audited
from queues.sqs.messages import request_of
from queues.sqs.names import is_fifo
from queues.sqs.types import Outgoing
from queues.views.browse import dump_for
from queues.views.http import Request

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
LONE = re.compile("[\ud800-\udfff]")
EXTENSIONS = {Shape.JSON: "json", Shape.XML: "xml", Shape.BINARY: "bin"}


@dataclass(frozen=True)
class Source:
    """What a part is made of; the body is read only if the part asks."""

    dump: Dump
    message: Message
    seen: Record

    @property
    def reading(self) -> Reading:
        chain = QueuePreferences.of(self.dump.connection, self.dump.queue_name).chain
        return read(self.seen.body, chain)

    @property
    def place(self) -> Place:
        """Where another like it would go: the queue it was read from."""
        connection = connections.get(self.dump.connection)
        name = self.dump.queue_name
        known = Queue.objects.of(self.dump.connection).filter(name=name).first()
        return Place(
            name,
            known.url if known else "",
            connection.region if connection else "",
            (connection.endpoint_url or "") if connection else "",
        )

    @property
    def outgoing(self) -> Outgoing:
        """The message as it was sent, its deduplication id included."""
        seen = self.seen
        return Outgoing(
            seen.body,
            seen.message_attributes,
            message_group_id=seen.group_id,
            message_deduplication_id=(
                seen.deduplication_id if is_fifo(self.dump.queue_name) else None
            ),
            trace_header=seen.attributes.get("AWSTraceHeader"),
        )


@dataclass(frozen=True)
class Part:
    """A file. `extension` without its dot."""

    content: str | bytes
    extension: str = "txt"
    content_type: str = TEXT


def _raw(source: Source) -> Part:
    return Part(source.seen.body)


def _decoded(source: Source) -> Part:
    reading = source.reading
    extension = EXTENSIONS.get(reading.shape, "txt")
    return Part(reading.bytes, extension, BYTES if reading.text is None else TEXT)


def _pretty(source: Source) -> Part:
    """Without what is not laid out: what is copied must be whole."""
    reading = source.reading
    if reading.pretty and not reading.pretty_note:
        lines = (line.indent + "".join(t.text for t in line.tokens) for line in reading.pretty)
        return Part("\n".join(lines) + "\n", EXTENSIONS.get(reading.shape, "txt"))
    return _decoded(source)


def _json(source: Source) -> Part:
    return Part(readable(fields_from(source.seen), indent=2) + "\n", "json")


def _command(source: Source) -> Part:
    return Part(command(request_of(source.outgoing), source.place), "sh")


def _boto3(source: Source) -> Part:
    return Part(code(request_of(source.outgoing), source.place), "py")


PARTS: dict[str, Callable[[Source], Part]] = {
    "raw": _raw,
    "decoded": _decoded,
    "pretty": _pretty,
    "json": _json,
    "command": _command,
    "boto3": _boto3,
}


@require_safe
def message_part(request: Request, dump_id: UUID, ordinal: int, part: str) -> HttpResponse:
    source = _source(request, dump_id, ordinal)
    if part not in PARTS:
        raise Http404(f"A message has no part {part!r}. It has: {', '.join(PARTS)}.")
    with _audited(request, source, part):
        made = PARTS[part](source)
    return _file(made, f"{source.message}-{part}")


@require_safe
def message_attribute(request: Request, dump_id: UUID, ordinal: int, number: int) -> HttpResponse:
    """The value of the message attribute at this place, as it was sent."""
    source = _source(request, dump_id, ordinal)
    attributes = list(source.seen.message_attributes.items())
    if not 1 <= number <= len(attributes):
        raise Http404("The message has no such attribute.")
    name, attribute = attributes[number - 1]
    with _audited(request, source, f"attribute {number}"):
        binary = isinstance(attribute.value, bytes)
        part = Part(attribute.value, *(("bin", BYTES) if binary else ()))
    return _file(part, f"{source.message}-{name}")


def _source(request: Request, dump_id: UUID, ordinal: int) -> Source:
    dump = dump_for(request, dump_id)
    message = Message.objects.filter(dump=dump, ordinal=ordinal).first()
    if message is None:
        raise Http404("There is no such message in this dump.")
    return Source(dump, message, message.record)


def _audited(request: Request, source: Source, part: str) -> AbstractContextManager[AuditEntry]:
    return audited(
        request.user,
        "copy message",
        source.dump.connection,
        source.dump.queue_name,
        dump=str(source.dump.pk),
        message_id=source.message.message_id,
        part=part,
    )


def _file(part: Part, name: str) -> HttpResponse:
    """Always a file, never a page: whatever it holds, no browser runs it. Half a surrogate pair is
    no text that a clipboard could hold: then it does not call itself text, either."""
    content, content_type = part.content, part.content_type
    if isinstance(content, str):
        if LONE.search(content):
            content_type = BYTES
        content = content.encode("utf-8", "surrogatepass")
    response = HttpResponse(content, content_type=content_type)
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:100]
    disposition = content_disposition_header(True, f"{plain}.{part.extension}")
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
