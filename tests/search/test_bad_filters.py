"""Who writes a filter wrongly is told what is wrong, and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.search import BadFilter, Filter
from queues.search.expression import read

# JMESPath's, of text between backticks; we refuse it.
pytestmark = pytest.mark.filterwarnings("ignore:deprecated string literal syntax")


def refused(expression: str) -> BadFilter:
    with pytest.raises(BadFilter) as caught:
        Filter.parse("", expression)
    return caught.value


@pytest.mark.parametrize(
    ("expression", "marked", "hint"),
    [
        ("status == 'failed'", "status", "Did you mean body.status?"),
        ("body.a == 'x' && status", "status", "Did you mean body.status?"),
        ("body.items[?status] && status", "status", "Did you mean body.status?"),
        ("Body.status", "Body", "Did you mean body?"),
        ("messageAttributes.kind", "messageAttributes", "Did you mean message_attributes?"),
        ("SentTimestamp > `5`", "SentTimestamp", "Did you mean attributes.SentTimestamp?"),
        ("@.status == 'x'", "status", "Did you mean body.status?"),
        ("length(items) > `5`", "items", "Did you mean body.items?"),
        ('body.status == "failed"', '"failed"', "Text stands in single quotes: did you mean 'fa"),
        ("body.paid == true", "true", "Did you mean `true`?"),
        ("body.paid == None", "None", "Did you mean `null`?"),
        ("body.n > 5", "5", "Did you mean `5`?"),
        ("body.n = `5`", "= `5`", "Did you mean “==”?"),
        ("body.a and body.b", "and", "Did you mean “&&”?"),
        ("not body.a", "body", "Did you mean “!”?"),
        ("body.a & body.b", "& body.b", "Did you mean “&&”?"),
        ("lenght(body.a) > `5`", "lenght", "Did you mean length()?"),
        ("contains(body.a)", "contains", "contains() takes 2 values, not 1."),
        ("not_null() || body", "not_null", "not_null() takes at least 1 value, not 0."),
        ("max_by(body.a, price)", "max_by", "Value 2 of max_by() begins with “&”"),
        ("length(&body)", "length", "Value 1 of length() has no “&”."),
        ("body.status == 'failed", "'failed", "The ' that opens here is never closed."),
        ("body.n == `{`", "`{`", "Between backticks stands JSON"),
        ("body.n == `NaN`", "`NaN`", "Between backticks stands JSON"),
        ("body.n == `paid`", "`paid`", "Did you mean 'paid'?"),
        ("!body.paid", "!body", "Did you mean !(body.…), in brackets?"),
        ("body.a && !body[?x]", "!body", "Did you mean !(body.…), in brackets?"),
        ("body.n == `0.12345678901234567890`", "`0.1", "more digits than can be compared"),
        ('body.n == `{"a": [1E999]}`', "`{", "more digits than can be compared"),
        ("contains(body.a, 'x'", "", "a closing bracket is missing"),
        ("body.", "", "ends too early"),
        ("body.a ? 'x'", "? 'x'", "“?” means nothing here."),
        ("body.a) == 'x'", ")", "“)” is not expected here."),
    ],
)
def test_a_mistake_is_explained_at_its_place(expression: str, marked: str, hint: str) -> None:
    error = refused(expression)
    assert hint in error.sentence
    assert error.position is not None
    if marked:
        assert expression[error.position :].startswith(marked)
    else:
        assert error.position == len(expression)
    assert str(error).endswith(f"(At character {error.position + 1}.)")


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("'failed'", "looks at nothing of a message"),
        ("`1` == `1`", "looks at nothing of a message"),
        ("body[::0]", "steps of 0"),
        ("&body", "Did you mean “&&”?"),
        ("body." + "a" * 4000, "longer than 4,000 characters"),
        ("(" * 1900 + "body" + ")" * 1900, "nested more than 200 deep"),
        ("!" * 3000 + "body", "nested more than 200 deep"),
        (" || ".join(["body.a"] * 300), "nested more than 200 deep"),
        ("body == `" + "[" * 1900 + "]" * 1900 + "`", "nested more than 200 deep"),
        ("body[" + "9" * 1000 + "9" * 2000 + "]", ""),
    ],
)
def test_what_means_nothing_or_too_much_is_refused_as_a_whole(expression: str, hint: str) -> None:
    if not hint:
        assert Filter.parse("", expression)
        return
    error = refused(expression)
    assert hint in error.sentence
    assert error.position is None


def test_names_of_elements_are_not_taken_for_names_of_the_document() -> None:
    for expression in (
        "body.items[?price > `5`].sku",
        "body.items[*].{name: sku, more: [price]}",
        "sort_by(body.items, &price)[0].sku == 'a'",
        "body | status == 'failed'",
        "body.{status: status} | status == 'failed'",
        "@.body.status",
        "!body[0]",
        "!contains(body.tags, 'x')",
        "body.\"due date\" == '2026'",
        "keys(@)",
    ):
        assert Filter.parse("", expression)


def test_a_filter_of_nothing_is_refused_lest_it_choose_everything() -> None:
    for text, expression in (("", ""), ("", "  \n")):
        with pytest.raises(BadFilter, match="needs a text or an expression") as caught:
            Filter.parse(text, expression)
        assert caught.value.position is None
    with pytest.raises(BadFilter):
        Filter()
    with pytest.raises(BadFilter, match="text is longer"):
        Filter.parse("x" * 1001, "")


FRAGMENTS = r"""body attributes status 'x' `5` `[` " ' ` == = != < && || ! & . , : ( ) [ ] [? [] * @
    { } contains( length( sort_by( 5 -1 - \ é 😀 | ? and not"""
PIECES = st.lists(st.sampled_from([*FRAGMENTS.split(), "\ud800", " "]))


@given(PIECES.map(" ".join) | PIECES.map("".join) | st.text(max_size=40))
def test_whatever_is_typed_is_a_filter_or_a_mistake_that_is_explained(expression: str) -> None:
    mistake = None
    try:
        Filter.parse("", expression)
    except BadFilter as error:
        mistake = error
    assert mistake is None or mistake.sentence.endswith((".", "?"))
    position = mistake.position if mistake else None
    assert position is None or 0 <= position <= len(expression)


def test_a_mistake_that_quotes_half_a_surrogate_pair_can_still_be_shown() -> None:
    with pytest.raises(BadFilter) as bad:
        read('"\\ud800"')
    assert "“\\ud800”" in bad.value.sentence
    bad.value.sentence.encode("utf-8")
