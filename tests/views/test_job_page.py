"""A job's page: while it waits, while it runs, and when it has ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from queues.connections_file import Connection
from queues.models import Attempt, Dump, Job
from queues.templatetags.words import dollars, pace, until
from tests.views.page import Page, page
from tests.views.store import job, many

pytestmark = pytest.mark.django_db(databases="__all__")
RUNNING: dict[str, Any] = {
    "state": Job.State.RUNNING,
    "started_at": timezone.now(),
    "phase": "receiving",
}


def shown(browser: Client, job: Job, query: str = "") -> Page:
    return page(browser.get(f"/jobs/{job.pk}/{query}"))


def counted(seen: Page) -> dict[str, str]:
    """The table of numbers."""
    table = seen.html.split('class="counts"')[1].split("</table>")[0]
    rows = Page(f"<table>{table}</table>")
    return {
        name.text: cell.text
        for name, cell in zip(rows.all("th"), rows.all("td", class_="num"), strict=True)
    }


def test_a_running_job_says_how_far_it_is_how_fast_and_how_long_it_may_still_take(
    operator: Client,
) -> None:
    running = job(
        **RUNNING,
        expected=10_000,
        stored=2_500,
        settled=2_400,
        held=100,
        held_until=timezone.now() + timedelta(seconds=95),
        rate=250.0,
        requests=520,
        requests_by_operation={"ReceiveMessage": 270, "DeleteMessageBatch": 250},
        dollars=0.000208,
    )
    seen = shown(operator, running)
    assert "Clear of orders running 25%" in seen.text
    assert "2,500 of about 10,000 messages stored" in seen.text
    assert "250 a second" in seen.text
    assert "about 30 s left, an estimate" in seen.text
    assert "100 hidden from consumers now, until" in seen.text
    assert "(in 1 min 3" in seen.text
    assert "520, about $0.0002 at list price ReceiveMessage 270 DeleteMessageBatch 250" in seen.text
    assert counted(seen) == {
        "Expected": "about 10,000",
        "Received": "2,500",
        "Stored": "2,500",
        "Deleted": "2,400",
        "Failed": "0",
        "Still to do": "100",
        "Put back": "0",
        "Hidden now": "100",
    }
    assert "Cancel" in [button.text for button in seen.all("button")]
    assert not [button for button in seen.all("button") if button.text.startswith("Undo")]


@pytest.mark.parametrize(
    "unknown",
    [
        {"rate": None},
        {"rate": 0.0},
        {"expected": None},
        {"expected": 0},
        {"stored": 10_000},
        {"phase": "proving"},
        {"cancel_requested": True},
        {"state": Job.State.QUEUED},
    ],
)
def test_how_long_it_may_take_is_not_said_where_nobody_knows(
    operator: Client, unknown: dict[str, Any]
) -> None:
    known = {**RUNNING, "expected": 1_000, "stored": 10, "rate": 5.0}
    assert "left, an estimate" in shown(operator, job(**known)).text
    Job.objects.all().delete()
    assert "left, an estimate" not in shown(operator, job(**(known | unknown))).text


def test_a_running_job_asks_again_and_one_that_ended_does_not(operator: Client) -> None:
    running = job(**RUNNING)
    path, headers = f"/jobs/{running.pk}/?show=unjudged", {"HX-Request": "true"}
    live = page(operator.get(path, headers=headers)).the("div", id="job")
    assert live.attributes["hx-get"] == path
    Job.objects.update(state=Job.State.DONE)
    done = page(operator.get(path, headers=headers))
    assert "hx-get" not in done.the("div", id="job").attributes
    assert not done.all("html")


def test_a_job_that_waits_says_for_what(operator: Client) -> None:
    first = job(Job.Kind.DUMP, **RUNNING)
    behind = shown(operator, job())
    assert "Waiting for another job on this queue to end: Dump of orders" in behind.text
    assert behind.links["Open Dump of orders"] == f"/jobs/{first.pk}/"
    assert "no worker is running" not in behind.text
    Job.objects.filter(state=Job.State.RUNNING).update(state=Job.State.DONE)
    alone = shown(operator, job())
    assert "Waiting for a worker" in alone.text
    assert "If nothing happens, no worker is running or the broker is away" in alone.text


def test_a_job_whose_worker_fell_silent_says_so(operator: Client) -> None:
    """Two heartbeats long nothing came: what it did last is not what it is doing now."""
    lease = timedelta(seconds=60)
    numbers: dict[str, Any] = {"expected": 1000, "stored": 400, "rate": 20.0}
    dead = job(**RUNNING, **numbers, lease_until=timezone.now() + lease - timedelta(seconds=15))
    alive = shown(operator, dead).text
    assert "Receiving" in alive
    assert "20 a second" in alive
    Job.objects.update(lease_until=timezone.now() + lease - timedelta(seconds=25))
    silent = shown(operator, dead).text
    assert "Receiving" not in silent
    assert "20 a second" not in silent
    assert "left, an estimate" not in silent
    assert "No sign of life of its worker since" in silent
    assert "; another one goes on in 4" in silent, "35 s of its lease, and 15 s until they look"
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=20))
    assert "another one goes on as soon as one is free" in shown(operator, dead).text


def test_a_restore_says_how_fast_it_is_and_how_long_it_may_still_take(operator: Client) -> None:
    sending = RUNNING | {"phase": "sending"}
    restore = job(Job.Kind.RESTORE, **sending, expected=1000, settled=400, rate=20.0)
    seen = shown(operator, restore).text
    assert "400 of 1,000 messages sent" in seen
    assert "20 a second" in seen
    assert "about 30 s left, an estimate" in seen


def test_the_numbers_of_a_filtered_clear_add_up(operator: Client) -> None:
    ended = job(
        state=Job.State.DONE,
        options={"filter": {"text": "", "expression": "body.status == '<b>'"}, "max_seconds": 90},
        expected=120,
        stored=70,
        skipped=40,
        cannot_judge=15,
        settled=60,
        failed=4,
        released=61,
        sentence="70 messages stored, 60 of them deleted.",
        verdict="best effort",
    )
    seen = shown(operator, ended)
    assert counted(seen) == {
        "Expected": "about 120",
        "Received": "125",
        "Skipped": "40",
        "Cannot be judged": "15",
        "Stored": "70",
        "Deleted": "60",
        "Failed": "4",
        "Left": "6",
        "Put back": "61",
    }
    assert "70 messages stored, 60 of them deleted. best effort" in seen.text
    assert "Messages those that match" in seen.text
    assert [code.text for code in seen.all("code")] == ["body.status == '<b>'"]
    assert "At most 1 min 30 s" in seen.text


def test_a_move_names_both_queues_and_what_may_stand_there_twice(
    operator: Client, connection: Connection, mara: User
) -> None:
    ended = job(
        Job.Kind.MOVE,
        state=Job.State.DONE,
        target_name="archive",
        settled=9,
        stored=9,
        possible_duplicates=2,
        options={"max_messages": 9, "max_seconds": 60},
        requested_by=mara,
    )
    seen = shown(operator, ended)
    assert "Move of orders to archive" in [h1.text for h1 in seen.all("h1")]
    assert seen.links["orders"] == "/connections/local/queues/orders/"
    assert seen.links["archive"] == "/connections/local/queues/archive/"
    assert (
        "Possible duplicates 2 copies that may be too many: sent again after an answer was lost"
        in seen.text
    )
    assert "At most 9 messages or 1 min" in seen.text
    assert "Asked for by mara" in seen.text


def test_a_restore_counts_what_is_sent(operator: Client) -> None:
    sent = job(Job.Kind.RESTORE, many(10), **RUNNING, expected=10, settled=5, failed=1)
    seen = shown(operator, sent)
    assert counted(seen) == {
        "To be sent": "10",
        "Sent": "5",
        "Failed": "1",
        "Possible duplicates": "0",
    }
    assert "6 of 10 messages sent" in seen.text
    assert "running 60%" in seen.text
    assert "Messages all of the dump" in seen.text


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        (Job.Kind.CLEAR, {}, "Messages all"),
        (Job.Kind.CLEAR, {"filter": {"text": "x y", "expression": ""}}, "Contains the text x y"),
        (Job.Kind.RESTORE, {"ordinals": [1, 5]}, "Messages 2 chosen from the dump"),
    ],
)
def test_what_was_asked_for_is_said_in_words(
    operator: Client, kind: Job.Kind, options: dict[str, Any], said: str
) -> None:
    assert said in shown(operator, job(kind, options=options)).text


def test_what_was_chosen_is_linked(operator: Client) -> None:
    dump = many(3)
    chosen = job(Job.Kind.DELETE, options={"selection": {"dump": str(dump.pk), "ordinals": [1, 3]}})
    assert shown(operator, chosen).links["2 chosen"] == f"/dumps/{dump.pk}/"
    moved = job(Job.Kind.MOVE, target_name="archive")
    back = job(Job.Kind.MOVE, undo_of=moved, options={"selection": {"sent_by": str(moved.pk)}})
    seen = shown(operator, back)
    assert seen.links["those that a job moved"] == f"/jobs/{moved.pk}/"
    assert seen.links["Move of orders to archive"] == f"/jobs/{moved.pk}/"


def test_more_put_back_than_came_is_explained(operator: Client) -> None:
    ended = job(Job.Kind.DUMP, state=Job.State.DONE, stored=10, released=12)
    assert "Put back 12 visible to consumers again; what came twice counts twice" in (
        shown(operator, ended).text
    )
    Job.objects.update(released=10)
    assert "counts twice" not in shown(operator, ended).text


def test_the_dump_can_be_opened_and_had_when_it_is_made(operator: Client) -> None:
    made = job(Job.Kind.DUMP, many(3), state=Job.State.DONE)
    seen = shown(operator, made)
    assert seen.links["Open the dump"] == f"/dumps/{made.dump_id}/"
    assert seen.links["Download"] == f"/dumps/{made.dump_id}/download/"
    Dump.objects.update(expires_at=timezone.now())
    assert "Open the dump" not in shown(operator, made).links


def test_the_attempts_tell_how_each_ended(operator: Client) -> None:
    tried = job(**RUNNING, owner="host:12", epoch=1)
    Attempt.begin(tried)
    tried.owner, tried.epoch = "host:13", 2
    Attempt.begin(tried)
    said = shown(operator, tried).text
    assert "1 host:12" in said
    assert "Its worker died, or was cut off from the database." in said
    assert said.endswith("goes on")


# --- words


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0.0, "$0"),
        (0.0000004, "less than $0.0001"),
        (0.0042, "about $0.0042"),
        (12.3, "about $12.30"),
    ],
)
def test_dollars_are_said_as_far_as_they_matter(amount: float, said: str) -> None:
    assert dollars(amount) == said


@pytest.mark.parametrize(("rate", "said"), [(0.25, "0.2 a second"), (1234.5, "1,234 a second")])
def test_a_rate_is_said_as_far_as_it_matters(rate: float, said: str) -> None:
    assert pace(rate) == said


def test_what_is_over_reappears_any_moment() -> None:
    assert ">any moment<" in until(timezone.now() - timedelta(seconds=1))


def test_of_a_search_for_chosen_messages_the_progress_counts_those_that_were_found(
    operator: Client,
) -> None:
    chosen = {"selection": {"dump": str(many(3).pk), "ordinals": [1, 3]}}
    running = job(
        Job.Kind.DELETE, **RUNNING, options=chosen, expected=2, stored=1, skipped=63, rate=10.0
    )
    seen = shown(operator, running)
    assert "1 of 2 messages found" in seen.text
    assert "running 50%" in seen.text
    assert "Expected 2 those that were chosen" in seen.text
    assert "left, an estimate" not in seen.text
    assert "were not chosen, or were sent after it began; held until the end" in seen.text
    assert "1 of 2" in page(operator.get("/jobs/")).text
    Job.objects.update(state=Job.State.DONE)
    assert "were sent after it began; put back" in shown(operator, running).text
