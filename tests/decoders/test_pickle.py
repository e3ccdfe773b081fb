"""Python's pickles are shown as the instructions they are made of, and never loaded."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from queues.decoders import Fact, Shape, read
from queues.decoders.lines import MOST_LINES
from tests.decoders.drawing import drawn
from tests.decoders.packing import b64

ORDER = {"order": 17, "lines": [{"sku": "LMP-0042"}], "total": 12.5}
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


class Opens:
    """What a forged message would have Python do."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_protocol_is_known_and_its_values_can_be_read(protocol: int) -> None:
    reading = read(b64(pickle.dumps(ORDER, protocol)))
    assert (reading.trail, reading.shape) == (["base64", "Python pickle"], Shape.PICKLE)
    seen = drawn(reading)
    assert "'LMP-0042'" in seen
    assert "17" in seen
    assert "STOP" in seen
    assert "It is not loaded" in reading.notes[-1]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_it_would_run_is_named_and_not_run(protocol: int, tmp_path: Path) -> None:
    path = tmp_path / "made"
    reading = read(b64(pickle.dumps({"a": Opens(path)}, protocol)))
    assert reading.facts == [Fact("Would import", "posix.mkdir")]
    assert str(path) in drawn(reading)
    assert not path.exists()


def test_a_text_pickle_without_base64_is_known_too() -> None:
    assert read(pickle.dumps(ORDER, 0).decode("ascii")).trail == ["Python pickle"]


@pytest.mark.parametrize("text", [".", "N.", "I17\n.", "a.", "(see below).", "]. [", "common.\nx."])
def test_text_that_ends_in_a_full_stop_is_no_pickle(text: str) -> None:
    assert read(text).trail == ["Text"]


def test_a_broken_one_is_shown_up_to_where_it_breaks() -> None:
    whole = pickle.dumps(ORDER, 4)
    reading = read(b64(whole[:-20] + b"\xff."))
    assert "'order'" in drawn(reading)
    assert "cannot be read" in reading.problems[0]
    assert "what came until then is shown" in reading.problems[0]


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04\x8a\xff" + b"\x7f" * 255 + b".",
        b"\x80\x02\x8b\x00\x40\x00\x00" + b"\x7f" * 0x4000 + b".",
        b"(dp0\nI" + b"9" * 5000 + b"\n.",
        b"(dp0\nL" + b"9" * 5000 + b"L\n.",
        b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.",
        b"\x80\x04" + b"(" * 5000 + b".",
        b"\x80\x04" + b")" * 100_000 + b".",
    ],
    ids=["long", "longer", "digits", "more digits", "claims exabytes", "marks", "many"],
)
def test_a_hostile_one_ends_in_readable_text(data: bytes) -> None:
    reading = read(b64(data), ["base64", "pickle"])
    assert reading.shape is Shape.PICKLE
    assert 0 < len(reading.pretty or []) <= MOST_LINES


def test_a_queue_of_pickles_hears_what_is_none() -> None:
    assert read("~", ["pickle"]).problems == (
        "Python pickle: This is no Python pickle: it does not begin with an instruction.",
    )
