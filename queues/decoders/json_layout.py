"""JSON, laid out for people: re-indented token by token, so that every digit and escape stays.

Nothing is converted: a number of five thousand digits, a duplicate key and `1.10` look as they
were sent. What is too much to lay out is laid out as far as it goes, and says so.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from queues.decoders.budget import Budget
from queues.decoders.json_document import TOKEN
from queues.decoders.lines import (
    DEEPEST,
    MOST_LINES,
    TOO_DEEP,
    Layout,
    Line,
    Token,
    too_long,
    too_slow,
)

LONGEST_PATH = 400

PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PUNCTUATION = {text: Token("punctuation", text) for text in (*"{}[],", ": ")}
WORDS = {text: Token("word", text) for text in ("true", "false", "null")}


@dataclass(slots=True)
class Open:
    """An object or list that is not closed yet."""

    line: Line
    path: str | None
    is_list: bool
    count: int = 0


@dataclass(slots=True)
class Writer:
    """Takes tokens one by one. A path that grows too long is None, and so are all within it."""

    text: str
    lines: list[Line] = field(default_factory=lambda: [Line(0, [], 1)])
    stack: list[Open] = field(default_factory=list)
    path: str | None = ""
    before: str = ""

    def new_line(self) -> Line:
        line = Line(len(self.stack), [], len(self.lines) + 1, source=self.text)
        self.lines.append(line)
        return line

    def begin_value(self, begin: int) -> Line:
        """The line a value begins on: after `[` or `{` a new one, with a path if in a list."""
        line = self.lines[-1]
        if self.before in ("[", "{"):
            line = self.new_line()
        if self.stack and self.stack[-1].is_list:
            inside = self.stack[-1]
            self.path = joined(inside.path, f"[{inside.count}]")
            inside.count += 1
        line.path, line.source, line.begin = self.path or "", self.text, begin
        return line

    def key(self, text: str) -> None:
        line = self.new_line() if self.before == "{" else self.lines[-1]
        line.tokens.append(Token("key", text))
        outer = self.stack[-1].path
        name = member_name(text)
        self.path = joined(outer, f".{name}" if outer else name)

    def scalar(self, kind: str, text: str, begin: int, end: int) -> None:
        line = self.begin_value(begin)
        line.end = end
        line.tokens.append(WORDS[text] if kind == "word" else Token(kind, text))

    def open(self, text: str, begin: int) -> None:
        line = self.begin_value(begin)
        line.tokens.append(PUNCTUATION[text])
        self.stack.append(Open(line, self.path, text == "["))

    def close(self, text: str, end: int) -> None:
        opened = self.stack.pop()
        opened.line.end = end
        if self.before in ("[", "{"):
            self.lines[-1].tokens.append(PUNCTUATION[text])
            return
        line = self.new_line()
        line.tokens.append(PUNCTUATION[text])
        opened.line.opens = line.number


def lay_out(text: str, budget: Budget | None = None) -> Layout:
    """`text` is known to be a JSON object or list."""
    budget = budget or Budget()
    writer = Writer(text)
    at = count = 0
    while match := TOKEN.match(text, at):
        at = match.end()
        kind, found = match.lastgroup or "", match[match.lastgroup or 0]
        take(writer, kind, found, match.start(kind), at)
        if len(writer.stack) > DEEPEST:
            return TOO_DEEP
        if len(writer.lines) > MOST_LINES:
            return too_long(writer.lines)
        count += 1
        if count % 1024 == 0 and budget.over:
            return too_slow(writer.lines)
    return Layout(writer.lines)


def take(writer: Writer, kind: str, found: str, begin: int, end: int) -> None:
    if kind != "punctuation":
        inside = writer.stack[-1] if writer.stack else None
        if inside and not inside.is_list and writer.before in ("{", ","):
            writer.key(found)
        else:
            writer.scalar(kind, found, begin, end)
    elif found in "{[":
        writer.open(found, begin)
    elif found in "}]":
        writer.close(found, end)
    elif found == ",":
        writer.lines[-1].tokens.append(PUNCTUATION[","])
        writer.new_line()
    else:
        writer.lines[-1].tokens.append(PUNCTUATION[": "])
    writer.before = found if kind == "punctuation" else ""


def joined(outer: str | None, step: str) -> str | None:
    path = None if outer is None else outer + step
    return path if path is not None and len(path) <= LONGEST_PATH else None


def member_name(text: str) -> str:
    """A key's JSON text as a step of a JMESPath, quoted where it has to be."""
    inner = text[1:-1]
    if PLAIN_NAME.fullmatch(inner):
        return inner
    return json.dumps(json.loads(text), ensure_ascii=True)
