"""What the address of a list asks for, and how such addresses are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from queues.forms.filters import Fault, fault_in
from queues.models import Dump
from queues.search.paths import MOST_CHARACTERS
from queues.search.query import BadQuery, Params, Query


@dataclass(frozen=True)
class Asked:
    """`by`: the path whose values are counted. `problem`: the address holds a filter that is none,
    and where it is bad; then there is no query."""

    query: Query = field(default_factory=Query)
    by: str = ""
    problem: str = ""
    fault: Fault | None = None

    @classmethod
    def of(cls, given: QueryDict) -> Asked:
        by = given.get("by", "").strip()[:MOST_CHARACTERS]
        try:
            return cls(Query.from_params(given), by)
        except BadQuery as bad:
            values = [value for value in given.getlist(bad.field) if value.strip()]
            wrong = values[bad.number] if bad.number < len(values) else ""
            fault = None if bad.position is None else fault_in(wrong, bad.position)
            return cls(problem=bad.sentence, fault=fault)

    @property
    def params(self) -> Params:
        return self.query.params() + self.grouping

    @property
    def grouping(self) -> Params:
        return [("by", self.by)] if self.by else []


def address_with(dump: Dump, params: Iterable[tuple[str, str]] = ()) -> str:
    """The address of a dump's or a peek's list; it ends in "?" or "&": more may be appended."""
    path, own = path_of(dump)
    query = urlencode([*own, *params])
    return f"{path}?{query}&" if query else f"{path}?"


def path_of(dump: Dump) -> tuple[str, Params]:
    """Where the list of a dump or peek stands, and what its address needs besides a query."""
    if dump.kind == Dump.Kind.PEEK:
        queue = reverse("queues:queue", args=[dump.connection, dump.queue_name])
        return queue, [("peek", str(dump.pk))]
    return reverse("queues:dump", args=[dump.pk]), []


def back_to(dump: Dump) -> str:
    """The address of the whole list a message stands in, to which parameters are appended."""
    return address_with(dump)


def address(dump: Dump, given: QueryDict) -> str:
    """The same of the list as it was asked for: with its filters and what it counts."""
    return address_with(dump, Asked.of(given).params)


def list_query(given: QueryDict) -> str:
    """What was asked of a list, to be carried along: `text=timeout&by=error.code`."""
    return urlencode(Asked.of(given).params)
