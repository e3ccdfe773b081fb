"""How often each value stands at a path, with addresses that seek it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from queues.decoders import visible
from queues.finding import groups_of as counted
from queues.models import Finding
from queues.search.grouping import Group as Counted

AT_FIRST = 8


@dataclass(frozen=True)
class Group:
    """`address` empty: no filter finds just these."""

    text: str
    times: int
    share: str
    address: str


@dataclass(frozen=True)
class Groups:
    """`problem`: why there are none."""

    rows: Sequence[Group] = ()
    problem: str = ""

    @property
    def first(self) -> Sequence[Group]:
        return self.rows[:AT_FIRST]

    @property
    def rest(self) -> Sequence[Group]:
        return self.rows[AT_FIRST:]


def groups_of(finding: Finding, address_of: Callable[[str], str]) -> Groups:
    """`address_of`: of the list with one more expression."""
    found = counted(finding)
    most = max((group.count for group in found), default=1)
    return Groups([group_of(group, most, address_of) for group in found])


def group_of(group: Counted, most: int, address_of: Callable[[str], str]) -> Group:
    return Group(
        text=visible(label_of(group)),
        times=group.count,
        share=f"{group.count / most * 100:.1f}",
        address=address_of(group.where) if group.where else "",
    )


def label_of(group: Counted) -> str:
    """The text "5" in quotes, the number without: where both stand, they are two."""
    if not group.where.endswith("'"):
        return group.label
    try:
        json.loads(group.label)
    except ValueError:
        return group.label
    return json.dumps(group.label)
