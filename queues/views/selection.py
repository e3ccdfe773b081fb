"""Messages that somebody ticked in a list: of which stored dump or peek, and which of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models.functions import Length
from django.http import Http404

from queues.formats.json_lines import attributes_from_json
from queues.models import Dump, Message, Queue
from queues.sqs.types import size_of
from queues.views.browse import PAGE_SIZE, dump_for, selectable, whole
from queues.views.http import Request


@dataclass(frozen=True)
class Selection:
    dump: Dump
    messages: list[Message]

    @property
    def ordinals(self) -> list[int]:
        return [message.ordinal for message in self.messages]

    @property
    def number(self) -> int:
        return len(self.messages)

    def options(self) -> dict[str, Any]:
        """As the job keeps it."""
        return {"selection": {"dump": str(self.dump.pk), "ordinals": self.ordinals}}

    def larger_than(self, size: int) -> list[Message]:
        """Those that SQS would refuse where this is the largest size."""
        return [message for message in self.messages if size_in_sqs(message) > size]


def selection_in(request: Request, queue: Queue) -> Selection | None:
    """None: the request speaks of no selection; one of no messages is another thing."""
    given = request.POST if request.method == "POST" else request.GET
    if "dump" not in given:
        return None
    try:
        dump = dump_for(request, UUID(given["dump"]))
    except ValueError:
        raise Http404("There is no such dump.") from None
    if (dump.connection, dump.queue_name) != (queue.connection, queue.name):
        raise Http404("These messages are not of this queue.")
    if not selectable(dump):
        raise Http404("These messages are not in the queue.")
    ordinals = {whole(ordinal) for ordinal in given.getlist("ordinal")[:PAGE_SIZE]}
    rows = dump.messages.filter(ordinal__in=ordinals, message_id__isnull=False)
    sized = rows.defer("body").annotate(length=Length("body"))
    return Selection(dump, list(sized.order_by("ordinal")))


def size_in_sqs(message: Message) -> int:
    """In bytes, as SQS counts them; of a row whose body was not loaded."""
    length: int = message.length  # type: ignore[attr-defined]
    return length + size_of("", attributes_from_json(json.loads(message.message_attributes_json)))
