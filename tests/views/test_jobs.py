"""The jobs: their list, and Cancel."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from queues.models import AuditEntry, Dump, Job
from queues.views import job_list
from tests.views.page import Page, page
from tests.views.store import job, job_of, many

pytestmark = pytest.mark.django_db(databases="__all__")


def new_job(queue_name: str = "orders", **fields: object) -> Job:
    return job_of(Dump.begin(Dump.Kind.DUMP, "local", queue_name, "mara"), **fields)


def rows(browser: Client, address: str = "/jobs/") -> list[str]:
    return [row.text for row in page(browser.get(address)).all("tr")[1:]]


def test_without_jobs_the_page_says_what_a_job_is(operator: Client) -> None:
    assert "What takes longer than a page is done by a job" in page(operator.get("/jobs/")).text


def test_the_newest_job_stands_first_with_its_state_and_its_numbers(
    operator: Client, mara: User
) -> None:
    job_of(many(3), state=Job.State.DONE, stored=3, requested_by=mara)
    new_job(state=Job.State.RUNNING, stored=10, expected=40, started_at=timezone.now())
    job(state=Job.State.FAILED, stored=1_200, settled=1_195, failed=5)
    job(Job.Kind.MOVE, state=Job.State.CANCELLED, settled=7, target_name="archive")
    job(Job.Kind.RESTORE)
    seen = rows(operator)
    assert "Restore of orders local — 0" in seen[0]
    assert "waiting" in seen[0]
    assert "Move of orders to archive local 7 moved 0" in seen[1]
    assert "cancelled" in seen[1]
    assert "Clear of orders local 1,195 deleted 5" in seen[2]
    assert "failed" in seen[2]
    assert "10 of about 40" in seen[3]
    assert "running 25%" in seen[3]
    assert "3 stored 0 mara" in seen[4]
    assert "done" in seen[4]


def test_jobs_are_found_by_their_state_and_by_their_queue(operator: Client) -> None:
    new_job("orders", state=Job.State.DONE)
    new_job("mails", state=Job.State.DONE)
    new_job("mails", state=Job.State.FAILED)
    new_job("mails")
    assert len(rows(operator, "/jobs/?queue=ail")) == 3
    [failed] = rows(operator, "/jobs/?state=failed&queue=mails")
    assert "failed" in failed
    [waiting] = rows(operator, "/jobs/?state=active")
    assert "waiting" in waiting
    assert len(rows(operator, "/jobs/?state=nonsense")) == 4
    nothing = page(operator.get("/jobs/?state=cancelled&queue=mails"))
    assert "No job has this state and a queue of that name." in nothing.text


def test_what_was_looked_for_stays_when_the_list_is_refreshed_or_the_state_changed(
    operator: Client,
) -> None:
    new_job("a&b")
    seen = page(operator.get("/jobs/?queue=a%26b&state=active"))
    assert seen.the("div", id="jobs").attributes["hx-get"] == "/jobs/?state=active&queue=a%26b"
    assert seen.links["Done"] == "?state=done&queue=a%26b"
    assert seen.links["All"] == "?queue=a%26b"
    assert seen.the("input", name="queue").attributes["value"] == "a&b"


def test_many_jobs_come_page_by_page_each_once(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_list, "PAGE_SIZE", 2)
    made = [new_job(created_at=timezone.now() - timedelta(hours=n)) for n in range(5)]
    address, seen = "/jobs/", list[str]()
    for _ in range(3):
        shown: Page = page(operator.get(address))
        seen += [row.attributes["data-job"] for row in shown.all("tr")[1:]]
        address = "/jobs/" + shown.links.get("Older", "")
    assert seen == [str(job.pk) for job in made]
    assert "Older" not in shown.links
    assert "Newest" in shown.links
    assert len(rows(operator, "/jobs/?before=nonsense")) == 2


def test_under_htmx_the_list_alone_is_sent(operator: Client) -> None:
    new_job()
    part = page(operator.get("/jobs/", headers={"HX-Request": "true"}))
    assert "Dump of orders" in part.text
    assert not part.all("html")


def test_the_sidebar_leads_to_the_page_of_what_runs(operator: Client) -> None:
    job = new_job(state=Job.State.RUNNING, stored=10, expected=40)
    card = page(operator.get("/jobs/running/"))
    assert card.links["Dump of orders"] == f"/jobs/{job.pk}/"
    assert "10 of about 40" in card.text


def test_a_job_that_waits_ends_at_once_when_it_is_cancelled(operator: Client) -> None:
    job = new_job()
    answer = operator.post(f"/jobs/{job.pk}/cancel/", follow=True)
    assert answer.request["PATH_INFO"] == f"/jobs/{job.pk}/"
    ended = page(answer)
    assert "cancelled" in ended.text
    assert "It was cancelled before it began." in ended.text
    assert ended.links["Open the dump"] == f"/dumps/{job.dump_id}/"
    assert "Download" not in ended.links  # there is nothing in it
    assert AuditEntry.objects.get(action="cancel job").result == "done"


def test_a_running_job_is_asked_to_stop_and_the_page_shows_what_is_still_held(
    operator: Client,
) -> None:
    job = new_job(
        state=Job.State.RUNNING,
        started_at=timezone.now(),
        phase="releasing",
        held=1_240,
        rate=200,
        expected=9_000,
    )
    seen = page(operator.post(f"/jobs/{job.pk}/cancel/", follow=True))
    assert "Cancelling: what is held is put back" in seen.text
    assert "1,240 still to be put back" in seen.text
    assert "left, an estimate" not in seen.text
    assert "Cancel" not in [button.text for button in seen.all("button")]
    assert "cancelling" in rows(operator)[0]
    job.refresh_from_db()
    assert job.cancel_requested
    assert job.state == Job.State.RUNNING


def test_a_job_that_ended_is_not_cancelled_any_more(operator: Client) -> None:
    job = new_job(state=Job.State.DONE, sentence="All well.")
    assert operator.post(f"/jobs/{job.pk}/cancel/").status_code == HTTPStatus.FOUND
    job.refresh_from_db()
    assert (job.state, job.cancel_requested, job.sentence) == ("done", False, "All well.")
