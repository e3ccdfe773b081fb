"""How many of the messages that were found have which value at a path: "63 × CARRIER_TIMEOUT"."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from queues.search.paths import MISSING, Path

# Different values that are counted; those that come after so many are counted together.
MOST_VALUES = 5_000
MOST_SHOWN = 100
# A longer value is none that people group by; its beginning would be taken for another's.
MOST_CHARACTERS = 200

ABSENT, COMPOUND, LONG, OTHER = "absent", "compound", "long", "other"
NOTES = {
    ABSENT: "not there, or it cannot be known",
    COMPOUND: "an object or a list",
    LONG: f"longer than {MOST_CHARACTERS} characters",
    OTHER: "another value",
}


@dataclass(frozen=True, slots=True)
class Group:
    """`label`: the value for people. `where`: the expression that finds just these; empty where
    there is none: then `label` is a note, not a value."""

    label: str
    count: int
    where: str


class Grouping:
    def __init__(self, path: Path) -> None:
        self.path = path
        # By the value's JSON: 5 is not "5".
        self.counts: Counter[str] = Counter()
        self.apart: Counter[str] = Counter()

    @classmethod
    def from_json(cls, path: Path, fields: dict[str, Any]) -> Grouping:
        grouping = cls(path)
        grouping.counts = Counter(fields.get("counts", {}))
        grouping.apart = Counter(fields.get("apart", {}))
        return grouping

    def as_json(self) -> dict[str, Any]:
        return {"counts": dict(self.counts), "apart": dict(self.apart)}

    def add(self, keys: Iterable[str]) -> None:
        """What key_of gave for each message."""
        for key, count in Counter(keys).items():
            if key in NOTES:
                self.apart[key] += count
            elif key in self.counts or len(self.counts) < MOST_VALUES:
                self.counts[key] += count
            else:
                self.apart[OTHER] += count

    @property
    def whole(self) -> bool:
        """Whether each value was counted for itself."""
        return not self.apart[OTHER]

    def top(self) -> list[Group]:
        """The commonest hundred values, then what has none to filter by."""
        ordered = self.counts.most_common()
        found = [
            Group(_label(key), count, f"{self.path} == {_literal(key)}")
            for key, count in ordered[:MOST_SHOWN]
        ]
        if rest := ordered[MOST_SHOWN:]:
            few = sum(count for _, count in rest)
            found.append(Group(f"{len(rest):,} rarer values", few, ""))
        return found + [Group(NOTES[why], count, "") for why, count in self.apart.most_common()]


def key_of(value: Any) -> str:
    """What a value is counted under: its JSON, or one of the NOTES' names."""
    if value is MISSING:
        return ABSENT
    if isinstance(value, dict | list):
        return COMPOUND
    whole = isinstance(value, float) and value.is_integer()
    key = json.dumps(int(value) if whole else value)  # 5.0 is 5
    return key if len(key) <= MOST_CHARACTERS else LONG


def _label(key: str) -> str:
    value = json.loads(key)
    return value if isinstance(value, str) and value else key


def _literal(key: str) -> str:
    """As JMESPath writes it."""
    value = json.loads(key)
    if isinstance(value, str) and value.isprintable() and "\\" not in value:
        return "'" + value.replace("'", "\\'") + "'"
    return "`" + key.replace("`", "\\`") + "`"
