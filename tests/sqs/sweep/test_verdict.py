"""What a sweep may claim of itself, from what it saw."""

from typing import Any

import pytest

from queues.sqs.sweep.report import Verdict
from queues.sqs.sweep.verdict import Evidence, judge
from queues.sqs.types import Counts


def judged(**seen: Any) -> tuple[Verdict, str, str]:
    """A sweep that saw all 50 of 50 messages, but for what is said."""
    usual = {
        "cause": "",
        "seen": 50,
        "held": 50,
        "fifo": False,
        "full_groups": 0,
        "damaged": 0,
        "too_new": 0,
        "lost": 0,
        "before": Counts(50, 0, 0),
        "after": None,
    }
    return judge(Evidence(**{**usual, **seen}))


def test_all_that_was_counted_came() -> None:
    assert judged() == (Verdict.COMPLETE, "", "Every message that was in the queue came.")


def test_more_than_was_counted_came_since_counts_are_approximate() -> None:
    assert judged(seen=60)[0] is Verdict.COMPLETE


def test_an_empty_queue_was_read_completely() -> None:
    assert judged(seen=0, held=0, before=Counts(0, 0, 0))[0] is Verdict.COMPLETE


def test_lost_answers_that_were_waited_for_do_not_spoil_it_but_are_told() -> None:
    verdict, cause, reason = judged(lost=2)
    assert (verdict, cause) == (Verdict.COMPLETE, "")
    assert "2 answers were lost; what they hid was waited for." in reason


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("cancelled", "stopped before its end"),
        ("time limit", "time limit was reached"),
        ("number limit", "number of messages asked for was reached"),
        ("in-flight limit", "As many messages are held as may be in flight"),
    ],
)
def test_what_was_cut_short_is_partial_and_says_by_what(cause: str, words: str) -> None:
    verdict, said, reason = judged(cause=cause)
    assert (verdict, said) == (Verdict.PARTIAL, cause)
    assert words in reason


def test_what_cut_it_short_comes_before_any_other_shortcoming() -> None:
    assert judged(cause="cancelled", fifo=True, full_groups=3, damaged=2, seen=1)[1] == "cancelled"


@pytest.mark.parametrize(
    ("groups", "words"), [(1, "Of 1 message group ten"), (3, "Of 3 message g")]
)
def test_full_groups_of_a_fifo_queue_may_hide_their_rest(groups: int, words: str) -> None:
    verdict, cause, reason = judged(fifo=True, full_groups=groups)
    assert (verdict, cause) == (Verdict.PARTIAL, "message groups")
    assert words in reason


def test_a_standard_queue_keeps_no_group_back() -> None:
    assert judged(fifo=False, full_groups=3)[0] is Verdict.COMPLETE


def test_damaged_messages_make_it_partial() -> None:
    verdict, cause, reason = judged(damaged=2, seen=48)
    assert (verdict, cause) == (Verdict.PARTIAL, "damaged messages")
    assert "2 messages arrived with checksums that do not fit" in reason


def test_fewer_than_were_counted_came_and_nobody_asked_again() -> None:
    verdict, cause, reason = judged(seen=40)
    assert (verdict, cause) == (Verdict.PARTIAL, "fewer than counted")
    assert "about 50 available messages at the start, and 40 came" in reason
    assert "message group" not in reason


def test_fewer_than_were_counted_came_and_sqs_has_more() -> None:
    assert judged(seen=40, after=Counts(10, 40, 0))[:2] == (Verdict.PARTIAL, "fewer than counted")


def test_fewer_came_because_others_took_the_rest() -> None:
    verdict, cause, reason = judged(seen=40, held=40, after=Counts(0, 40, 0))
    assert (verdict, cause) == (Verdict.BEST_EFFORT, "")
    assert "no more are available, so others took the rest" in reason


def test_fewer_came_because_others_hold_the_rest() -> None:
    verdict, _, reason = judged(seen=40, held=40, after=Counts(0, 50, 0))
    assert verdict is Verdict.BEST_EFFORT
    assert "Others held messages at the end." in reason


def test_fewer_of_a_fifo_queue_may_be_a_group_that_was_cut() -> None:
    _, cause, reason = judged(fifo=True, seen=40, after=Counts(10, 40, 0))
    assert cause == "fewer than counted"
    assert "keeps back the rest of a message group" in reason


def test_lost_answers_of_a_partial_sweep_are_told() -> None:
    assert "1 answers were lost; what they hid reappears by itself." in judged(seen=4, lost=1)[2]


def test_delayed_messages_that_did_not_all_come_make_it_partial() -> None:
    verdict, cause, reason = judged(before=Counts(50, 0, 7), seen=53)
    assert (verdict, cause) == (Verdict.PARTIAL, "delayed messages")
    assert "About 7 messages were delayed" in reason


def test_delayed_messages_that_came_meanwhile_do_not() -> None:
    assert judged(before=Counts(50, 0, 7), seen=57)[0] is Verdict.COMPLETE


def test_messages_that_others_hold_make_it_best_effort() -> None:
    verdict, cause, reason = judged(before=Counts(50, 3, 0))
    assert (verdict, cause) == (Verdict.BEST_EFFORT, "")
    assert "Others held about 3 messages at the start" in reason


def test_messages_sent_meanwhile_make_it_best_effort() -> None:
    verdict, _, reason = judged(too_new=5, seen=55)
    assert verdict is Verdict.BEST_EFFORT
    assert "5 messages that were sent after the start are left out." in reason


def test_a_best_effort_gives_all_its_reasons() -> None:
    _, _, reason = judged(before=Counts(50, 3, 0), too_new=5, seen=55, lost=1)
    assert all(words in reason for words in ("Others held about 3", "sent after", "1 answers were"))
