"""Lines of `name: value`, and maybe a text below: boto 2's MHMessage, and mail (RFC 822)."""

from __future__ import annotations

import email.header
import email.parser
import re
from email.errors import HeaderParseError

from queues.decoders.base import CannotDecode, Decoder, Document, Shape, Step
from queues.decoders.lines import MOST_LINES, Layout, Line, Token, too_long
from queues.decoders.told import facts

HEADER = re.compile(r"([!-9;-~]{1,100}):([ \t].*|)")
MOST_HEADERS = 1_000
# What stands in the head of a mail that one reads, and how much of each.
TOLD = ("From", "To", "Subject", "Date")
LONGEST = 1_000

GUESSED = "Taken for headers because every line {}reads like “name: value”."


class Headers(Decoder):
    name = "headers"
    label = "Headers"

    def find(self, document: Document) -> Step | None:
        """One line alone is a sentence with a colon in it."""
        text = document.text
        if text is None or not HEADER.match(text) or header_count(text) < 2:
            return None
        above = "above the first empty one " if "\n\n" in text or "\r\n\r\n" in text else ""
        return step(text, GUESSED.format(above))

    def decode(self, document: Document) -> Step:
        text = document.text
        if text is None or not header_count(text):
            raise CannotDecode("This does not begin with lines of “name: value”.")
        return step(text, "")


def header_count(text: str) -> int:
    """How many headers there are above the first empty line; 0 if anything else is among them."""
    count = 0
    for line in text.split("\n", MOST_HEADERS + 1)[: MOST_HEADERS + 1]:
        line = line.removesuffix("\r")
        if not line.strip():
            break
        if HEADER.fullmatch(line):
            count += 1
        elif not (count and line[0] in " \t"):
            return 0
    return count if count <= MOST_HEADERS else 0


def step(text: str, note: str) -> Step:
    parsed = email.parser.HeaderParser().parsestr(head_of(text), headersonly=True)
    told = facts(*((name, words(parsed[name])) for name in TOLD if parsed[name]))
    title = next((fact.value for fact in told if fact.label == "Subject"), "")
    return Step(shape=Shape.MAIL, facts=told, title=title, note=note)


def head_of(text: str) -> str:
    return re.split(r"\r?\n\r?\n", text[: 256 * 1024], maxsplit=1)[0]


def words(value: object) -> str:
    """With `=?utf-8?b?…?=` made readable; as it stands if that fails."""
    text = " ".join(str(value)[:LONGEST].split())
    try:
        return str(email.header.make_header(email.header.decode_header(text))) or text
    except (HeaderParseError, LookupError, ValueError):
        return text


def lay_out(text: str) -> Layout:
    lines: list[Line] = []
    in_head = True
    for each in text.split("\n"):
        each = each.removesuffix("\r")
        in_head = in_head and bool(each.strip())
        match = HEADER.fullmatch(each) if in_head else None
        tokens = [Token("text", each)]
        line = Line(0, tokens, len(lines) + 1, source=each)
        if match:
            value = match[2]
            line.tokens = [Token("key", match[1]), Token("punctuation", ":"), Token("text", value)]
            line.begin, line.end = match.start(2) + len(value) - len(value.lstrip()), len(each)
        lines.append(line)
        if len(lines) > MOST_LINES:
            return too_long(lines)
    return Layout(lines)
