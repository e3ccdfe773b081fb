"""What holds of every expression and every message."""

from __future__ import annotations

import json

import jmespath
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from queues.search import BadFilter, Judgement, Outcome
from queues.search.document import decoded, document
from queues.search.evaluate import evaluate
from queues.search.expression import read

pytestmark = pytest.mark.filterwarnings("ignore:deprecated string literal syntax")

NAMES = st.sampled_from(["a", "b", "c"])
SCALARS = (
    st.none() | st.booleans() | st.sampled_from([0, 1, 2, -1, 0.5, "", "x", "y", "1", "inf", "{}"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
BODIES = st.one_of(
    st.dictionaries(NAMES, VALUES, min_size=1).map(json.dumps),
    VALUES.map(json.dumps),
    st.text(),
    st.sampled_from(['{"a": 1, "a": 2}', "[" * 2000, '{"a": 1e999}', '{"a": 9007199254740993.0}']),
)
ATTRIBUTES = st.dictionaries(NAMES, st.sampled_from(["x", "1", ""]), max_size=2)

FIELDS = ".a .b .c [0] [-1] [*].a [*] [] [1:] [::-1] .* .[a,b] .{a:b,b:c}"
CONDITIONS = ["[?a].b", "[?c>`0`]", "[?b == `1`]", "[?a != 'x'].a"]
STEPS = st.sampled_from([*FIELDS.split(), *CONDITIONS])
PATHS = st.builds(
    lambda first, steps: first + "".join(steps),
    st.sampled_from(["body", "body", "body", "attributes", "@"]),
    st.lists(STEPS, max_size=3),
)
LITERALS = st.sampled_from(
    ["`1`", "`0`", "`0.5`", "`true`", "`false`", "`null`", "`[]`", "`{}`", "`[1, 0]`", "'x'", "''"]
)
OPERATORS = st.sampled_from(["==", "!=", "<", ">=", "<=", ">"])
ONE = [
    "length",
    "type",
    "keys",
    "values",
    "to_string",
    "to_number",
    "to_array",
    "max",
    "min",
    "sum",
]
ONE += ["sort", "reverse", "abs", "ceil", "avg", "floor"]
TWO = ["contains", "starts_with", "ends_with", "join", "not_null", "merge"]
APPLIED = ["sort_by({}, &a)", "max_by({}, &b)", "map(&a, {})", "map(&!a, {})", "min_by({}, &b.a)"]


def expressions() -> st.SearchStrategy[str]:
    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("({}) {} ({})".format, inner, OPERATORS, inner | LITERALS),
            st.builds(
                "({}) {} ({})".format, inner, st.sampled_from(["&&", "||"]), inner | LITERALS
            ),
            inner.map("!({})".format),
            st.builds("{}({})".format, st.sampled_from(ONE), inner),
            st.builds("{}({}, {})".format, st.sampled_from(TWO), inner, inner | LITERALS),
            st.builds(lambda form, each: form.format(each), st.sampled_from(APPLIED), inner),
            st.builds("({}){}".format, inner, STEPS),
            st.builds(
                "({}) | {}".format, inner, st.sampled_from(["@", "!@", "@ == 'x'", "a", "[0]"])
            ),
            st.builds("[{}, {}]".format, inner, inner | LITERALS),
            st.builds("{{a: {}}}".format, inner),
        )

    return st.recursive(PATHS, grow, max_leaves=6).filter(accepted)


def accepted(expression: str) -> bool:
    try:
        read(expression)
    except BadFilter:
        return False
    return True


def judged(expression: str, body: str, attributes: dict[str, str]) -> Judgement:
    return evaluate(read(expression).tree, document(body, attributes, {}))


def plainly(expression: str, body: str, attributes: dict[str, str]) -> bool | None:
    """What JMESPath itself makes of the decoded message; None if it fails."""
    try:
        found = json.loads(decoded(body, None)[0] or "")
    except (ValueError, RecursionError):
        found = None
    whole = {"body": found, "attributes": attributes, "message_attributes": {}}
    try:
        result = jmespath.search(expression, whole)
    except Exception:
        return None
    return result not in ("", [], {}) and result is not None and result is not False


@settings(max_examples=200, deadline=None)
@given(expressions(), BODIES, ATTRIBUTES)
@example("(body.a || 'x') | !@", "{}", {})
@example("(body.a || 'x').b || `true`", "{}", {})
@example("body.a == `[1]`", '{"a": [true]}', {})
def test_what_is_said_plain_jmespath_says_too(
    expression: str, body: str, attributes: dict[str, str]
) -> None:
    plain = plainly(expression, body, attributes)
    outcome = judged(expression, body, attributes).outcome
    if plain is not None:
        assert outcome is not (Outcome.DOES_NOT if plain else Outcome.MATCHES)


@settings(max_examples=150, deadline=None)
@given(expressions(), BODIES, ATTRIBUTES)
def test_the_opposite_of_a_filter_chooses_the_others_and_never_what_cannot_be_judged(
    expression: str, body: str, attributes: dict[str, str]
) -> None:
    opposite = {
        Outcome.MATCHES: Outcome.DOES_NOT,
        Outcome.DOES_NOT: Outcome.MATCHES,
        Outcome.CANNOT_JUDGE: Outcome.CANNOT_JUDGE,
    }
    said = judged(expression, body, attributes)
    denied = judged(f"!({expression})", body, attributes)
    assert denied.outcome is opposite[said.outcome]
    assert (said.reason == "") is (said.outcome is not Outcome.CANNOT_JUDGE)


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(codec=None)), st.sampled_from(["body.a != 'x'", "contains(body, 'a')"])
)
def test_any_body_can_be_looked_at(body: str, expression: str) -> None:
    outcome = judged(expression, body, {}).outcome
    if expression == "body.a != 'x'":
        assert outcome is Outcome.CANNOT_JUDGE
