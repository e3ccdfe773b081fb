"""Decoders of one's own: named in the settings, and never able to hold up a page."""

from __future__ import annotations

import base64
import json
import os
import signal
import struct
from collections.abc import Iterator

import pytest

from queues.decoders import BadDecoder, configure, json_text, names, own, read
from queues.search import Filter, Judge
from tests.decoders.packing import b64
from tests.search.messages import message

HERE = "tests.decoders.own_decoders"
READING = struct.pack(">4sQII", b"MTR1", 17_000_000_000, 1_700_000_000, 123_456)


@pytest.fixture(autouse=True)
def none_stays() -> Iterator[None]:
    yield
    configure(())


def use(*classes: str) -> None:
    configure([f"{HERE}.{each}" for each in classes])


def test_the_example_reads_meters_without_being_told() -> None:
    configure(["examples.meter_reading.MeterReading"])
    reading = read(b64(READING))
    assert reading.trail == ["base64", "Meter reading", "JSON"]
    assert json.loads(reading.text or "") == {
        "meter": 17_000_000_000,
        "read_at": "2023-11-14T22:13:20+00:00",
        "kilowatt_hours": 1234.56,
    }
    assert json_text(b64(READING))[0] == reading.text


def test_the_example_says_what_is_wrong_with_a_reading() -> None:
    configure(["examples.meter_reading.MeterReading"])
    reading = read(b64(READING[:-1]), ["base64", "meter-reading"])
    assert reading.problems == (
        "Meter reading: It failed: ValueError: a reading has 20 bytes, and this one 19.",
    )
    assert reading.bytes == READING[:-1]


def test_what_it_gives_is_read_further() -> None:
    use("Tagged")
    reading = read("tag:" + b64('{"order": 17}'))
    assert reading.trail == ["Tagged", "base64", "JSON"]
    assert read("no tag").trail == ["Text"]


def test_one_that_is_not_automatic_is_used_where_a_queue_says_so() -> None:
    use("Shouts")
    assert read("hello").trail == ["Text"]
    assert read("hello", ["shouts"]).text == "HELLO"
    assert read("a\ud800\x00b", ["shouts"]).text == "A\ud800\x00B"
    assert read(base64.b64encode(b"\xffab").decode(), ["base64", "shouts"]).data == b"\xffAB"


def test_a_body_that_is_json_is_not_offered_to_any() -> None:
    use("Tagged")
    assert read('{"tag:": 1}').trail == ["JSON"]


def test_they_stand_first_where_one_chooses() -> None:
    use("Shouts")
    assert names()[0] == ("shouts", "Shouting")


def test_one_that_loops_is_stopped_and_then_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "SECONDS", 0.2)
    use("Loops", "Shouts")
    reading = read("hello", ["loops"])
    assert reading.problems == ("Looping: It took more than one second of the processor's time.",)
    assert reading.text == "hello"
    assert "Try again in ten seconds" in read("hello", ["loops"]).problems[0]
    assert read("hello", ["shouts"]).text == "HELLO", "the others go on"


def test_one_that_only_waits_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    use("Shouts", "Sleeps")
    read("hello", ["shouts"])
    monkeypatch.setattr(own, "BY_CLOCK", 0.3)
    assert read("hello", ["sleeps"]).problems == (
        "Sleeping: It gave no answer within 0.3 seconds.",
    )


def test_one_that_is_always_slow_does_not_hold_up_a_page_of_messages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(own, "SLOW", 0.04)
    monkeypatch.setattr(own, "SLOW_IN_ALL", 0.3)
    use("Dawdles")
    read("a", ["dawdles"])
    readings = [read(f"body {number}", ["dawdles"]) for number in range(50)]
    assert readings[0].text == "BODY 0"
    assert "It took too long a moment ago" in readings[-1].problems[0]


@pytest.mark.parametrize(
    ("class_", "sentence"),
    [
        ("Raises", "Raising: It failed: ValueError: no <b>length</b> in 'hello'."),
        ("Swells", "Swelling: It failed: it gives more than 5 MiB."),
        ("Eats", "Eating: It failed: MemoryError: ."),
        ("Dies", "Dying: The process it runs in ended unexpectedly."),
        ("Counts", "Counting: It failed: it gives int; a decoder gives str, bytes or None."),
    ],
)
def test_one_that_fails_leaves_the_body_and_says_why(class_: str, sentence: str) -> None:
    use(class_)
    reading = read("hello", [class_.lower()])
    assert (reading.text, reading.problems) == ("hello", (sentence,))


def test_none_is_given_the_environment_with_its_credentials() -> None:
    use("Spies")
    seen = read("hello", ["spies"]).text or ""
    assert "PATH" not in seen
    assert "AWS" not in seen


def test_a_process_that_was_killed_meanwhile_is_replaced_unnoticed() -> None:
    use("Shouts")
    read("hello", ["shouts"])
    process = own.workshop._process
    assert process is not None
    os.kill(process._popen.pid, signal.SIGKILL)
    assert read("again", ["shouts"]).text == "AGAIN"


def test_a_large_body_goes_through_and_comes_back() -> None:
    use("Shouts")
    body = "é" * 1_000_000
    assert read(body, ["shouts"]).text == body.upper()


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("Invoice", "it has no module before the class"),
        ("nowhere.Invoice", "there is no module nowhere"),
        (f"{HERE}.Invoice", f"there is no class Invoice in {HERE}"),
        (f"{HERE}.Unnamed", "its `name` must be made of small letters, digits and hyphens"),
        (f"{HERE}.Unlabelled", "it needs a `label`"),
        (f"{HERE}.Taken", "another decoder has its name, base64"),
        (f"{HERE}.NeedsMore", "TypeError: "),
        (f"{HERE}.DoesNothing", "it needs a method `decode(data)`"),
    ],
)
def test_one_that_cannot_be_used_is_named_with_the_reason(path: str, why: str) -> None:
    with pytest.raises(BadDecoder) as refused:
        configure([path])
    assert str(refused.value).startswith(
        f"SQSDASH_DECODERS names “{path}”, which cannot be used: {why}"
    )


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(BadDecoder, match="another decoder has its name, shouts"):
        use("Shouts", "Shouts")


def test_a_process_of_ours_that_is_told_has_the_same_ones() -> None:
    use("Shouts")
    told = json.loads(json.dumps(own.workshop.configuration))
    elsewhere = own.Workshop()
    elsewhere.set_up(told)
    assert elsewhere.decoders[0].label == "Shouting"
    assert elsewhere.ask(0, "hello") == "HELLO"
    elsewhere.end()


def test_a_search_reads_with_them_too() -> None:
    configure(["examples.meter_reading.MeterReading"])
    bodies = [b64(READING), b64(READING[:4] + bytes(16)), "hello"]
    with Judge(Filter(expression="body.kilowatt_hours > `1000`")) as judge:
        judgements = judge.judge([message(raw=body) for body in bodies])
    assert [each.outcome.name for each in judgements] == ["MATCHES", "DOES_NOT", "CANNOT_JUDGE"]


def test_a_fork_starts_a_process_of_its_own() -> None:
    use("Shouts")
    read("hello", ["shouts"])
    child = os.fork()
    if child == 0:
        shared = own.workshop._process is not None
        os._exit(0 if not shared and read("hello", ["shouts"]).text == "HELLO" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert read("still", ["shouts"]).text == "STILL"
