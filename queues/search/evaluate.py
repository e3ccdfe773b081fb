"""JMESPath with three truth values.

Plain JMESPath makes null of what is not there, and so finds `body.status != 'paid'` true of a
message without a status. Here that is unknown, and whatever is made of something unknown is
unknown, too, unless it does not matter (Kleene's logic):

- A path that the document lacks is unknown. A null that is there is a value: it equals null.
- Comparing values of different types is unknown, `5` and `'5'` for example; with null it is not.
- A function is unknown if one of its values is, if it cannot take them, and if it gives null.
- A projection or filter over a list, `items[*].sku` or `items[?price > `5`]`, is unknown if it is
  for one of the list's elements.
- `a && b` is false if either is false, `a || b` true if either is true, and else unknown if either
  is unknown; `!a` is unknown if `a` is.
- In the end, and for `&&`, `||`, `!` and `[?…]`, a value counts as in JMESPath: `false`, '', [] and
  {} are false, null is unknown, all else, 0 included, is true.

So if this says true or false, JMESPath does, too, or fails. To act on messages without a status one
asks for that: `!contains(keys(body), 'status')`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

from jmespath.exceptions import JMESPathError
from jmespath.visitor import Options, TreeInterpreter

from queues.search.expression import Node
from queues.search.functions import ExactFunctions, kind_of
from queues.search.judgement import DOES_NOT, MATCHES, Judgement, cannot_judge
from queues.search.unknown import CannotJudge, Unknown

NULL = Unknown("a value is null")
TYPES_DIFFER = Unknown("values of different types are compared")
NO_ORDER = Unknown("values without an order are compared")
EQUALITY = frozenset({"eq", "ne"})
ORDERED = frozenset({"number", "str"})
# JMESPath's own also tell 0 from false: here different kinds are not compared at all.
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "gt": operator.gt,
    "lte": operator.le,
    "gte": operator.ge,
}
# What functions raise that get what they cannot take, or come to a number beyond all numbers.
NOT_TAKEN = (JMESPathError, TypeError, ValueError, ArithmeticError)


def evaluate(tree: Node, document: dict[str, Any]) -> Judgement:
    """MemoryError and RecursionError pass through."""
    result = INTERPRETER.visit(tree, document)
    truth = truth_of(result)
    if truth is None:
        return cannot_judge(unknown_of(result).reason)
    return MATCHES if truth else DOES_NOT


def truth_of(value: object) -> bool | None:
    if isinstance(value, Unknown):
        return value.truth
    if value is None:
        return None
    return not (value is False or value == "" or value == [] or value == {})


def unknown_of(value: object) -> Unknown:
    return value.undecided if isinstance(value, Unknown) else NULL


class ThreeValued(TreeInterpreter):  # type: ignore[misc]  # jmespath has no types
    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._methods = {
            name.removeprefix("visit_"): getattr(self, name)
            for name in dir(self)
            if name.startswith("visit_")
        }

    def visit(self, node: Node, value: Any) -> Any:
        if type(value) is Unknown:
            return value.undecided
        return self._methods[node["type"]](node, value)

    def visit_field(self, node: Node, value: Any) -> Any:
        if isinstance(value, dict) and node["value"] in value:
            return value[node["value"]]
        return Unknown.missing(node["value"])

    def visit_index(self, node: Node, value: Any) -> Any:
        index = node["value"]
        if isinstance(value, list) and -len(value) <= index < len(value):
            return value[index]
        return Unknown.missing(f"[{index}]")

    def visit_subexpression(self, node: Node, value: Any) -> Any:
        return self._chain(node, value)

    def visit_index_expression(self, node: Node, value: Any) -> Any:
        return self._chain(node, value)

    def visit_slice(self, node: Node, value: Any) -> Any:
        if isinstance(value, list):
            return value[slice(*node["children"])]
        return Unknown("a slice is taken of what is no list")

    def visit_comparator(self, node: Node, value: Any) -> Any:
        first, second = node["children"]
        left, right = self.visit(first, value), self.visit(second, value)
        if type(left) is Unknown:
            return left.undecided
        if type(right) is Unknown:
            return right.undecided
        kind, comparator = kind_of(left), node["value"]
        same = kind == kind_of(right)
        if comparator not in EQUALITY:
            if not same or kind not in ORDERED:
                return NO_ORDER
        elif not same and left is not None and right is not None:
            return TYPES_DIFFER
        try:
            return COMPARISONS[comparator](left, right)
        except CannotJudge as error:
            return error.unknown

    def visit_and_expression(self, node: Node, value: Any) -> Any:
        return self._either(node["children"], value, decides=False)

    def visit_or_expression(self, node: Node, value: Any) -> Any:
        return self._either(node["children"], value, decides=True)

    def visit_not_expression(self, node: Node, value: Any) -> Any:
        operand = self.visit(node["children"][0], value)
        truth = truth_of(operand)
        return unknown_of(operand) if truth is None else not truth

    def visit_function_expression(self, node: Node, value: Any) -> Any:
        given = [self.visit(child, value) for child in node["children"]]
        for each in given:
            if isinstance(each, Unknown):
                return each.undecided
        name = node["value"]
        try:
            result = self._functions.call_function(name, given)
        except CannotJudge as error:
            return error.unknown
        except NOT_TAKEN:
            return Unknown(f"{name}() cannot take a value it is given")
        return Unknown(f"{name}() gives no value") if result is None else result

    def visit_projection(self, node: Node, value: Any) -> Any:
        left, right = node["children"]
        return self._project(left, self._list(left, value), right)

    def visit_value_projection(self, node: Node, value: Any) -> Any:
        left, right = node["children"]
        base = self.visit(left, value)
        if isinstance(base, dict):
            base = list(base.values())
        elif not isinstance(base, Unknown):
            base = Unknown("what should be an object is none")
        return self._project(left, base, right)

    def visit_filter_projection(self, node: Node, value: Any) -> Any:
        left, right, condition = node["children"]
        base = self._list(left, value)
        if isinstance(base, Unknown):
            return base
        kept = []
        for element in base:
            result = self.visit(condition, element)
            truth = truth_of(result)
            if truth is None:
                return unknown_of(result).below(f"{path(left)}[]")
            if truth:
                kept.append(element)
        return self._project(left, kept, right)

    def visit_flatten(self, node: Node, value: Any) -> Any:
        base = self._list(node["children"][0], value)
        if isinstance(base, Unknown):
            return base
        return [inner for each in base for inner in (each if isinstance(each, list) else [each])]

    def visit_multi_select_list(self, node: Node, value: Any) -> Any:
        selected = [self.visit(child, value) for child in node["children"]]
        return first_undecided(selected) or selected

    def visit_multi_select_dict(self, node: Node, value: Any) -> Any:
        selected = {child["value"]: self.visit(child, value) for child in node["children"]}
        return first_undecided(selected.values()) or selected

    def _chain(self, node: Node, value: Any) -> Any:
        children = node["children"]
        for place, child in enumerate(children):
            # Most steps are names that are there: the short way to what visit_field does.
            if child["type"] == "field" and type(value) is dict and child["value"] in value:
                value = value[child["value"]]
            else:
                value = self.visit(child, value)
            if type(value) is Unknown:
                taken = path({**node, "children": children[:place]})
                return value.below(taken) if taken else value.undecided
        return value

    def _either(self, children: list[Node], value: Any, *, decides: bool) -> Any:
        """`||` if `decides` is True, `&&` if it is False: a side that is that settles it."""
        left = self.visit(children[0], value)
        if truth_of(left) is decides:
            return left
        right = self.visit(children[1], value)
        if truth_of(left) is not None:
            return right
        # Which value it is stays unknown, even where its truth is not.
        settled = decides if truth_of(right) is decides else None
        return Unknown(unknown_of(left).reason, truth=settled)

    def _list(self, node: Node, value: Any) -> Any:
        base = self.visit(node, value)
        if isinstance(base, Unknown):
            return base.undecided
        return base if isinstance(base, list) else Unknown("what should be a list is none")

    def _project(self, left: Node, base: Any, right: Node) -> Any:
        if isinstance(base, Unknown):
            return base.undecided
        collected = []
        for element in base:
            found = self.visit(right, element)
            if isinstance(found, Unknown):
                return found.below(f"{path(left)}[]")
            if found is not None:
                collected.append(found)
        return collected


def first_undecided(values: Iterable[Any]) -> Unknown | None:
    return next((each.undecided for each in values if isinstance(each, Unknown)), None)


def path(node: Node) -> str:
    """A step as it is written, for a reason."""
    kind, children = node["type"], node["children"]
    if kind == "field":
        return str(node["value"])
    if kind == "index":
        return f"[{node['value']}]"
    if kind == "subexpression":
        return ".".join(path(child) for child in children)
    if kind == "index_expression":
        return "".join(path(child) for child in children)
    if kind in {"projection", "value_projection", "filter_projection"}:
        return f"{path(children[0])}[]"
    return ""


INTERPRETER = ThreeValued(Options(custom_functions=ExactFunctions()))
