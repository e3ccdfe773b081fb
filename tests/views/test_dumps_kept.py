"""How long a dump is kept: what its pages say of it, pinning, deleting, and the store's room."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from queues.jobs import space
from queues.models import AuditEntry, Dump, Job
from queues.models.routing import store_database
from queues.tasks import expire
from queues.templatetags.words import from_now
from tests.views.page import Page, page
from tests.views.store import job_of, many, message, stored

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def room_measured_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "FRESH_FOR", 0.0)


def shown(browser: Client, dump: Dump) -> Page:
    return page(browser.get(f"/dumps/{dump.pk}/"))


def backup(kind: Job.Kind, **fields: Any) -> tuple[Dump, Job]:
    dump = stored(message("hello"), kind=Dump.Kind.BACKUP)
    job = job_of(dump, state=Job.State.DONE, settled=1)
    Job.objects.filter(pk=job.pk).update(kind=kind, **fields)
    return dump, job


def test_a_dump_says_what_it_takes_and_when_it_expires(operator: Client) -> None:
    seen = shown(operator, stored(message("hello")))
    assert "1 message 5 B of bodies about 1.2 kB in the store" in seen.text
    assert "expires in 13 days" in seen.text
    [exact] = [each for each in seen.all("time") if each.text == "in 13 days"]
    assert exact.attributes["title"].endswith(" UTC")


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=14), "in 13 days"),
        (timedelta(days=2), "in 1 day"),
        (timedelta(days=1), "in 23 hours"),
        (timedelta(hours=2), "in 1 hour"),
        (timedelta(minutes=3), "in 2 minutes"),
        (timedelta(seconds=50), "in less than a minute"),
        (timedelta(seconds=-50), "in less than a minute"),
    ],
)
def test_what_is_left_is_rounded_down(left: timedelta, said: str) -> None:
    assert f">{said}<" in from_now(timezone.now() + left)


def test_the_list_says_what_each_is_and_who_made_it(operator: Client) -> None:
    stored(message("a"), kind=Dump.Kind.UPLOAD, queue_name="uploaded")
    dump, _ = backup(Job.Kind.CLEAR)
    stored(message("c"), pinned=True, queue_name="pinned")
    rows = {
        row.attributes["data-dump"]: row.text for row in page(operator.get("/dumps/")).all("tr")[1:]
    }
    assert "Backup of a clear 1 1.2 kB mara" in rows[str(dump.pk)]
    by_queue = {text.split()[0]: text for text in rows.values()}
    assert "Upload" in by_queue["uploaded"]
    assert "in 13 days" in by_queue["uploaded"]
    assert "never, pinned" in by_queue["pinned"]


def test_a_pinned_dump_outlives_its_time_and_an_unpinned_one_gets_a_day(operator: Client) -> None:
    dump = stored(message("dear"))
    assert operator.post(f"/dumps/{dump.pk}/pin/", {"pinned": "on"}).status_code == HTTPStatus.FOUND
    Dump.objects.filter(pk=dump.pk).update(expires_at=timezone.now() - timedelta(days=9))
    expire()
    seen = shown(operator, dump)
    assert "pinned: kept until it is unpinned" in seen.text
    assert "Unpin" in [button.text for button in seen.all("button")]
    operator.post(f"/dumps/{dump.pk}/pin/", {"pinned": "off"})
    expire()
    seen = shown(operator, dump)
    assert "expires in 23 hours" in seen.text
    assert "Pin" in [button.text for button in seen.all("button")]
    acts = AuditEntry.objects.filter(action__endswith="pin dump").order_by("at")
    assert [(act.action, act.username, act.result) for act in acts] == [
        ("pin dump", "mara", "done"),
        ("unpin dump", "mara", "done"),
    ]


def test_unpinning_does_not_shorten_a_dumps_life(operator: Client) -> None:
    dump = stored(message("dear"), pinned=True)
    operator.post(f"/dumps/{dump.pk}/pin/", {"pinned": "off"})
    assert "expires in 13 days" in shown(operator, dump).text


def test_a_peek_cannot_be_pinned(operator: Client) -> None:
    peek = stored(message("look"), kind=Dump.Kind.PEEK)
    answer = operator.post(f"/dumps/{peek.pk}/pin/", {"pinned": "on"})
    assert "A peek is kept for an hour" in page(answer, HTTPStatus.FORBIDDEN).text
    assert not Dump.objects.get().pinned


def test_a_dump_is_deleted_after_a_question_and_that_is_audited(operator: Client) -> None:
    dump = many(3)
    link = shown(operator, dump).links["Delete dump"]
    form = page(operator.get(link))
    assert "Queue orders Kind Dump" in form.text
    assert "by mara Messages 3, about 3.5 kB in the store" in form.text
    assert "The queue is not touched" in form.text
    listed = page(operator.post(link, follow=True))
    assert "The dump of orders was deleted." in listed.text
    assert "No dumps" in listed.text
    assert operator.get(f"/dumps/{dump.pk}/").status_code == HTTPStatus.NOT_FOUND
    assert operator.get(f"/dumps/{dump.pk}/download/").status_code == HTTPStatus.NOT_FOUND
    entry = AuditEntry.objects.get(action="delete dump")
    assert (entry.username, entry.queue_name, entry.result) == ("mara", "orders", "done")
    assert entry.detail == {"dump": str(dump.pk), "messages": 3}


def test_only_asking_deletes_nothing(operator: Client) -> None:
    dump = many(1)
    operator.get(f"/dumps/{dump.pk}/delete/")
    assert Dump.objects.kept().get() == dump


@pytest.mark.parametrize("kind", [Job.Kind.DUMP, Job.Kind.RESTORE])
def test_a_dump_that_a_job_needs_is_not_deleted_and_the_job_is_named(
    kind: Job.Kind, operator: Client
) -> None:
    dump = stored(message("needed"))
    job_of(dump, state=Job.State.DONE)
    job = job_of(dump, state=Job.State.QUEUED)
    Job.objects.filter(pk=job.pk).update(kind=kind)
    refused = page(operator.post(f"/dumps/{dump.pk}/delete/"), HTTPStatus.UNPROCESSABLE_ENTITY)
    said = f"It is needed by a job that has not ended: {kind.label} of orders."
    assert said in refused.text
    assert said in AuditEntry.objects.get(action="delete dump").result
    assert Dump.objects.kept().get() == dump


def test_while_a_dump_is_restored_its_page_says_so_and_offers_no_deletion(operator: Client) -> None:
    dump = stored(message("needed"))
    job_of(dump, state=Job.State.DONE, sentence="1 message stored and put back.")
    restore = job_of(dump, state=Job.State.RUNNING)
    Job.objects.filter(pk=restore.pk).update(kind=Job.Kind.RESTORE)
    seen = shown(operator, dump)
    assert "1 message stored and put back." in seen.text
    assert "needed by Restore of orders" in seen.text
    assert "Delete dump" not in seen.links


def test_a_pinned_dump_is_not_deleted(operator: Client) -> None:
    dump = stored(message("dear"), pinned=True)
    assert "Delete dump" not in shown(operator, dump).links
    refused = page(operator.post(f"/dumps/{dump.pk}/delete/"), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "It is pinned. Unpin it first." in refused.text
    assert Dump.objects.kept().get() == dump


def test_a_backup_says_until_when_its_clear_can_be_undone(operator: Client) -> None:
    dump, job = backup(Job.Kind.CLEAR)
    seen = shown(operator, dump)
    assert "Backup of orders backup of a clear" in seen.text
    assert f"the clear can be undone until {dump.expires_at:%d %b %H:%M}" in seen.text
    assert seen.links["undone"] == f"/jobs/{job.pk}/"
    warned = page(operator.get(f"/dumps/{dump.pk}/delete/"))
    assert "Without it the clear cannot be undone any more." in warned.text


def test_a_backup_whose_clear_was_undone_promises_nothing(operator: Client) -> None:
    dump, job = backup(Job.Kind.CLEAR)
    undo = job_of(dump, state=Job.State.DONE, undo_of=job)
    Job.objects.filter(pk=undo.pk).update(kind=Job.Kind.RESTORE)
    assert "can be undone" not in shown(operator, dump).text
    assert "Without it" not in page(operator.get(f"/dumps/{dump.pk}/delete/")).text
    Job.objects.filter(pk=undo.pk).update(state=Job.State.FAILED)
    assert "can be undone" in shown(operator, dump).text


def test_the_list_shows_how_full_the_store_is(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.SQSDASH, "SQSDASH_STORE_GIGABYTES", 0.002)
    stored(message("x" * 500_000))
    seen = page(operator.get("/dumps/"))
    assert "All dumps together take about 501.2 kB, and may take 2.0 MB" in seen.text
    if connections[store_database()].vendor == "sqlite":
        assert "free on the disk of the store" in seen.text
    bar = seen.the("progress", aria_label="Room that dumps take")
    assert bar.attributes["max"] == "2000000"
    assert 500_000 < int(bar.attributes["value"]) < 502_000
    assert "Nothing more can be stored" not in seen.text


def test_a_full_store_is_told_with_what_to_do(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.SQSDASH, "SQSDASH_STORE_GIGABYTES", 0.0005)
    stored(message("x" * 500_000))
    seen = page(operator.get("/dumps/"))
    assert "Nothing more can be stored. The store is full" in seen.text
    assert "Delete dumps that nobody needs, or raise the limit." in seen.text
