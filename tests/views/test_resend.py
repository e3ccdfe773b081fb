"""A stored message is edited and sent in place of the original; or one like it is sent."""

from __future__ import annotations

import base64
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from queues.models import AuditEntry, Dump, Job
from queues.sqs.types import MessageAttribute
from tests.views.conftest import QUEUE, MakeQueue, Worker
from tests.views.page import Page, page
from tests.views.store import message, stored

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")


def peeked(operator: Client) -> Dump:
    operator.post(f"{QUEUE}peek/", {"messages": 10, "wait": 1, "visibility_timeout": 30})
    return Dump.objects.get(kind=Dump.Kind.PEEK)


def address(dump: Dump, body: str) -> str:
    [ordinal] = [row.ordinal for row in dump.messages.all() if row.record.body == body]
    return f"/dumps/{dump.pk}/messages/{ordinal}/resend/"


def typed(form: Page, **changed: Any) -> dict[str, Any]:
    """All that the form holds, as a browser sends it."""
    fields = {name: value for name, value in form.fields.items() if not name.endswith("file")}
    for row in range(10):
        prefix = f"attributes-{row}"
        chosen = [
            option.attributes["value"]
            for option in form.all("option")
            if "selected" in option.attributes
        ]
        fields[f"{prefix}-type"] = chosen[row]
    return {**fields, "replace": "on", **changed}


def test_the_edited_message_takes_the_originals_place_and_undo_puts_it_back(
    operator: Client, orders: str, sqs: SQSClient, bells: list[str], worker: Worker
) -> None:
    sqs.send_message(QueueUrl=orders, MessageBody="another")
    sqs.send_message(
        QueueUrl=orders,
        MessageBody='{"amount": 1}',
        MessageAttributes={
            "tenant": {"DataType": "String.id", "StringValue": "t-1"},
            "seal": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
            "tries": {"DataType": "Number", "StringValue": "3.10"},
        },
    )
    dump = peeked(operator)
    path = address(dump, '{"amount": 1}')
    form = page(operator.get(path))
    assert form.fields["body"] == '{"amount": 1}'
    assert "only once SQS has confirmed that is the original deleted" in form.text
    answer = operator.post(path, typed(form, body='{"amount": 2}'))
    job = worker(bells)
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert job.state == Job.State.DONE, job.sentence
    assert job.sentence.startswith(
        "The edited message was sent to orders, and the original deleted."
    )
    assert worker.left("orders") == ["another", '{"amount": 2}']
    [sent] = [m for m in worker.simulator.messages("orders") if "amount" in m.body]
    assert sent.message_attributes == {
        "tenant": ("String.id", "t-1"),
        "seal": ("Binary", b"\x00\xff"),
        "tries": ("Number", "3.10"),
    }
    assert "amount" not in str(AuditEntry.objects.get(action="resend").detail)

    operator.post(f"/jobs/{job.pk}/undo/")
    undo = worker(bells)
    assert undo.state == Job.State.DONE, undo.sentence
    assert worker.left("orders") == ["another", '{"amount": 1}']


def test_if_the_original_is_gone_nothing_is_sent_and_that_is_said(
    operator: Client, orders: str, sqs: SQSClient, bells: list[str], worker: Worker
) -> None:
    sqs.send_message(QueueUrl=orders, MessageBody="order 1")
    path = address(peeked(operator), "order 1")
    form = page(operator.get(path))
    [taken] = sqs.receive_message(QueueUrl=orders)["Messages"]
    sqs.delete_message(QueueUrl=orders, ReceiptHandle=taken["ReceiptHandle"])
    operator.post(path, typed(form, body="order 2"))
    job = worker(bells)
    assert "Nothing was sent." in job.sentence
    assert "1 of the 1 chosen did not come" in job.sentence
    assert worker.left("orders") == []


def test_the_original_can_be_kept_and_the_edited_one_go_elsewhere(
    operator: Client, orders: str, sqs: SQSClient, bells: list[str], worker: Worker
) -> None:
    sqs.create_queue(QueueName="archive")
    sqs.send_message(QueueUrl=orders, MessageBody="order 1")
    path = address(peeked(operator), "order 1")
    fields = typed(page(operator.get(path)), body="order 2", target="archive")
    del fields["replace"]
    operator.post(path, fields)
    assert worker(bells).state == Job.State.DONE
    assert worker.left("orders") == ["order 1"]
    assert worker.left("archive") == ["order 2"]
    assert not Dump.objects.listed().filter(kind=Dump.Kind.EDIT).exists()


