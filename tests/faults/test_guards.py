"""The tests of the tests: with a guard taken out of the code, the oracle must find the damage."""

from __future__ import annotations

from tests.faults.outcome import Outcome
from tests.faults.scenario import Scenario
from tests.faults.test_matrix import faults


def without(guard: str, row: str, deed: str, at: str | None = None) -> Outcome:
    scenario = Scenario(row, deed, seed=1, at=at, broken=guard)
    ended = faults(*scenario.words, "--json")
    assert ended.returncode == 1, ended
    return Outcome.read(ended.stdout)


def test_a_message_that_is_deleted_before_it_is_stored_is_found_to_be_lost() -> None:
    outcome = without("store-before-delete", "killed", "clear", at="after DeleteMessageBatch 1")
    assert outcome.damage["lost"] >= 10, outcome


def test_a_failed_entry_that_is_taken_for_done_is_found_to_be_still_there() -> None:
    outcome = without("check-of-failed", "failed-entries", "clear")
    assert outcome.damage["wrong"] >= 1, outcome
    assert "in the source are still" in " ".join(outcome.notes)


def test_a_sweep_that_ends_at_the_first_empty_answer_is_found_to_have_left_messages() -> None:
    outcome = without("stop-proof", "lying-queue", "clear")
    assert outcome.damage["wrong"] >= 1, outcome
    assert "should have done all" in " ".join(outcome.notes) or "still" in " ".join(outcome.notes)


def test_a_worker_that_goes_on_after_another_has_its_job_is_found_to_run_double() -> None:
    outcome = without("epoch-fence", "frozen", "move", at="after SendMessageBatch 3")
    assert outcome.damage["double_runs"] == 1, outcome
