"""Undo, at the end of a job's page. Jobs and queues are real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from queues.connections_file import Connection
from queues.jobs import life
from queues.jobs.start import start
from queues.models import AuditEntry, Dump, Job
from queues.tasks import WORK
from queues.views import jobs
from simulator import Simulator
from tests.jobs.conftest import QUICK, fill
from tests.views.page import Page, page
from tests.views.store import job, settled, stored

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
Run = Callable[..., Job]


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs that a worker was told of."""
    heard: list[Job] = []
    monkeypatch.setattr(jobs, "ring", heard.append)
    return heard


@pytest.fixture
def run(connection: Connection, mara: User) -> Run:
    """Make a job and work on it to its end."""

    def do(kind: Job.Kind, queue_name: str = "orders", target_name: str = "") -> Job:
        return done(start(kind, "local", queue_name, mara, target_name=target_name))

    return do


def done(job: Job) -> Job:
    job.options = QUICK | job.options
    job.save()
    life.run(job.pk, WORK)
    job.refresh_from_db()
    return job


def shown(browser: Client, job: Job) -> Page:
    return page(browser.get(f"/jobs/{job.pk}/"))


def buttons(seen: Page) -> list[str]:
    return [button.text for button in seen.all("button")]


def offers_undo(seen: Page) -> bool:
    return any(text.startswith("Undo") for text in buttons(seen))


def bodies(simulator: Simulator, name: str) -> Counter[str]:
    return Counter(message.body for message in simulator.messages(name))


def test_a_clear_is_undone_with_one_click(
    operator: Client,
    run: Run,
    sqs: SQSClient,
    orders: str,
    simulator: Simulator,
    rung: list[Job],
) -> None:
    fill(sqs, orders, [f"order {n}" for n in range(12)])
    cleared = run(Job.Kind.CLEAR)
    seen = shown(operator, cleared)
    assert "Undo (12 messages)" in buttons(seen)
    assert (
        "Sends them to orders again from the backup, with new message ids, sent times and receive "
        "counts." in seen.text
    )
    assert simulator.messages("orders") == []

    answer = operator.post(f"/jobs/{cleared.pk}/undo/", follow=True)
    [undoing] = rung
    assert answer.request["PATH_INFO"] == f"/jobs/{undoing.pk}/"
    assert page(answer).links["Clear of orders"] == f"/jobs/{cleared.pk}/"
    entry = AuditEntry.objects.get(action="undo")
    assert (entry.queue_name, entry.result) == ("orders", f"job {undoing.pk} started")

    meanwhile = shown(operator, cleared)
    assert not offers_undo(meanwhile)
    assert "It is being undone: Restore of orders" in meanwhile.text
    assert meanwhile.links["Restore of orders"] == f"/jobs/{undoing.pk}/"

    assert done(undoing).state == Job.State.DONE
    assert bodies(simulator, "orders") == Counter(f"order {n}" for n in range(12))
    assert "It was undone: Restore of orders" in shown(operator, cleared).text


def test_a_move_is_undone_by_moving_back_and_says_what_stays_gone(
    operator: Client,
    run: Run,
    sqs: SQSClient,
    simulator: Simulator,
    rung: list[Job],
) -> None:
    fifo: Any = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    url = sqs.create_queue(QueueName="orders.fifo", Attributes=fifo)["QueueUrl"]
    sqs.create_queue(QueueName="archive.fifo", Attributes=fifo)
    sqs.send_message(QueueUrl=url, MessageBody="one", MessageGroupId="a")
    moved = run(Job.Kind.MOVE, "orders.fifo", "archive.fifo")
    assert (moved.state, moved.settled) == ("done", 1), moved.sentence
    seen = shown(operator, moved)
    assert "Undo (1 message)" in buttons(seen)
    assert (
        "Moves back what is still in archive.fifo, with new message ids, sent times and receive "
        "counts, and the order across message groups is lost; what was consumed there meanwhile "
        "stays gone." in seen.text
    )
    operator.post(f"/jobs/{moved.pk}/undo/")
    assert done(rung[0]).state == Job.State.DONE
    assert bodies(simulator, "orders.fifo") == Counter(["one"])
    assert bodies(simulator, "archive.fifo") == Counter()


def test_what_may_stand_twice_is_listed_after_a_move_and_after_its_undo(
    operator: Client, run: Run, sqs: SQSClient, orders: str, simulator: Simulator, rung: list[Job]
) -> None:
    sqs.create_queue(QueueName="archive")
    fill(sqs, orders, ["one", "two"])
    simulator.faults.add("lost_answer", "SendMessageBatch", count=1)
    moved = run(Job.Kind.MOVE, target_name="archive")
    assert moved.possible_duplicates > 0, moved.sentence
    doubled = shown(operator, moved)
    again = "It was sent again, because an answer was lost: it may stand there twice."
    assert doubled.text.count(again) == moved.possible_duplicates
    assert "deleted" in doubled.text

    emptied = run(Job.Kind.CLEAR, "archive")
    simulator.faults.add("lost_answer", "SendMessageBatch", count=1)
    operator.post(f"/jobs/{emptied.pk}/undo/")
    back = done(rung[0])
    assert shown(operator, back).text.count(again) == back.possible_duplicates > 0


