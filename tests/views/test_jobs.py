"""The jobs: their list, one of them, and Cancel."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from queues.models import AuditEntry, Dump, Job
from tests.views.page import page
from tests.views.store import job_of, many

pytestmark = pytest.mark.django_db(databases="__all__")


def new_job(**fields: object) -> Job:
    return job_of(Dump.begin(Dump.Kind.DUMP, "local", "orders", "mara"), **fields)


def test_without_jobs_the_page_says_what_a_job_is(operator: Client) -> None:
    assert "What takes longer than a page is done by a job" in page(operator.get("/jobs/")).text


def test_the_newest_job_stands_first_with_its_state(operator: Client, mara: User) -> None:
    job_of(many(3), state=Job.State.DONE, stored=3, requested_by=mara)
    new_job(state=Job.State.RUNNING, stored=10, expected=40, started_at=timezone.now())
    rows = [row.text for row in page(operator.get("/jobs/")).all("tr")[1:]]
    assert "10 of about 40" in rows[0]
    assert "running 25%" in rows[0]
    assert "3 mara" in rows[1]
    assert "done" in rows[1]


def test_under_htmx_the_list_alone_is_sent(operator: Client) -> None:
    new_job()
    part = page(operator.get("/jobs/", headers={"HX-Request": "true"}))
    assert "Dump of orders" in part.text
    assert not part.all("html")


def test_a_job_says_what_it_did_and_how_it_ended(operator: Client) -> None:
    job = new_job(
        state=Job.State.FAILED,
        sentence="SQS does not answer any more.",
        stored=7,
        released=5,
        requests=12,
        attempts=2,
        expected=9,
    )
    text = page(operator.get(f"/jobs/{job.pk}/")).text
    for said in (
        "SQS does not answer any more.",
        "Stored 7",
        "Expected about 9",
        "Put back 5",
        "Requests made 12",
        "Attempts 2",
        "Asked for by —",
    ):
        assert said in text


def test_a_running_job_asks_again_and_one_that_ended_does_not(operator: Client) -> None:
    job = new_job(state=Job.State.RUNNING)
    path = f"/jobs/{job.pk}/"
    headers = {"HX-Request": "true"}
    running = page(operator.get(path, headers=headers)).the("div", id="job")
    assert running.attributes["hx-get"] == path
    Job.objects.update(state=Job.State.DONE)
    done = page(operator.get(path, headers=headers)).the("div", id="job")
    assert "hx-get" not in done.attributes


def test_a_job_that_waits_ends_at_once_when_it_is_cancelled(operator: Client) -> None:
    job = new_job()
    ended = page(operator.post(f"/jobs/{job.pk}/cancel/", follow=True))
    assert "cancelled" in ended.text
    assert "It was cancelled before it began." in ended.text
    assert "Download" in ended.links
    assert AuditEntry.objects.get(action="cancel job").result == "done"


def test_a_running_job_is_asked_to_stop_and_the_page_says_so(operator: Client) -> None:
    job = new_job(state=Job.State.RUNNING)
    seen = page(operator.post(f"/jobs/{job.pk}/cancel/", follow=True))
    assert "Cancelling: what is held is put back" in seen.text
    assert "Cancel" not in [button.text for button in seen.all("button")]
    job.refresh_from_db()
    assert job.cancel_requested
    assert job.state == Job.State.RUNNING


def test_a_job_that_ended_is_not_cancelled_any_more(operator: Client) -> None:
    job = new_job(state=Job.State.DONE, sentence="All well.")
    assert operator.post(f"/jobs/{job.pk}/cancel/").status_code == HTTPStatus.FOUND
    job.refresh_from_db()
    assert (job.state, job.cancel_requested, job.sentence) == ("done", False, "All well.")
