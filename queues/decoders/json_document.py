"""JSON without loss: numbers keep their digits, members can be had as they were sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Final

from queues.decoders.budget import Budget

SPACE = re.compile(r"[ \t\r\n]*+")
# The quantifiers are possessive: no input makes the search go back, or take memory for it.
TOKEN = re.compile(
    r"""[ \t\r\n]*+(?:
        (?P<string>"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+") |
        (?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+) |
        (?P<word>true|false|null) |
        (?P<punctuation>[{}\[\],:])
    )""",
    re.VERBOSE,
)


class NotJson:
    """What stands for the value of a text that is no JSON object or list."""

    def __bool__(self) -> bool:
        return False


NOT_JSON: Final = NotJson()


class Digits(str):
    """A number as it was sent: `1.10`, `1E400`, five thousand nines."""

    __slots__ = ()


def refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


DECODER = json.JSONDecoder(parse_int=Digits, parse_float=Digits, parse_constant=refuse)


def parse(text: str) -> Any:
    """The value, strictly, with numbers as Digits; NOT_JSON if there is none or it is too deep."""
    try:
        return DECODER.decode(text)
    except (ValueError, RecursionError):
        return NOT_JSON


def members(text: str) -> dict[str, str]:
    """The raw JSON of each member of the object that `text` is; `text` is known to be JSON."""
    found: dict[str, str] = {}
    at = after_space(text, after_space(text, 0) + 1)
    while text[at] != "}":
        name, at = DECODER.raw_decode(text, at)
        begin = after_space(text, after_space(text, at) + 1)
        _, at = DECODER.raw_decode(text, begin)
        found[name] = text[begin:at]
        at = after_space(text, at)
        if text[at] == ",":
            at = after_space(text, at + 1)
    return found


def after_space(text: str, at: int) -> int:
    match = SPACE.match(text, at)
    return match.end() if match else at


def elements(text: str) -> list[str]:
    """The raw JSON of each element of the list that `text` is; `text` is known to be JSON."""
    found: list[str] = []
    at = after_space(text, after_space(text, 0) + 1)
    while text[at] != "]":
        begin = at
        _, at = DECODER.raw_decode(text, begin)
        found.append(text[begin:at])
        at = after_space(text, at)
        if text[at] == ",":
            at = after_space(text, at + 1)
    return found


def make_object(pairs: Iterable[tuple[str, str]]) -> str:
    """An object of names and the raw JSON of their values."""
    return "{" + ",".join(f"{quoted(name)}:{value}" for name, value in pairs) + "}"


def is_json(text: str, budget: Budget) -> bool:
    """Strictly one JSON value, however deep: a few steps of the grammar, and a stack of our own.
    Raises LimitReached."""
    stack: list[str] = []
    expected = "value"
    at = 0
    count = 0
    while match := TOKEN.match(text, at):
        at = match.end()
        count += 1
        if count % 4096 == 0:
            budget.check()
        kind = match.lastgroup or ""
        following = after_token(kind, match[kind], expected, stack)
        if following is None:
            return False
        expected = following
    return expected == "end" and not text[at:].strip(" \t\r\n")


VALUE, KEY, COLON, COMMA, END = "value", "key", "colon", "comma", "end"
FIRST = {"{": "first key", "[": "first value"}
CLOSING = {"{": "}", "[": "]"}
MAY_CLOSE = ("first key", "first value", COMMA)


def after_token(kind: str, text: str, expected: str, stack: list[str]) -> str | None:
    """What must follow this token where `expected` was; None: it may not stand there."""
    if kind == "punctuation":
        if text in FIRST and expected in (VALUE, "first value"):
            stack.append(text)
            return FIRST[text]
        if text in "}]":
            if expected not in MAY_CLOSE or not stack or CLOSING[stack[-1]] != text:
                return None
            stack.pop()
            return COMMA if stack else END
        if text == ":" and expected == COLON:
            return VALUE
        if text == "," and expected == COMMA:
            return KEY if stack[-1] == "{" else VALUE
        return None
    if expected in (KEY, "first key"):
        return COLON if kind == "string" else None
    if expected in (VALUE, "first value"):
        return COMMA if stack else END
    return None
