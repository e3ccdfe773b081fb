"""Messages that are ticked in a list, and deleted from their queue."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from queues.models import AuditEntry, Dump, Job
from tests.views.conftest import QUEUE, Worker
from tests.views.page import Element, Page, page
from tests.views.store import many, message, stored

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

DELETE = f"{QUEUE}delete-selected/"


def peeked(operator: Client, sqs: SQSClient, url: str, *bodies: str) -> Dump:
    for body in bodies:
        sqs.send_message(QueueUrl=url, MessageBody=body)
    operator.post(f"{QUEUE}peek/", {"messages": 10, "wait": 1, "visibility_timeout": 30})
    return Dump.objects.get(kind=Dump.Kind.PEEK)


def chosen(dump: Dump, *ordinals: int) -> dict[str, Any]:
    return {"dump": str(dump.pk), "ordinal": ordinals}


def acts(shown: Page) -> list[Element]:
    """The buttons of what can be done with messages chosen in a list, downloads aside."""
    buttons = [each for each in shown.all("button") if "data-of-selected" in each.attributes]
    return [each for each in buttons if not each.has("name", "format")]


def test_a_list_can_be_ticked_and_leads_to_what_can_be_done_with_it(
    operator: Client, orders: str
) -> None:
    dump = many(3)
    shown = page(operator.get(f"/dumps/{dump.pk}/"))
    ticks = [each for each in shown.all("input", name="ordinal") if each.has("form", "selected")]
    assert [tick.attributes["value"] for tick in ticks] == ["1", "2", "3"]
    assert ticks[0].attributes["aria-label"] == "Select m-1"
    form = shown.the("form", id="selected")
    # Without a script, too: a plain form, whose buttons lead to a page that asks.
    assert form.attributes["method"] == "get"
    buttons = acts(shown)
    assert [button.text for button in buttons] == ["Restore", "Move", "Delete selected"]
    assert form.attributes["action"] == f"/dumps/{dump.pk}/restore/"
    assert [button.attributes.get("formaction") for button in buttons[1:]] == [
        f"{QUEUE}move/",
        DELETE,
    ]


def test_dead_letters_can_be_redriven_from_the_list(operator: Client) -> None:
    arn = "arn:aws:sqs:us-east-1:000000000000:orders"
    dump = stored(message("x", attributes={"DeadLetterQueueSourceArn": arn}), queue_name="dead")
    shown = page(operator.get(f"/dumps/{dump.pk}/"))
    assert "Redrive" in [button.text for button in shown.all("button")]


def test_what_was_ticked_stands_in_the_restore_form(operator: Client, orders: str) -> None:
    form = page(operator.get(f"/dumps/{many(5).pk}/restore/?ordinal=2&ordinal=4"))
    assert form.fields["ordinals"] == "2, 4"


def test_a_peek_is_not_restored_from(operator: Client, sqs: SQSClient, orders: str) -> None:
    peek = peeked(operator, sqs, orders, "a")
    shown = page(operator.get(f"{QUEUE}?peek={peek.pk}"))
    buttons = acts(shown)
    assert [button.text for button in buttons] == ["Move", "Delete selected"]


@pytest.mark.parametrize("kind", [Dump.Kind.BACKUP, Dump.Kind.UPLOAD])
def test_what_is_not_in_the_queue_cannot_be_chosen_there(
    kind: Dump.Kind, operator: Client, orders: str
) -> None:
    dump = stored(message("x"), kind=kind)
    shown = page(operator.get(f"/dumps/{dump.pk}/"))
    buttons = acts(shown)
    assert [button.text for button in buttons] == ["Restore"]
    page(operator.get(DELETE, chosen(dump, 1)), HTTPStatus.NOT_FOUND)


def test_the_form_says_how_many_and_what_is_really_done(operator: Client, orders: str) -> None:
    form = page(operator.get(DELETE, chosen(many(5), 2, 4)))
    assert "Delete 2 messages of orders" in form.text
    assert "the queue is received from until they are found" in form.text
    assert "everything else is held meanwhile and put back" in form.text
    assert "What is not found any more is counted" in form.text
    button = form.all("button", class_="danger")[-1]
    assert button.text == "Delete selected (2)"
    kept = [each.attributes["value"] for each in form.all("input", name="ordinal")]
    assert kept == ["2", "4"]


def test_what_was_confirmed_is_a_job_for_these_messages_only(
    operator: Client, orders: str, bells: list[str]
) -> None:
    dump = many(5)
    answer = operator.post(DELETE, {**chosen(dump, 2, 4), "minutes": 5})
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert job.kind == Job.Kind.DELETE
    selection = {"dump": str(dump.pk), "ordinals": "2,4"}
    assert job.options == {"max_seconds": 300, "selection": selection}
    assert bells == [str(job.pk)]
    assert AuditEntry.objects.get(action="delete selected").detail["selection"] == selection


@pytest.mark.parametrize("act", ["delete-selected", "move", "redrive"])
@pytest.mark.parametrize("ordinals", [[], [99], ["all"], ["-1"]])
def test_a_selection_of_nothing_is_never_taken_for_everything(
    act: str, ordinals: list[Any], operator: Client, orders: str, sqs: SQSClient
) -> None:
    sqs.create_queue(QueueName="archive")
    sent = {**chosen(many(3), *ordinals), "target": "archive"}
    answer = operator.post(f"{QUEUE}{act}/", sent)
    said = page(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "No message is selected" in said.text
    assert not Job.objects.exists()


def test_messages_of_another_queue_or_of_no_dump_are_not_looked_for(
    operator: Client, orders: str
) -> None:
    elsewhere = stored(message("x"), queue_name="mails")
    for dump in (str(elsewhere.pk), str(uuid.uuid4()), "everything"):
        answer = operator.post(DELETE, {"dump": dump, "ordinal": 1})
        page(answer, HTTPStatus.NOT_FOUND)
    assert not Job.objects.exists()


def test_anothers_peek_cannot_be_chosen_from(
    operator: Client, noor: Client, sqs: SQSClient, orders: str
) -> None:
    peek = peeked(operator, sqs, orders, "a")
    page(noor.post(DELETE, chosen(peek, 1)), HTTPStatus.FORBIDDEN)
    assert not Job.objects.exists()


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_only_what_was_ticked_is_gone_and_all_else_is_back(
    operator: Client, sqs: SQSClient, orders: str, bells: list[str], worker: Worker
) -> None:
    peek = peeked(operator, sqs, orders, "a", "b", "c", "d")
    marked = [row.ordinal for row in peek.messages.all() if row.record.body in "bd"]
    operator.post(DELETE, chosen(peek, *marked))
    job = worker(bells)
    assert job.state == Job.State.DONE, job.sentence
    assert worker.left("orders") == ["a", "c"]
    backup = Dump.objects.get(kind=Dump.Kind.BACKUP)
    assert sorted(record.body for record in backup.records()) == ["b", "d"]
