"""JSON, laid out for people: re-indented token by token, so that every digit and escape stays.

Nothing is converted: a number of five thousand digits, a duplicate key and `1.10` look as they
were sent. What is not JSON, or too much to lay out, gives None, and the raw text is shown.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

MOST_CHARACTERS = 256 * 1024
MOST_LINES = 5_000
DEEPEST = 200

TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>"(?:[^"\\]|\\.)*") |
        (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?) |
        (?P<word>true|false|null) |
        (?P<punctuation>[{}\[\],:])
    )""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str

    @property
    def style(self) -> str:
        """The class that colours it."""
        return {"key": "k", "string": "s", "number": "d", "word": "w", "punctuation": "p"}[
            self.kind
        ]


@dataclass(slots=True)
class Line:
    depth: int
    tokens: list[Token]

    @property
    def indent(self) -> str:
        return "  " * self.depth


def is_json(text: str) -> bool:
    """Strictly: `NaN` is not, and numbers are not converted, however long."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=refuse)
    except (ValueError, RecursionError):
        return False
    return True


def lay_out(text: str) -> list[Line] | None:
    """The document as indented lines of tokens; None if it is no JSON object or list."""
    if not text.lstrip(" \t\r\n").startswith(("{", "[")) or len(text) > MOST_CHARACTERS:
        return None
    if not is_json(text):
        return None
    tokens = [
        Token(kind, found)
        for match in TOKEN.finditer(text)
        for kind, found in match.groupdict().items()
        if found is not None
    ]
    return _lines(tokens)


def _lines(tokens: list[Token]) -> list[Line] | None:
    lines = [Line(0, [])]
    depth = 0
    for at, token in enumerate(tokens):
        before = tokens[at - 1].text if at else ""
        following = tokens[at + 1].text if at + 1 < len(tokens) else ""
        closes = token.kind == "punctuation" and token.text in "}]"
        if closes:
            depth -= 1
            if before not in ("{", "["):
                lines.append(Line(depth, []))
        if token.kind == "string" and following == ":":
            token = Token("key", token.text)
        lines[-1].tokens.append(token)
        if token.kind != "punctuation":
            continue
        if token.text in "{[":
            depth += 1
            if following not in ("}", "]"):
                lines.append(Line(depth, []))
        elif token.text == ",":
            lines.append(Line(depth, []))
        elif token.text == ":":
            lines[-1].tokens[-1] = Token("punctuation", ": ")
        if depth > DEEPEST or len(lines) > MOST_LINES:
            return None
    return lines