def cleared(*states: str, dump: Dump | None = None, **fields: Any) -> Job:
    """A clear that ended so."""
    ended = job(dump=dump, state=Job.State.DONE, **fields)
    settled(
        ended,
        *(
            {"ordinal": at, "message_id": f"m-{at}", "state": state}
            for at, state in enumerate(states, start=1)
        ),
    )
    return ended


def test_of_two_clicks_the_second_is_told_of_the_first(operator: Client, rung: list[Job]) -> None:
    ended = cleared("deleted")
    first = operator.post(f"/jobs/{ended.pk}/undo/")
    assert first.status_code == HTTPStatus.FOUND
    second = page(operator.post(f"/jobs/{ended.pk}/undo/", follow=True))
    assert "It is undone already, or is being undone: Restore of orders." in second.text
    assert len(rung) == Job.objects.exclude(undo_of=None).count() == 1
    refused = AuditEntry.objects.filter(action="undo").latest("at")
    assert refused.result.startswith("refused: It is undone already")


def test_an_undo_that_failed_can_be_tried_again(operator: Client) -> None:
    ended = cleared("deleted", "deleted")
    job(Job.Kind.RESTORE, state=Job.State.FAILED, undo_of=ended)
    seen = shown(operator, ended)
    assert "Undoing it failed: Restore of orders" in seen.text
    assert "Undo (2 messages)" in buttons(seen)


def test_an_undo_that_is_tried_again_sends_only_what_is_not_back_yet(
    operator: Client,
    run: Run,
    sqs: SQSClient,
    orders: str,
    simulator: Simulator,
    rung: list[Job],
) -> None:
    large = "x" * 2_000
    fill(sqs, orders, ["one", "two", large])
    cleared = run(Job.Kind.CLEAR)
    sqs.set_queue_attributes(QueueUrl=orders, Attributes={"MaximumMessageSize": "1024"})
    operator.post(f"/jobs/{cleared.pk}/undo/")
    assert done(rung[0]).state == Job.State.FAILED
    assert bodies(simulator, "orders") == Counter(["one", "two"])

    sqs.set_queue_attributes(QueueUrl=orders, Attributes={"MaximumMessageSize": "262144"})
    assert "Undo (1 message)" in buttons(shown(operator, cleared))
    operator.post(f"/jobs/{cleared.pk}/undo/")
    assert done(rung[1]).state == Job.State.DONE
    assert rung[1].expected == 1
    assert bodies(simulator, "orders") == Counter(["one", "two", large])


def test_what_may_be_gone_can_be_undone_too(operator: Client) -> None:
    assert "Undo (2 messages)" in buttons(
        shown(operator, cleared("deleted", "unknown", "released"))
    )


def test_where_nothing_was_deleted_there_is_nothing_to_undo(operator: Client) -> None:
    seen = shown(operator, cleared("released", "failed"))
    assert not offers_undo(seen)
    assert "Nothing was deleted, so there is nothing to undo." in seen.text
    moved = job(Job.Kind.MOVE, state=Job.State.DONE, target_name="archive")
    assert "Nothing was moved, so there is nothing to undo." in shown(operator, moved).text


def test_a_backup_that_expired_takes_undo_with_it(operator: Client, rung: list[Job]) -> None:
    ended = cleared("deleted", dump=stored(expires_at=timezone.now() - timedelta(days=1)))
    seen = shown(operator, ended)
    assert not offers_undo(seen)
    assert "Its backup has expired, so the messages cannot be put back." in seen.text
    assert (
        "Its backup has expired" in page(operator.post(f"/jobs/{ended.pk}/undo/", follow=True)).text
    )
    assert rung == []


@pytest.mark.parametrize("kind", [Job.Kind.DUMP, Job.Kind.RESTORE])
def test_what_took_nothing_away_says_nothing_of_undo(operator: Client, kind: Job.Kind) -> None:
    assert "ndo" not in shown(operator, job(kind, state=Job.State.DONE)).text


def test_undo_is_not_to_be_had_by_a_link(operator: Client) -> None:
    ended = cleared("deleted")
    for act in ("undo", "release"):
        status = operator.get(f"/jobs/{ended.pk}/{act}/").status_code
        assert status == HTTPStatus.METHOD_NOT_ALLOWED
