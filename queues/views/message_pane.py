"""One message as its page, and the pane beside a list, show it. Never touches a queue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from queues.decoders import Reading, read
from queues.formats import Record
from queues.forms.read_as import ReadAsForm
from queues.models import Dump, Message, QueuePreferences
from queues.views.asked import address_with
from queues.views.http import Request
from queues.views.message_body import VIEWS, BodyView
from queues.views.message_facts import Circumstances, circumstances
from queues.views.message_values import Value, values_of

# What a message can be copied as, and how each is called.
COPIES = (
    ("json", "JSON"),
    ("command", "AWS CLI command"),
    ("boto3", "boto3 code"),
    ("raw", "Raw body"),
)
# Set by message.js when one chooses: how the next message is shown, too.
VIEW_COOKIE = "message_view"


@dataclass(frozen=True)
class Link:
    """`href`: a page; `fetch`: the pane alone."""

    label: str
    href: str
    fetch: str
    current: bool = False


@dataclass(frozen=True)
class Pane:
    """`here`: the address of the list, to which parameters are appended; empty on a page of its
    own. `query`, `after`: what the list sought, and where its page begins. `chosen_view`: the one
    that the address names, if it names one."""

    dump: Dump
    message: Message
    seen: Record
    preferences: QueuePreferences
    here: str
    query: str
    after: int
    view: str
    chosen_view: str
    offset: int

    @cached_property
    def reading(self) -> Reading:
        return read(self.seen.body, self.preferences.chain)

    @cached_property
    def body(self) -> BodyView:
        return BodyView(self.reading, self.view, self.offset)

    @cached_property
    def facts(self) -> Circumstances:
        return circumstances(self.dump, self.seen)

    @cached_property
    def attributes(self) -> list[Value]:
        return values_of(self.seen)

    @property
    def address(self) -> str:
        """Its page of its own."""
        return reverse("queues:message", args=[self.dump.pk, self.message.ordinal])

    @property
    def back(self) -> str:
        """The list, where one came from it."""
        after = f"after={self.after}" if self.after else ""
        return f"{self.here}{after}" if self.here else ""

    @property
    def list_address(self) -> str:
        """Of the list it stands in, as it was asked for; ends in "?" or "&"."""
        return self.here or address_with(self.dump)

    @property
    def views(self) -> list[Link]:
        return [
            self._link(label, view=name, current=name == self.view) for name, label in VIEWS.items()
        ]

    @property
    def copies(self) -> list[tuple[str, str]]:
        reading = self.reading
        # Bytes that are no text have no place on a clipboard; they can be saved.
        text = reading.unwrapped and reading.text is not None
        return [*COPIES, *([("decoded", "Decoded body")] if text else [])]

    @property
    def next_bytes(self) -> Link | None:
        return self._bytes("Next bytes", self.body.next_offset)

    @property
    def previous_bytes(self) -> Link | None:
        return self._bytes("Previous bytes", self.body.previous_offset)

    def _bytes(self, label: str, offset: int | None) -> Link | None:
        return None if offset is None else self._link(label, view=self.view, offset=offset)

    def _link(self, label: str, *, current: bool = False, **terms: Any) -> Link:
        said = urlencode(terms)
        if not self.here:
            own = f"{self.address}?{said}"
            return Link(label, own, f"{own}&own=1", current)
        at = urlencode({"after": self.after, "message": self.message.ordinal})
        of_list = f"{self.query}&" if self.query else ""
        fetch = f"{self.address}?{of_list}after={self.after}&{said}"
        return Link(label, f"{self.here}{at}&{said}", fetch, current)

    @property
    def read_as(self) -> ReadAsForm:
        return ReadAsForm(initial=ReadAsForm.initial_of(self.preferences.decoder))


def detail(
    request: Request,
    dump: Dump,
    ordinal: int,
    *,
    here: str = "",
    query: str = "",
    after: int = 0,
) -> dict[str, Any]:
    """What the templates of a message take: message, seen, pane, neighbours."""
    message = Message.objects.filter(dump=dump, ordinal=ordinal).first()
    if message is None:
        return {"message": None}
    chosen = request.GET.get("view", "")
    wanted = chosen or request.COOKIES.get(VIEW_COOKIE, "")
    offset = request.GET.get("offset", "")
    pane = Pane(
        dump=dump,
        message=message,
        seen=message.record,
        preferences=QueuePreferences.of(dump.connection, dump.queue_name),
        here=here,
        query=query,
        after=after,
        view=wanted if wanted in VIEWS else "pretty",
        chosen_view=chosen if chosen in VIEWS else "",
        offset=int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 12 else 0,
    )
    return {"message": message, "seen": pane.seen, "pane": pane, "neighbours": message.neighbours}