def test_a_message_of_a_backup_is_sent_and_nothing_is_looked_for(
    operator: Client, orders: str
) -> None:
    dump = stored(message("order 1"), kind=Dump.Kind.BACKUP)
    form = page(operator.get(address(dump, "order 1")))
    assert "replace" not in form.fields
    assert "the edited one is sent, and nothing is deleted" in form.text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"body": ""}, "This field is required"),
        ({"target": "nowhere"}, "nowhere"),
        ({"target": "mails.fifo"}, "A message is resent between queues of one type only"),
        ({"body": "x" * 1_048_577}, "1,048,57"),
    ],
)
def test_what_cannot_be_sent_is_said_in_the_form_and_nothing_is_done(
    changed: dict[str, str], sentence: str, operator: Client, orders: str
) -> None:
    path = address(stored(message("order 1")), "order 1")
    form = page(operator.get(path))
    said = page(operator.post(path, typed(form, **changed)), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert sentence in said.text
    assert not Job.objects.exists()
    assert not Dump.objects.filter(kind=Dump.Kind.EDIT).exists()


def test_line_ends_that_nobody_touched_stay_as_they_were(
    operator: Client, orders: str, sqs: SQSClient, bells: list[str], worker: Worker
) -> None:
    body = "one\r\ntwo\rthree\n"
    dump = stored(message(body), kind=Dump.Kind.BACKUP)
    path = address(dump, body)
    # As a browser does it: every line end of a text area becomes CR LF.
    operator.post(path, typed(page(operator.get(path)), body="one\r\ntwo\r\nthree\r\n"))
    worker(bells)
    assert worker.left("orders") == [body]


@pytest.mark.parametrize(
    ("before", "sent"),
    [("a\r\nb\r\n", "a\r\nc\r\n"), ("a\rb\r", "a\rc\r"), ("a\nb\r", "a\nc\n")],
)
def test_a_changed_text_keeps_its_kind_of_line_end_if_it_had_but_one(
    before: str, sent: str, operator: Client, orders: str, bells: list[str], worker: Worker
) -> None:
    path = address(stored(message(before), kind=Dump.Kind.BACKUP), before)
    operator.post(path, typed(page(operator.get(path)), body="a\r\nc\r\n"))
    worker(bells)
    assert worker.left("orders") == [sent]


def test_what_speaks_against_the_target_is_said_before_and_done_when_confirmed(
    operator: Client, make_queue: MakeQueue, bells: list[str]
) -> None:
    make_queue("dead")
    make_queue("orders", dead_letters="dead")
    path = address(stored(message("order 1")), "order 1")
    fields = typed(page(operator.get(path)), target="dead")
    asked = page(operator.post(path, fields), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "dead is the dead-letter queue of orders" in asked.complaints
    assert asked.the("button", class_="danger").text == "Resend anyway"
    assert not Job.objects.exists()
    assert not Dump.objects.filter(kind=Dump.Kind.EDIT).exists()
    operator.post(path, typed(asked))
    assert Job.objects.get().target_name == "dead"


def test_of_a_packed_body_it_says_what_is_edited_and_the_look_is_written_down(
    operator: Client, orders: str
) -> None:
    packed = base64.b64encode(b'{"amount": 1, "currency": "EUR"}').decode()
    form = page(operator.get(address(stored(message(packed)), packed)))
    assert form.fields["body"] == packed
    assert "Elsewhere this body is read as base64, then JSON" in form.text
    assert AuditEntry.objects.get(action="read message").detail["message_id"] == "m-1"
    plain = page(operator.get(address(stored(message("{}")), "{}")))
    assert "Elsewhere" not in plain.text


def test_another_like_it_begins_with_all_that_it_has(
    operator: Client, orders: str, sqs: SQSClient, worker: Worker
) -> None:
    attributes = {"seal": MessageAttribute("Binary.png", b"\x89PNG")}
    dump = stored(message("order 1", message_attributes=attributes))
    path = f"{QUEUE}send/?like={dump.pk}:1"
    form = page(operator.get(path))
    assert form.fields["body"] == "order 1"
    assert form.fields["attributes-0-value"] == base64.b64encode(b"\x89PNG").decode()
    operator.post(path, typed(form, body="order 2"))
    [sent] = worker.simulator.messages("orders")
    assert (sent.body, sent.message_attributes) == (
        "order 2",
        {"seal": ("Binary.png", b"\x89PNG")},
    )
    page(operator.get(f"{QUEUE}send/?like={dump.pk}:7"), HTTPStatus.NOT_FOUND)
    page(operator.get(f"{QUEUE}send/?like=x"), HTTPStatus.NOT_FOUND)


def test_anothers_peek_can_neither_be_edited_nor_copied(
    operator: Client, noor: Client, orders: str, sqs: SQSClient
) -> None:
    sqs.send_message(QueueUrl=orders, MessageBody="order 1")
    dump = peeked(operator)
    page(noor.get(address(dump, "order 1")), HTTPStatus.FORBIDDEN)
    page(noor.get(f"{QUEUE}send/?like={dump.pk}:1"), HTTPStatus.FORBIDDEN)
