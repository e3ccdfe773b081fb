"""The threads of a sweep, with calls played by hand."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from queues.sqs.errors import AccessDenied, SqsError, Throttled, Unreachable
from queues.sqs.guard import Fenced
from queues.sqs.sweep import crew
from queues.sqs.sweep.calls import Call
from queues.sqs.sweep.crew import Crew


class Played:
    """A call that answers `answer`, raises it, or waits until it is told to go on."""

    def __init__(self, answer: Any = None, *, waits: bool = False, dealt_with: bool = False):
        self.answer, self.dealt_with = answer, dealt_with
        self.go_on = threading.Event()
        if not waits:
            self.go_on.set()
        self.asked, self.back = threading.Event(), threading.Event()
        self.told: list[str] = []

    def ask(self) -> Any:
        self.asked.set()
        self.go_on.wait(30)
        self.back.set()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def answered(self, answer: Any) -> None:
        self.told.append(f"answered {answer}")

    def failed(self, error: SqsError) -> bool:
        self.told.append("failed")
        return self.dealt_with

    def lost(self) -> None:
        self.told.append("lost")


def until(condition: Callable[[], Any]) -> None:
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come about")


@contextmanager
def at_work(*calls: Call, threads: int = 1, **options: float) -> Iterator[Crew]:
    line = list(calls)
    gang = Crew(
        threads,
        lambda _: line.pop(0) if line else None,
        **{"patience": 60.0, "call_limit": 60.0, **options},
    )
    gang.start()
    try:
        yield gang
    finally:
        gang.dismiss()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "pause", lambda failures: 0.01)


def test_each_call_is_told_its_answer() -> None:
    calls = [Played("one"), Played("two"), Played("three")]
    with at_work(*calls, threads=2) as gang:
        until(lambda: all(call.told for call in calls) and not gang.busy)
    assert [call.told for call in calls] == [["answered one"], ["answered two"], ["answered three"]]
    assert gang.answered


def test_what_a_thread_left_behind_brings_later_is_dropped() -> None:
    stuck, next_one = Played("late", waits=True), Played("in time")
    with at_work(stuck, next_one, call_limit=0.05) as gang:
        assert stuck.asked.wait(20)
        assert gang.busy
        time.sleep(0.06)
        gang.replace_the_stuck()
        until(lambda: next_one.told)
        stuck.go_on.set()
        assert stuck.back.wait(20)
        until(lambda: not gang.busy)
    assert stuck.told == ["lost"], "and neither its answer nor an error after that"
    assert next_one.told == ["answered in time"]
    assert gang.failure is None


def test_a_call_within_its_limit_is_not_given_up() -> None:
    slow = Played("slow", waits=True)
    with at_work(slow) as gang:
        assert slow.asked.wait(20)
        gang.replace_the_stuck()
        slow.go_on.set()
        until(lambda: slow.told)
    assert slow.told == ["answered slow"]


def test_when_calls_are_given_up_again_and_again_it_is_told_and_work_goes_on() -> None:
    """What is held must still be released: the threads left behind are replaced even then."""
    stuck = [Played(waits=True) for _ in range(3)]
    last = Played("released")
    with at_work(*stuck, last, call_limit=0.02) as gang:
        for call in stuck:
            assert call.asked.wait(20)
            time.sleep(0.03)
            gang.replace_the_stuck()
            if gang.failure:
                gang.wind_up()
        until(lambda: last.told)
        for call in stuck:
            call.go_on.set()
    assert isinstance(gang.failure, Unreachable)
    assert "given up after 0.02 seconds" in gang.failure.sentence
    assert last.told == ["answered released"]


def test_a_failure_that_passes_is_no_failure_of_the_whole() -> None:
    calls = [Played(Throttled("slow down")), Played(Throttled("slow down")), Played("fine")]
    with at_work(*calls) as gang:
        until(lambda: calls[-1].told)
        assert gang.failure is None
    assert isinstance(gang.last_error, Throttled)


def test_an_outage_beyond_patience_is_told() -> None:
    calls = [Played(Throttled("slow down")) for _ in range(200)]
    with at_work(*calls, patience=0.05) as gang:
        until(lambda: gang.failure)
    assert isinstance(gang.failure, Throttled)
    assert calls[0].told == ["failed"]


def test_a_failure_after_a_long_rest_is_not_the_end_of_a_long_outage() -> None:
    """While all wait for what a lost answer hid, no answer comes because nobody asks."""
    calls = [Played("fine"), Played(Throttled("slow down")), Played("fine again")]
    line: list[Call] = [calls[0]]
    gang = Crew(1, lambda _: line.pop(0) if line else None, patience=0.2, call_limit=60.0)
    gang.start()
    try:
        until(lambda: calls[0].told and not gang.busy)
        time.sleep(0.3)
        line.extend(calls[1:])
        until(lambda: calls[2].told or gang.failure)
    finally:
        gang.dismiss()
    assert gang.failure is None
    assert calls[2].told == ["answered fine again"]


def test_what_trying_again_cannot_mend_is_told_at_once_and_nothing_more_is_begun() -> None:
    denied, next_one = Played(AccessDenied("no")), Played("never asked")
    with at_work(denied, next_one) as gang:
        until(lambda: gang.failure)
        time.sleep(0.1)
    assert isinstance(gang.failure, AccessDenied)
    assert not next_one.asked.is_set()


def test_what_a_call_deals_with_itself_is_no_failure() -> None:
    denied, next_one = Played(AccessDenied("no"), dealt_with=True), Played("fine")
    with at_work(denied, next_one) as gang:
        until(lambda: next_one.told)
    assert gang.failure is None


def test_a_mistake_in_a_call_is_told_and_the_call_counts_as_lost() -> None:
    """Otherwise what it has taken up would never be given back, and the end waited for."""
    broken = Played(ZeroDivisionError("a mistake"))
    with at_work(broken) as gang:
        until(lambda: gang.failure)
        until(lambda: not gang.busy)
    assert isinstance(gang.failure, ZeroDivisionError)
    assert broken.told == ["lost"]


def test_while_winding_up_an_outage_is_no_storm_of_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "pause", lambda failures: 0.2)
    calls = [Played(Throttled("slow down")) for _ in range(1000)]
    with at_work(*calls) as gang:
        gang.wind_up()
        time.sleep(0.5)
    assert sum(call.asked.is_set() for call in calls) < 10


def test_that_no_call_may_be_made_any_more_outweighs_any_other_failure() -> None:
    denied, fenced = Played(AccessDenied("no")), Played(Fenced("another worker has it"))
    with at_work(denied, fenced) as gang:
        until(lambda: gang.failure)
        gang.wind_up()
        until(lambda: isinstance(gang.failure, Fenced))
