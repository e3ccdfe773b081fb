"""JMESPath's functions where they would round or guess, and the kinds of values they tell apart."""

from __future__ import annotations

from jmespath.functions import Functions, signature

from queues.search.numbers import number

KINDS = {bool: "boolean", int: "number", float: "number"}


def kind_of(value: object) -> str:
    return KINDS.get(type(value)) or type(value).__name__


class ExactFunctions(Functions):  # type: ignore[misc]  # jmespath has no types
    """JMESPath's, but that text becomes a number only if it is one, and none is rounded."""

    @signature({"types": []})  # type: ignore[untyped-decorator]
    def _func_to_number(self, value: object) -> object:
        if kind_of(value) == "number":
            return value
        return number(value) if isinstance(value, str) else None
