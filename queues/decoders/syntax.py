"""What is typed as JSON or XML: whether it is, where it stops being so, and JSON laid out anew.

Token by token, as it was typed: every digit, escape and duplicate key stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from queues.decoders.budget import Budget, LimitReached
from queues.decoders.json_document import (
    COLON,
    COMMA,
    END,
    KEY,
    NOT_JSON,
    TOKEN,
    VALUE,
    after_space,
    after_token,
    parse,
)
from queues.decoders.xml_text import check

OPENING, CLOSED_BY = "{[", {"{": "}", "[": "]"}
WANTED = {
    VALUE: "a value",
    "first value": "a value or ]",
    KEY: "a name in double quotes",
    "first key": "a name in double quotes or }",
    COLON: "a colon",
    END: "the end of the body",
}
SHOWN = 20


@dataclass(frozen=True)
class Syntax:
    """`kind`: what the text looks like, "JSON", "XML" or "" for neither. `problem`: why it is none,
    a sentence; empty if it is. `line` and `column` count from 1, in characters; `position` from 0.
    `note`: why it was not looked at to its end."""

    kind: str
    problem: str = ""
    position: int = 0
    line: int = 0
    column: int = 0
    note: str = ""


class CannotLayOut(Exception):
    """A sentence for people: why this text cannot be laid out."""


class BadToken(Exception):
    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(sentence)
        self.sentence, self.position = sentence, position


def syntax_of(text: str) -> Syntax:
    """Never raises; takes a second of work at most."""
    beginning = text.lstrip()[:1]
    try:
        if beginning and beginning in OPENING:
            return json_syntax(text)
        return xml_syntax(text) if beginning == "<" else Syntax("")
    except LimitReached:
        kind = "XML" if beginning == "<" else "JSON"
        return Syntax(kind, note=f"Checking all of this {kind} takes too long, so it was not.")


def json_syntax(text: str) -> Syntax:
    if parse(text) is not NOT_JSON:  # quickly; what is none, or too deep for that, goes on
        return Syntax("JSON")
    try:
        for _ in tokens(text, Budget()):
            pass
    except BadToken as bad:
        at = bad.position
        line = text.count("\n", 0, at) + 1
        return Syntax("JSON", bad.sentence, at, line, at - text.rfind("\n", 0, at))
    return Syntax("JSON")


def xml_syntax(text: str) -> Syntax:
    begin = len(text) - len(text.lstrip())
    try:
        return Syntax("XML", note=check(text, Budget()) and "It declares entities of its own.")
    except UnicodeEncodeError:
        return Syntax("XML", note="It has half a character in it, so it was not checked.")
    except expat.ExpatError as error:
        at = begin
        for _ in range(error.lineno - 1):
            at = text.find("\n", at) + 1
        at += error.offset
        line = text.count("\n", 0, begin) + error.lineno
        sentence = f"The parser says: {expat.ErrorString(error.code)}."
        return Syntax("XML", sentence, at, line, at - text.rfind("\n", 0, at))


def tokens(text: str, budget: Budget) -> Iterator[tuple[str, str]]:
    """Kind and text of each token of one JSON value. Raises BadToken, LimitReached."""
    stack: list[str] = []
    expected = VALUE
    at = count = 0
    while match := TOKEN.match(text, at):
        kind = match.lastgroup or ""
        following = after_token(kind, match[kind], expected, stack)
        if following is None:
            raise BadToken(complaint(match[kind], expected, stack), match.start(kind))
        yield kind, match[kind]
        expected, at = following, match.end()
        count += 1
        if count % 1024 == 0:
            budget.check()
    at = after_space(text, at)
    if at < len(text) or expected != END:
        raise BadToken(complaint(text[at : at + SHOWN + 1], expected, stack), at)


def complaint(found: str, expected: str, stack: list[str]) -> str:
    """What must stand where `found` does; in `found` only its first word counts."""
    inside = CLOSED_BY[stack[-1]] if stack else ""
    wanted = f"a comma or {inside}" if expected == COMMA else WANTED[expected]
    if not found:
        return f"The body ends here, and {wanted} is still missing."
    if (found == "}" and expected == KEY) or (found == "]" and expected == VALUE and stack):
        return f"Before {found} stands a comma too many."
    if found[0] == '"' and not TOKEN.match(found):
        return (
            "The string that begins here has no end in its line, or holds a character or an escape "
            "that JSON does not have."
        )
    if found[0] == "'":
        return "JSON has double quotes, not single ones."
    shown = re.split(r"[\s,:\]}]", found, maxsplit=1)[0][:SHOWN] or found[0]
    return f"Here must stand {wanted}, not “{shown}”."


def formatted(text: str) -> str:
    """JSON with two spaces for each depth. Raises CannotLayOut."""
    try:
        return "".join(spaced(text))
    except LimitReached as limit:
        raise CannotLayOut(f"The body stays as it is. {limit}") from None


def compact(text: str) -> str:
    """JSON without white space between its tokens. Raises CannotLayOut."""
    try:
        return "".join(found for _, found in sound_tokens(text, Budget()))
    except LimitReached as limit:
        raise CannotLayOut(f"The body stays as it is. {limit}") from None


def spaced(text: str) -> Iterator[str]:
    budget = Budget()
    depth = 0
    before = ""
    for kind, found in sound_tokens(text, budget):
        mark = found if kind == "punctuation" else ""
        line_end = False
        if mark and mark in "}]":
            depth -= 1
            line_end = before != "open"
        elif mark not in (":", ","):
            line_end = before in ("open", ",")
        piece = f"\n{'  ' * depth}{found}" if line_end else found
        budget.spend(len(piece))
        yield f"{piece} " if mark == ":" else piece
        opens = bool(mark) and mark in OPENING
        depth += opens
        before = "open" if opens else mark


def sound_tokens(text: str, budget: Budget) -> Iterator[tuple[str, str]]:
    if text.lstrip()[:1] not in ("{", "["):
        raise CannotLayOut("The body is no JSON object or list, so it stays as it is.")
    try:
        yield from tokens(text, budget)
    except BadToken as bad:
        line = text.count("\n", 0, bad.position) + 1
        raise CannotLayOut(
            f"The body is no JSON yet, so it stays as it is. See line {line:,}: {bad.sentence}"
        ) from None
