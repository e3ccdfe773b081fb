"""What the forms that send a message say while it is typed. Nothing is sent, nothing is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from queues.access import require
from queues.decoders import CannotLayOut, Syntax, compact, formatted, syntax_of
from queues.forms.send import attribute_forms, unix_lines
from queues.models import Queue
from queues.sqs.types import size_of
from queues.sqs.validation import characters
from queues.views.http import Request, connection_for, queue_to_show

LAYOUTS = {"format": formatted, "compact": compact}


@dataclass(frozen=True)
class Typed:
    """`size`: in bytes, as SQS counts. `refused`: characters that SQS does not take, a sentence.
    `place`: where the syntax breaks, in the units in which a browser counts."""

    size: int
    limit: int
    syntax: Syntax
    refused: str
    place: int

    @property
    def over(self) -> int:
        return max(0, self.size - self.limit)


@require_POST
def check(request: Request, connection: str, name: str) -> HttpResponse:
    """How large it is for this queue, or for the `target` that is typed, and where it breaks."""
    found, queue = queue_to_show(request, connection, name, "send")
    queue = _target(request, connection) or queue
    body = unix_lines(request.POST.get("body", ""))
    attributes = attribute_forms(request)
    attributes.is_valid()
    size = size_of(body, attributes.attributes) + _files(request)
    syntax = syntax_of(body)
    typed = Typed(
        size=size,
        limit=queue.sqs.maximum_message_size,
        syntax=syntax,
        refused=next(characters("The body", body), ""),
        place=len(body[: syntax.position].encode("utf-16-le", "surrogatepass")) // 2,
    )
    context = {"typed": typed, "connection": found, "queue": queue, "empty": not body}
    return render(request, "queues/_send_check.html", context)


def _target(request: Request, connection: str) -> Queue | None:
    """The queue an edited message is to go to, if it is known here."""
    name = request.POST.get("target", "")
    known = Queue.objects.of(connection).filter(name=name).first() if name else None
    if known is not None:
        require(request.user, "send", connection, name)
    return known


def _files(request: Request) -> int:
    """Bytes of the files that are chosen: they do not come along, their sizes do."""
    names = [name for name in request.POST if name.endswith("-file_bytes")]
    sizes = [request.POST[name] for name in names]
    return sum(int(size) for size in sizes if re.fullmatch(r"[0-9]{1,12}", size))


@require_POST
def lay_out(request: Request, connection: str, name: str) -> HttpResponse:
    """The body, as JSON laid out anew; 422 with a sentence where it cannot be."""
    connection_for(request, connection, "send", name)
    to = LAYOUTS.get(request.POST.get("to", ""), formatted)
    try:
        text, status = to(unix_lines(request.POST.get("body", ""))), 200
    except CannotLayOut as cannot:
        text, status = str(cannot), 422
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)
