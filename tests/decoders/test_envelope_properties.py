"""Envelopes with anything anywhere: they are read, or stay JSON; nothing fails."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from queues import decoders
from tests.corpus.others import body_of

NAMES = [
    "sns-json",
    "sns-confirmation",
    "s3-put",
    "s3-restore-2.3",
    "eventbridge-s3",
    "celery-unwrapped",
    "celery-plain-body",
    "pointer-java",
    "cloudwatch-alarm",
    "lambda-destination",
]
WHOLE = {name: json.loads(body_of(name)) for name in NAMES}
TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=6,
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """One of them with a few values replaced, or gone."""
    document = json.loads(json.dumps(WHOLE[draw(st.sampled_from(NAMES))]))
    for _ in range(draw(st.integers(1, 4))):
        place: Any = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], (dict, list)) and draw(st.booleans()):
                place = place[key]
            elif draw(st.booleans()):
                place[key] = draw(VALUES)
                break
            else:
                del place[key]
                break
    return json.dumps(document, ensure_ascii=draw(st.booleans()))


@settings(max_examples=150, deadline=None)
@given(damaged())
def test_a_damaged_envelope_is_read_or_stays_json(body: str) -> None:
    reading = decoders.read(body)
    assert reading.raw == body
    assert not any("reading it failed" in problem for problem in reading.problems)
    assert all(isinstance(fact.value, str) and fact.value for fact in reading.facts)
    text, envelope = decoders.json_text(body)
    assert envelope is None or envelope == body
    if text is not None and text != body:
        json.loads(text, parse_int=str)


@settings(max_examples=60, deadline=None)
@given(VALUES, st.dictionaries(TEXT, VALUES, max_size=4))
def test_whatever_a_task_was_called_with_stands_in_the_document(arg: Any, kwargs: Any) -> None:
    envelope = WHOLE["celery-plain-body"] | {"body": json.dumps([[arg], kwargs, {}])}
    text = decoders.read(json.dumps(envelope)).text or ""
    try:
        expected = json.dumps([[arg], kwargs], allow_nan=False)
    except ValueError:
        assert '"content"' in text  # NaN is not JSON
        return
    task = json.loads(text)
    assert json.dumps([task["args"], task["kwargs"]]) == expected
