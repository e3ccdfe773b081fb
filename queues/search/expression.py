"""JMESPath, read and checked before any message is looked at.

What would fail, or mean nothing, for every message is refused here, with its place: a name that
the document does not have, an unknown function, a wrong number of arguments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jmespath.exceptions import ParseError
from jmespath.functions import Functions
from jmespath.parser import Parser

from queues.search.document import NAMES, read_json
from queues.search.mistakes import (
    BadFilter,
    no_json,
    no_such_function,
    no_such_name,
    unreadable,
)
from queues.search.unknown import Unknown

MOST_CHARACTERS = 4_000
# Evaluating takes a few of Python's frames for each step down.
DEEPEST = 200

Node = dict[str, Any]

CHAINS = {"subexpression", "pipe", "index_expression"}
PROJECTIONS = {"projection", "value_projection", "filter_projection"}
PATHS = {"subexpression", "index_expression", "flatten"} | PROJECTIONS
BETWEEN_BACKTICKS = re.compile(r"`((?:\\.|[^`\\])*)`", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Expression:
    """`tree`: JMESPath's. `reads`: which of the document's names it may look at."""

    tree: Node
    reads: frozenset[str]


@lru_cache(maxsize=64)
def read(expression: str) -> Expression:
    """Raises BadFilter."""
    if len(expression) > MOST_CHARACTERS:
        raise BadFilter(f"The expression is longer than {MOST_CHARACTERS:,} characters.")
    try:
        tree = Located().parse(expression).parsed
        reads = Check(expression).reads(tree)
    except ParseError as error:
        raise unreadable(expression, error) from error
    except RecursionError as error:
        raise too_deep() from error
    return Expression(tree, reads)


def too_deep() -> BadFilter:
    return BadFilter(
        f"The expression is nested more than {DEEPEST} deep. Instead of many “||”, ask whether a "
        f'list holds the value: contains(`["a", "b"]`, body.status).'
    )


class Located(Parser):  # type: ignore[misc]  # jmespath has no types
    """JMESPath's parser, some of whose nodes remember where they stand."""

    _CACHE: dict[str, Any] = {}

    def _token_nud_unquoted_identifier(self, token: Node) -> Node:
        return {**super()._token_nud_unquoted_identifier(token), "start": token["start"]}

    def _token_nud_quoted_identifier(self, token: Node) -> Node:
        return {**super()._token_nud_quoted_identifier(token), "start": token["start"]}

    def _token_nud_literal(self, token: Node) -> Node:
        return {**super()._token_nud_literal(token), "start": token["start"]}

    def _token_nud_not(self, token: Node) -> Node:
        return {**super()._token_nud_not(token), "start": token["start"]}

    def _token_led_lparen(self, left: Node) -> Node:
        return {**super()._token_led_lparen(left), "start": left.get("start")}


class Check:
    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.names: set[str] = set()

    def reads(self, tree: Node) -> frozenset[str]:
        self.follow(tree, root=True)
        if not self.names:
            raise BadFilter(
                f"The expression looks at nothing of a message: it is the same for each. "
                f"Use {', '.join(NAMES[:-1])} or {NAMES[-1]}."
            )
        return frozenset(self.names)

    def follow(self, node: Node, *, root: bool, depth: int = 0) -> bool:
        """`root`: the node looks at the document itself, not at a part of it. Says whether its
        result is the document, too."""
        if depth > DEEPEST:
            raise too_deep()
        kind, children = node["type"], node["children"]
        if kind in PATHS and children[0]["type"] == "not_expression":
            raise BadFilter(
                "“!” takes only the first step of this path. Did you mean !(body.…), in brackets?",
                children[0]["start"],
            )
        if kind in CHAINS:
            for child in children:
                root = self.follow(child, root=root, depth=depth + 1)
            return root
        if kind in {"current", "identity"}:
            self.names |= set(NAMES) if root else set()
            return root
        if kind in PROJECTIONS:
            self.follow(children[0], root=root, depth=depth + 1)
            for child in children[1:]:
                self.follow(child, root=False, depth=depth + 1)
        elif kind == "function_expression":
            self.function(node, root, depth)
        elif kind == "expref":
            raise BadFilter("“&” stands before what a function applies. Did you mean “&&”?")
        elif kind == "slice":
            if children[2] == 0:
                raise BadFilter("A slice cannot have steps of 0.")
        elif kind == "field":
            self.field(node, root)
        elif kind == "literal":
            self.literal(node)
        else:
            for child in children:
                self.follow(child, root=root, depth=depth + 1)
        return False

    def field(self, node: Node, root: bool) -> None:
        name, start = node["value"], node["start"]
        if not root:
            return
        if name not in NAMES:
            quoted = self.expression[start] == '"'
            raise BadFilter(no_such_name(name, quoted), start)
        self.names.add(name)

    def function(self, node: Node, root: bool, depth: int) -> None:
        name, given, start = node["value"], node["children"], node["start"]
        known = Functions.FUNCTION_TABLE
        if name not in known:
            raise BadFilter(no_such_function(name, known), start)
        wanted = known[name]["signature"]
        more = bool(wanted) and bool(wanted[-1].get("variadic"))
        if len(given) < len(wanted) or (len(given) > len(wanted) and not more):
            least = "at least " if more else ""
            count = f"{least}{len(wanted)} value{'' if len(wanted) == 1 else 's'}"
            raise BadFilter(f"{name}() takes {count}, not {len(given)}.", start)
        for place, child in enumerate(given):
            applied = "expref" in wanted[min(place, len(wanted) - 1)]["types"]
            if applied != (child["type"] == "expref"):
                how = f"begins with “&”, as in {name}(…&name…)" if applied else "has no “&”"
                raise BadFilter(f"Value {place + 1} of {name}() {how}.", start)
            # What a function applies, it applies to elements.
            inner = child["children"][0] if applied else child
            self.follow(inner, root=root and not applied, depth=depth + 1)

    def literal(self, node: Node) -> None:
        """Literals are read as bodies are: what would be rounded is refused."""
        written = BETWEEN_BACKTICKS.match(self.expression, node["start"])
        if written is None:  # a 'text'
            return
        try:
            value = read_json(written[1].replace("\\`", "`"))
        except ValueError:  # which JMESPath once took for text
            raise BadFilter(no_json(written[1]), node["start"]) from None
        if unknown := first_unknown(value):
            raise BadFilter(f"This value cannot be compared: {unknown.reason}.", node["start"])


def first_unknown(value: object) -> Unknown | None:
    if isinstance(value, Unknown):
        return value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for each in inner if (found := first_unknown(each))), None)
