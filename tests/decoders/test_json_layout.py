"""JSON is laid out to be read, and nothing of it is changed."""

from __future__ import annotations

import json
import re

import jmespath
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from queues.decoders import Line, read
from queues.decoders.base import Document
from queues.decoders.budget import Budget
from queues.decoders.json_document import NOT_JSON, elements, is_json, members, parse
from queues.decoders.lines import DEEPEST, MOST_LINES


def lay_out(text: str) -> list[Line] | None:
    return read(text).pretty


STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


def drawn(lines: list[Line] | None) -> str:
    """What a person sees, line by line."""
    assert lines is not None
    return "\n".join(line.indent + "".join(token.text for token in line.tokens) for line in lines)


def without_layout(text: str) -> list[str]:
    """Strings as they are, and every other character but white space."""
    pieces: list[str] = []
    last = 0
    for string in STRING.finditer(text):
        pieces += [*"".join(text[last : string.start()].split()), string[0]]
        last = string.end()
    return [*pieces, *"".join(text[last:].split())]


def test_an_object_is_indented_with_a_member_a_line() -> None:
    assert drawn(lay_out('{"order":17,"lines":[{"sku":"a"},{}],"note":null}')) == (
        "{\n"
        '  "order": 17,\n'
        '  "lines": [\n'
        "    {\n"
        '      "sku": "a"\n'
        "    },\n"
        "    {}\n"
        "  ],\n"
        '  "note": null\n'
        "}"
    )


@pytest.mark.parametrize(
    "kept",
    [
        "1.10",
        "1E400",
        "-0",
        "9" * 5000,
        "12345678901234567890.123456789012345678901234567890",
        r'"\u00e9\/\n"',
        r'"\ud800"',
        '"é 😀"',
        '"a: b, [c] {d}"',
        r'"she said \"no\": \\"',
    ],
)
def test_digits_and_escapes_stay_as_they_were_sent(kept: str) -> None:
    assert drawn(lay_out(f"[{kept}]")) == f"[\n  {kept}\n]"


def test_a_key_that_stands_twice_is_shown_twice() -> None:
    assert drawn(lay_out('{"a":1,"a":2}')) == '{\n  "a": 1,\n  "a": 2\n}'


def test_keys_strings_numbers_and_words_look_different() -> None:
    lines = lay_out('{"key":["text",1,true]}')
    assert lines is not None
    styles = {token.text: token.style for line in lines for token in line.tokens}
    assert [styles[text] for text in ('"key"', '"text"', "1", "true")] == ["k", "s", "d", "w"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "17",
        '"text"',
        "[NaN]",
        "[Infinity]",
        "[1,]",
        "{'a': 1}",
        '{"a": 1} and more',
        '["a\nb"]',
        "[1",
        "\x00[1]",
    ],
)
def test_what_is_no_json_object_or_list_is_left_as_text(text: str) -> None:
    assert lay_out(text) is None


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def test_nesting_is_drawn_down_to_a_depth_and_no_further() -> None:
    assert lay_out(nested(DEEPEST)) is not None
    for depth in (DEEPEST + 1, 100_000):
        reading = read(nested(depth))
        assert (reading.trail, reading.pretty) == (["JSON"], None)
        assert reading.pretty_note == (
            "It is nested more than 1,000 deep, too deep to be laid out."
        )


def test_of_too_many_lines_the_first_are_drawn_and_it_is_said() -> None:
    fitting = "[" + ",".join("1" for _ in range(MOST_LINES - 2)) + "]"
    assert len(lay_out(fitting) or []) == MOST_LINES
    assert read(fitting).pretty_note == ""
    longer = read(fitting[:-1] + ",1,1]")
    assert len(longer.pretty or []) == MOST_LINES
    assert longer.pretty_note == ("Only the first 20,000 lines are laid out; the raw text has all.")


NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
DOCUMENTS = st.lists(VALUES, max_size=4) | st.dictionaries(st.text(), VALUES, max_size=4)


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS, st.booleans(), st.sampled_from([None, 0, 1, 3]))
def test_only_white_space_between_tokens_ever_changes(
    document: object, ascii_only: bool, indent: int | None
) -> None:
    sent = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    seen = drawn(lay_out(sent))
    assert without_layout(seen) == without_layout(sent)
    assert drawn(lay_out(seen)) == seen


PLACES = '{"order":{"lines":[{"sku":"a b"},{}],"x-y":1.10,"":[[7]]},"\\u0061 b":null}'


def test_a_line_knows_the_path_of_its_value() -> None:
    paths = [line.path for line in lay_out(PLACES) or []]
    assert [path for path in paths if path] == [
        "order",
        "order.lines",
        "order.lines[0]",
        "order.lines[0].sku",
        "order.lines[1]",
        'order."x-y"',
        'order.""',
        'order.""[0]',
        'order.""[0][0]',
        '"a b"',
    ]


def test_a_path_finds_the_value_that_stands_on_its_line() -> None:
    whole = json.loads(PLACES)
    for line in lay_out(PLACES) or []:
        if line.path:
            assert jmespath.search(line.path, whole) == json.loads(line.value_text)


def test_a_line_that_opens_something_knows_where_it_is_closed() -> None:
    lines = lay_out('{"a":[1,{"b":2}],"c":{}}') or []
    assert [(line.number, line.opens) for line in lines if line.opens] == [(1, 9), (2, 7), (4, 6)]


def test_a_value_is_given_exactly_and_a_long_one_not_at_all() -> None:
    text = '{"total":1.10,"note":"\\u00e9","long":"' + "x" * 5000 + '"}'
    values = {line.path: line.value_text for line in lay_out(text) or []}
    assert (values["total"], values["note"], values["long"]) == ("1.10", '"\\u00e9"', "")


def test_what_is_cut_off_can_be_neither_folded_nor_copied() -> None:
    lines = lay_out('{"a":[' + ",".join("1" for _ in range(MOST_LINES)) + "]}") or []
    assert [line.opens for line in lines[:2]] == [0, 0]
    assert [line.value_text for line in lines[:3]] == ["", "", "1"]
    just_cut = lay_out("[" + ",".join("1" for _ in range(MOST_LINES - 1)) + "]") or []
    assert (len(just_cut), just_cut[0].opens) == (MOST_LINES, 0)


def test_members_and_elements_are_given_as_they_were_sent() -> None:
    assert members(' { "a" : 1.10 , "b":{"c":[1, 2]}, "a":[] } ') == {
        "a": "[]",
        "b": '{"c":[1, 2]}',
    }
    assert elements(' [ 1.10 ,"\\u00e9", {"a" :1}] ') == ["1.10", '"\\u00e9"', '{"a" :1}']
    assert (members("{}"), elements("[ ]")) == ({}, [])


def test_a_value_has_its_numbers_as_they_were_sent() -> None:
    assert Document('{"a": [1.10, 1E400, -0]}').value == {"a": ["1.10", "1E400", "-0"]}


DAMAGE = st.tuples(
    st.integers(0, 60), st.sampled_from(["", ",", ":", "]", "}", '"', "1", "[", "x"])
)


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, DAMAGE)
@example({"a": {"b": 1}}, (0, "{"))
def test_however_deep_a_document_is_the_same_is_taken_for_json(
    document: object, damage: tuple[int, str]
) -> None:
    """Of very deep ones nothing but their grammar is looked at, and that must agree."""
    at, with_ = damage
    sent = json.dumps(document)
    for text in (sent, sent[:at] + with_ + sent[at + 1 :], sent[:at] + with_ + sent[at:]):
        assert is_json(text, Budget()) == (parse(text) is not NOT_JSON)
