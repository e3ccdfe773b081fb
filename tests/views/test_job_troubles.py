"""Messages that failed, whose fate is not known or that nobody could judge, on a job's page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from queues.models import Job
from queues.views import job_ends
from tests.views.page import Page, page
from tests.views.store import job, many, settled

pytestmark = pytest.mark.django_db(databases="__all__")


def shown(browser: Client, job: Job, query: str = "") -> Page:
    return page(browser.get(f"/jobs/{job.pk}/{query}"))


FAILED = {"state": "failed", "error": "SQS refused it."}


def test_failed_messages_stand_there_with_their_errors_and_lead_to_what_was_stored(
    operator: Client,
) -> None:
    ended = job(dump=many(2), state=Job.State.FAILED, stored=2, failed=1)
    settled(
        ended,
        {"ordinal": 1, "message_id": "m-1", "state": "deleted"},
        {"ordinal": 2, "message_id": "m-2", "state": "failed", "error": "<b>SQS</b> refused it."},
        {"ordinal": None, "message_id": "m-3", "state": "held"},
        {"ordinal": None, "message_id": "m-4", "state": "unknown", "error": "No answer came."},
    )
    seen = shown(operator, ended)
    assert seen.links["m-2"] == f"/dumps/{ended.dump_id}/messages/2/"
    assert "m-2 failed <b>SQS</b> refused it." in seen.text
    assert "m-4 not known No answer came." in seen.text
    assert "m-1" not in seen.text
    assert "m-3" not in seen.text
    assert "Failed 1" in seen.text


def test_what_was_being_sent_when_a_job_ended_is_of_unknown_fate(operator: Client) -> None:
    ended = job(
        Job.Kind.MOVE, target_name="archive", state=Job.State.RUNNING, started_at=timezone.now()
    )
    settled(ended, {"message_id": "m-1", "state": "sending"})
    assert "m-1" not in shown(operator, ended).text
    Job.objects.update(state=Job.State.FAILED)
    assert (
        "m-1 not known It was being sent when the job ended: it may stand in archive."
        in shown(operator, ended).text
    )


def test_many_failed_messages_come_page_by_page_each_once(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_ends, "PAGE_SIZE", 2)
    ended = job(state=Job.State.FAILED, failed=5)
    settled(ended, *({"message_id": f"m-{n}", **FAILED} for n in range(5)))
    query, found = "", list[str]()
    for _ in range(3):
        seen = shown(operator, ended, query)
        found += [cell.text for cell in seen.all("td", class_="mono")]
        query = seen.links.get("Next", "")
    assert found == [f"m-{n}" for n in range(5)]
    assert seen.links["First"] == "?#troubles"


def test_what_could_not_be_judged_has_a_list_of_its_own(operator: Client) -> None:
    ended = job(state=Job.State.DONE, failed=1, cannot_judge=1)
    settled(
        ended,
        {"message_id": "m-1", **FAILED},
        {"message_id": "m-2", "state": "released", "judgement": "cannot", "error": "No JSON."},
    )
    failed = shown(operator, ended)
    assert "m-2" not in failed.text
    unjudged = shown(operator, ended, failed.links["Cannot be judged"].split("#")[0])
    assert "Messages that could not be judged" in unjudged.text
    assert "m-2 put back No JSON." in unjudged.text
    assert "m-1" not in unjudged.text


def test_what_alone_could_not_be_judged_is_listed_without_asking(operator: Client) -> None:
    ended = job(state=Job.State.DONE, cannot_judge=1)
    settled(
        ended,
        {"message_id": "m-2", "state": "released", "judgement": "cannot", "error": "No JSON."},
    )
    assert "m-2 put back No JSON." in shown(operator, ended).text
