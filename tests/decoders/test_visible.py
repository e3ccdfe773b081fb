"""What one sees of a text is what there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.decoders import visible


@pytest.mark.parametrize(
    ("character", "seen"),
    [
        ("\x00", r"\x00"),
        ("\x07", r"\x07"),
        ("\x1b", r"\x1b"),
        ("\x7f", r"\x7f"),
        ("\r", r"\r"),
        ("\x85", r"\x85"),
        ("\u2028", r"\u2028"),
        ("\u202e", r"\u202e"),
        ("\u200b", r"\u200b"),
        ("\ufeff", r"\ufeff"),
        ("\ud800", r"\ud800"),
        ("\U000e0001", r"\U000e0001"),
    ],
)
def test_what_cannot_be_seen_or_misleads_the_eye_becomes_an_escape(
    character: str, seen: str
) -> None:
    assert visible(f"pay{character}pal") == f"pay{seen}pal"


@pytest.mark.parametrize("text", ["two\nlines\tand a tab", "naïve 日本 😀", "a b", "<b>&"])
def test_what_can_be_seen_stays(text: str) -> None:
    assert visible(text) == text


@given(st.text(st.characters(exclude_categories=())))
def test_every_text_can_be_put_on_a_page(text: str) -> None:
    seen = visible(text)
    assert seen.encode().decode() == seen
    assert all(each.isprintable() or each.isspace() for each in seen)
    assert "\r" not in seen
    assert visible(seen) == seen
