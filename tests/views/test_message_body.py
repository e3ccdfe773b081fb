"""How much of a body a page shows, and that what is shown can be told from what is left out."""

from __future__ import annotations

import json

from queues.decoders import read
from queues.views.message_body import HEX_BYTES, MOST_CHARACTERS, MOST_LINES, BodyView


def shown(body: str, asked: str = "pretty", offset: int = 0) -> BodyView:
    return BodyView(read(body), asked, offset)


def lines(view: BodyView) -> list[str]:
    return ["".join(text for _, text in row.tokens) for row in view.rows]


def test_what_cannot_be_seen_is_escaped_as_json_does_it_so_the_value_stays() -> None:
    value = {"file": "abc\u202etxt.exe", "b\u200b": "\x85\U000e0001\u00a0é日"}
    view = shown(json.dumps(value, ensure_ascii=False))
    text = "\n".join(lines(view))
    assert json.loads(text) == value
    assert text.replace("\n", "").isprintable()
    assert "é日" in text


def test_of_many_lines_the_first_are_shown_and_it_is_said_how_many_there_are() -> None:
    view = shown(json.dumps(list(range(7_000))))
    assert len(view.rows) == MOST_LINES
    assert view.bound == "Shown: the first 5,000 of 7,002 lines."
    # The list that the first line opens has no end here: it cannot be folded or copied whole.
    assert view.rows[0].opens == 0


def test_a_line_that_is_too_long_is_cut_and_says_so() -> None:
    view = shown(json.dumps({"short": 1, "long": "x" * 300_000, "after": 2}))
    assert [row.cut for row in view.rows] == [False, False, True]
    assert sum(map(len, lines(view))) == MOST_CHARACTERS
    assert view.bound == (
        "Shown: the first 3 of 5 lines. Line 3 is too long for this page; its end is left out."
    )


def test_a_document_that_just_fits_is_shown_whole() -> None:
    view = shown(json.dumps(list(range(MOST_LINES - 2))))
    assert len(view.rows) == MOST_LINES
    assert view.bound == ""
    assert view.rows[0].opens == MOST_LINES


def test_a_thousand_levels_take_no_more_room_than_there_is() -> None:
    view = shown("[" * 900 + "]" * 900)
    assert max(len(row.indent) for row in view.rows) == 80
    assert view.rows[-1].depth == 0


def test_bytes_are_shown_a_page_at_a_time() -> None:
    body = "x" * (2 * HEX_BYTES + 10)
    first, last = shown(body, "hex"), shown(body, "hex", 2 * HEX_BYTES)
    assert (first.previous_offset, first.next_offset) == (None, HEX_BYTES)
    assert (last.previous_offset, last.next_offset) == (HEX_BYTES, None)
    assert last.bound == "Shown: bytes 8,193 to 8,202 of 8,202."
    assert len(first.hex_rows) == HEX_BYTES // 16
    assert last.hex_rows[0].offset == "00002000"


def test_an_offset_behind_the_end_shows_the_end() -> None:
    assert shown("hello", "hex", 10**9).hex_rows[0].ascii == "hello"
    assert shown("", "hex", 7).hex_rows == []


def test_raw_is_the_body_as_it_was_sent_whatever_was_decoded() -> None:
    view = shown("eyJhIjogMX0=", "raw")  # {"a": 1}
    assert view.text == "eyJhIjogMX0="
    assert lines(shown("eyJhIjogMX0=")) == ["{", '"a": 1', "}"]
