"""Well-formed XML as indented lines: an element that holds only text on one, others with their
children between two. Tags, texts and escapes stand as they were sent; white space between tags
does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from queues.decoders.budget import Budget
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

PIECE = re.compile(
    r"""(?P<comment><!--.*?-->) | (?P<data><!\[CDATA\[.*?\]\]>) | (?P<instruction><\?.*?\?>)
    | (?P<doctype><![^>]*+>) | (?P<end></[^>]*+>)
    | (?P<start><[^<>"']*+(?:(?:"[^"]*+"|'[^']*+')[^<>"']*+)*+>) | (?P<text>[^<]++)""",
    re.VERBOSE | re.DOTALL,
)
IN_TAG = re.compile(
    r"""(?P<punctuation></?|/?>|=) | (?P<string>"[^"]*+"|'[^']*+') | (?P<space>\s++)
    | (?P<name>[^\s=<>"'/?]++) | (?P<rest>.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True)
class Writer:
    """`fresh`: the line of a start tag that only text has followed yet; of its tokens, `in_tag`
    are the tag's."""

    text: str
    lines: list[Line] = field(default_factory=list)
    open: list[Line] = field(default_factory=list)
    fresh: Line | None = None
    in_tag: int = 0

    def new_line(self, tokens: list[Token]) -> Line:
        line = Line(len(self.open), tokens, len(self.lines) + 1, source=self.text)
        self.lines.append(line)
        return line

    def start(self, text: str) -> None:
        line = self.new_line(list(tag_tokens(text)))
        if not text.endswith("/>"):
            self.open.append(line)
            self.fresh, self.in_tag = line, len(line.tokens)

    def end(self, text: str) -> None:
        opened = self.open.pop()
        if self.fresh is opened:
            opened.tokens += tag_tokens(text)
        else:
            opened.opens = self.new_line(list(tag_tokens(text))).number
        self.fresh = None

    def chars(self, text: str, begin: int) -> None:
        """Text stays beside its tag until a child shows that it does not stand alone."""
        line = self.fresh
        if line is not None:
            line.tokens.append(Token("text", text))
            line.begin, line.end = line.begin or begin, begin + len(text)
        elif text.strip():
            self.new_line([Token("text", text.strip())])

    def settle(self) -> None:
        """A child follows: text that stood beside the tag gets a line of its own."""
        line, self.fresh = self.fresh, None
        if line is None or not line.end:
            return
        text = "".join(token.text for token in line.tokens[self.in_tag :]).strip()
        del line.tokens[self.in_tag :]
        line.begin = line.end = 0
        if text:
            self.new_line([Token("text", text)])


def lay_out(text: str, budget: Budget | None = None) -> Layout:
    """`text` is known to be well-formed and to declare no entities."""
    budget = budget or Budget()
    writer = Writer(text)
    for count, match in enumerate(PIECE.finditer(text)):
        kind, found = match.lastgroup, match[0]
        if kind == "end":
            writer.end(found)
        elif kind in ("text", "data"):
            writer.chars(found, match.start())
        else:
            writer.settle()
            if kind == "start":
                writer.start(found)
            else:
                # A comment, an instruction, a doctype.
                writer.new_line([Token("text", found)])
        if len(writer.open) > DEEPEST:
            return TOO_DEEP
        if len(writer.lines) > MOST_LINES:
            return too_long(writer.lines)
        if count % 1024 == 0 and budget.over:
            return too_slow(writer.lines)
    return Layout(writer.lines)


def tag_tokens(text: str) -> Iterator[Token]:
    """The element's name as a key, attributes' names as text."""
    named = False
    for match in IN_TAG.finditer(text):
        kind, found = match.lastgroup or "", match[0]
        if kind == "name" and not named:
            named = True
            kind = "key"
        yield Token(kind if kind in ("key", "punctuation", "string") else "text", found)
