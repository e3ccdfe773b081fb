"""A dump's page: while it is made, and after."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from queues.models import Dump, Job
from tests.views.page import page
from tests.views.store import job_of, many, message, stored

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_running_dump_shows_how_far_it_is(operator: Client) -> None:
    dump = Dump.begin(Dump.Kind.DUMP, "local", "orders", "mara")
    job_of(
        dump,
        state=Job.State.RUNNING,
        started_at=timezone.now(),
        phase="receiving",
        expected=1000,
        stored=420,
        held=400,
        requests=55,
    )
    seen = page(operator.get(f"/dumps/{dump.pk}/"))
    assert "running Receiving" in seen.text
    bar = [bar for bar in seen.all("progress") if bar.has("value", "42")]
    assert bar
    assert "420 of about 1,000 messages stored" in seen.text
    assert "400 hidden from consumers now" in seen.text
    assert "55 requests" in seen.text
    assert "Cancel" in [button.text for button in seen.all("button")]
    assert "Download" not in seen.links


def test_while_it_runs_its_part_of_the_page_asks_again_and_then_no_more(operator: Client) -> None:
    dump = many(3)
    job = job_of(dump, state=Job.State.RUNNING)
    running = page(operator.get(f"/dumps/{dump.pk}/", headers={"HX-Request": "true"}))
    assert running.the("header", id="dump-head").attributes["hx-get"] == f"/dumps/{dump.pk}/?"
    assert running.messages == ["m-1", "m-2", "m-3"]
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    done = page(operator.get(f"/dumps/{dump.pk}/", headers={"HX-Request": "true"}))
    assert "hx-get" not in done.the("header", id="dump-head").attributes
    assert done.links["Download"] == f"/dumps/{dump.pk}/download/"


def test_a_dump_that_ended_says_what_it_holds_and_how_far_to_trust_it(operator: Client) -> None:
    dump = stored(message("hello"))
    job_of(dump, state=Job.State.DONE)
    seen = page(operator.get(f"/dumps/{dump.pk}/"))
    assert "best effort" in seen.text
    assert "Nothing new came any more." in seen.text
    assert "1 message 5 B of bodies" in seen.text
    assert "by mara" in seen.text


@pytest.mark.parametrize("state", [Job.State.FAILED, Job.State.CANCELLED])
def test_a_dump_that_was_cut_short_says_so_and_can_still_be_had(
    state: Job.State, operator: Client
) -> None:
    dump = many(2)
    job_of(dump, state=state, sentence="Something happened to it.")
    seen = page(operator.get(f"/dumps/{dump.pk}/"))
    assert str(state) in seen.text
    assert "Something happened to it." in seen.text
    assert "Download" in seen.links


def test_more_than_a_hundred_messages_come_page_by_page_each_once(operator: Client) -> None:
    dump = many(250)
    path, seen, back = f"/dumps/{dump.pk}/", [], []
    while path:
        current = page(operator.get(path))
        seen.append(current.messages)
        back.append(current.links.get("Previous"))
        path = current.links.get("Next", "")
    assert [len(ids) for ids in seen] == [100, 100, 50]
    assert [each for ids in seen for each in ids] == [f"m-{n}" for n in range(1, 251)]
    assert back == [None, f"/dumps/{dump.pk}/?after=0", f"/dumps/{dump.pk}/?after=100"]


@pytest.mark.parametrize("query", ["after=nonsense", "after=-5", "message=x", f"after={'9' * 40}"])
def test_a_page_that_makes_no_sense_is_the_first(query: str, operator: Client) -> None:
    assert page(operator.get(f"/dumps/{many(2).pk}/?{query}")).messages == ["m-1", "m-2"]


def test_the_list_shows_dumps_with_their_numbers_and_verdicts(operator: Client) -> None:
    job_of(stored(message("hello"), queue_name="mails"), state=Job.State.FAILED)
    job_of(many(1200), state=Job.State.DONE)
    rows = [row.text for row in page(operator.get("/dumps/")).all("tr")[1:]]
    assert "local Dump, 0 s ago Dump 1,200" in rows[0]
    assert "best effort" in rows[0]
    assert "Dump 1 1.2 kB mara" in rows[1]
    assert "mails local" in rows[1]
    assert "failed" in rows[1]
