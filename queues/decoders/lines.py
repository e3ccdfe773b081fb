"""A document laid out for people: lines of tokens, in the order they are read."""

from __future__ import annotations

from dataclasses import dataclass

MOST_LINES = 20_000
DEEPEST = 1_000
# What may be copied from a line; more is copied from the raw text.
LONGEST_VALUE = 4096

STYLES = {"key": "k", "string": "s", "number": "d", "word": "w", "punctuation": "p", "text": "t"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str

    @property
    def style(self) -> str:
        """The class that colours it."""
        return STYLES[self.kind]


@dataclass(slots=True)
class Line:
    """`number`: from 1. `path`: JMESPath of the value on it, "" where there is none or it is very
    long. `opens`: the number of the line that closes what this one opens, or 0."""

    depth: int
    tokens: list[Token]
    number: int = 0
    path: str = ""
    opens: int = 0
    source: str = ""
    begin: int = 0
    end: int = 0

    @property
    def indent(self) -> str:
        return "  " * self.depth

    @property
    def value_text(self) -> str:
        """The raw JSON of the value on this line; "" if there is none or it is over 4 kB."""
        if self.end - self.begin > LONGEST_VALUE:
            return ""
        return self.source[self.begin : self.end]


@dataclass(frozen=True, slots=True)
class Layout:
    """`lines` None: there is nothing to lay out, or it cannot be. `note`: why, or what is missing;
    a sentence for people."""

    lines: list[Line] | None
    note: str = ""


TOO_DEEP = Layout(None, f"It is nested more than {DEEPEST:,} deep, too deep to be laid out.")


def too_long(lines: list[Line]) -> Layout:
    note = f"Only the first {MOST_LINES:,} lines are laid out; the raw text has all."
    return Layout(beginning(lines), note)


def too_slow(lines: list[Line]) -> Layout:
    return Layout(beginning(lines), "Laying all of it out takes too long; the raw text has all.")


def beginning(lines: list[Line]) -> list[Line]:
    """What is closed beyond cannot be folded."""
    lines = lines[:MOST_LINES]
    for line in lines:
        if line.opens > len(lines):
            line.opens = 0
    return lines
