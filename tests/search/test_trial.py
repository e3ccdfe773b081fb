"""A dry run tells what a filter would choose."""

from __future__ import annotations

from collections.abc import Iterator

from queues.formats import Record
from queues.search import Filter, Outcome, try_out
from tests.search.messages import message


def records() -> Iterator[Record]:
    for number in range(1, 301):
        if number % 3 == 0:
            yield message(raw="no JSON", message_id=str(number))
        elif number % 5 == 0:
            yield message({}, message_id=str(number))
        else:
            status = "failed" if number % 2 else "paid"
            yield message({"status": status}, message_id=str(number))


def test_a_trial_counts_outcomes_and_reasons_and_shows_examples_of_each() -> None:
    trial = try_out(Filter(expression="body.status == 'failed'"), records(), most=1000)
    assert (trial.total, trial.more) == (300, False)
    assert (trial.matches, trial.does_not, trial.cannot_judge) == (80, 80, 140)
    assert trial.reasons == {"the body is not JSON": 100, "path missing: body.status": 40}
    shown = {
        outcome: [(each.record.message_id, each.reason) for each in examples]
        for outcome, examples in trial.examples.items()
    }
    assert shown == {
        Outcome.MATCHES: [(each, "") for each in ("1", "7", "11", "13", "17")],
        Outcome.DOES_NOT: [(each, "") for each in ("2", "4", "8", "14", "16")],
        Outcome.CANNOT_JUDGE: [
            ("3", "the body is not JSON"),
            ("5", "path missing: body.status"),
            ("6", "the body is not JSON"),
            ("9", "the body is not JSON"),
            ("10", "path missing: body.status"),
        ],
    }


def test_a_trial_looks_at_no_more_than_it_is_told_and_says_so() -> None:
    source = records()
    trial = try_out(Filter(text="status"), source, most=150, examples=1)
    assert (trial.total, trial.more) == (150, True)
    assert trial.matches + trial.does_not + trial.cannot_judge == 150
    assert [len(examples) for examples in trial.examples.values()] == [1, 1, 0]
    assert next(source).message_id == "152"


def test_a_trial_of_nothing_is_empty() -> None:
    trial = try_out(Filter(text="x"), [], most=10)
    assert (trial.total, trial.more, trial.reasons) == (0, False, {})
