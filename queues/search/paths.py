"""A path to one value of a message, for columns and groups: `order.lines[0].sku`.

It is a small part of JMESPath: names and places, no functions, so that it costs next to nothing
and can be evaluated anywhere. A path that begins with none of the document's names is one of the
body's: `status` is `body.status`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from queues.search.document import NAMES
from queues.search.mistakes import BadFilter
from queues.search.unknown import Unknown

MOST_CHARACTERS = 300
MOST_STEPS = 30

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Many bodies have names such as detail-type; JMESPath wants them in quotes, people forget them.
NAME = re.compile(r'[A-Za-z_@$][\w@$-]*|"(?:[^"\\]|\\.)*"')
INDEX = re.compile(r"\[(-?\d{1,9})\]")


class Missing:
    """The document lacks what a path leads to, or it cannot be known."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True)
class Path:
    """`steps`: names and places, the first being one of the document's names."""

    steps: tuple[str | int, ...]

    @classmethod
    def parse(cls, text: str) -> Path:
        """Raises BadFilter, with the place of the mistake."""
        if len(text) > MOST_CHARACTERS:
            raise BadFilter(f"A path has at most {MOST_CHARACTERS} characters.")
        steps: list[str | int] = []
        position = len(text) - len(text.lstrip())
        end = len(text.rstrip())
        if position >= end:
            raise BadFilter("A path is missing, such as order.status.", 0)
        while position < end:
            step, position = _step(text, position, first=not steps)
            steps.append(step)
        if len(steps) > MOST_STEPS:
            raise BadFilter(f"A path has at most {MOST_STEPS} steps.")
        return cls(tuple(steps if steps[0] in NAMES else ["body", *steps]))

    def of(self, document: dict[str, Any]) -> Any:
        """The value it leads to, or MISSING."""
        value: Any = document
        for step in self.steps:
            if isinstance(step, str):
                value = value.get(step, MISSING) if isinstance(value, dict) else MISSING
            elif isinstance(value, list) and -len(value) <= step < len(value):
                value = value[step]
            else:
                value = MISSING
        return MISSING if isinstance(value, Unknown) else value

    def __str__(self) -> str:
        """In full, as JMESPath writes it."""
        first, *others = self.steps
        return str(first) + "".join(
            f"[{step}]" if isinstance(step, int) else f".{_quoted(step)}" for step in others
        )

    @property
    def label(self) -> str:
        """As people write it: without the body."""
        rest = str(self).removeprefix("body")
        return rest.removeprefix(".") or "body"


def _step(text: str, position: int, *, first: bool) -> tuple[str | int, int]:
    """A step and where the next one begins."""
    if index := INDEX.match(text, position):
        return int(index[1]), index.end()
    if not first:
        if text[position] != ".":
            raise BadFilter("Here a “.” or a place such as [0] is expected.", position)
        position += 1
    name = NAME.match(text, position)
    if name is None:
        raise BadFilter(
            "Here a name is expected. One with other characters than letters, digits and _ stands "
            'in double quotes: "order id".',
            position,
        )
    if name[0][0] != '"':
        return name[0], name.end()
    try:
        return str(json.loads(name[0], strict=False)), name.end()
    except ValueError:
        raise BadFilter(
            "Between double quotes stands a name, written as in JSON.", position
        ) from None


def _quoted(name: str) -> str:
    return name if PLAIN.fullmatch(name) else json.dumps(name)
