"""Every act leaves a row: who, what, where, and how it went, failures included."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from queues.models import AuditEntry, Dump, Job
from queues.sqs.errors import Throttled
from simulator import Simulator
from tests.views.conftest import QUEUE
from tests.views.store import many, message, stored
from tests.views.test_send import ROWS

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

PEEK = {"messages": 1, "wait": 1, "visibility_timeout": 30}


def the_entry(action: str) -> AuditEntry:
    """The one row there is: finished, and of Mara."""
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.username) == (action, "mara")
    assert entry.connection == "local"
    assert entry.finished_at
    assert entry.finished_at >= entry.at
    return entry


def test_a_peek(operator: Client, sqs: SQSClient, orders: str) -> None:
    sqs.send_message(QueueUrl=orders, MessageBody="secret body")
    operator.post(f"{QUEUE}peek/", PEEK)
    entry = the_entry("peek")
    assert (entry.queue_name, entry.result) == ("orders", "1 messages received")
    assert entry.detail == {"messages": 1, "visibility_timeout": 30, "keep_hidden": False}


def test_sending_without_the_body(operator: Client, orders: str) -> None:
    operator.post(f"{QUEUE}send/", {"body": "secret body"} | ROWS)
    entry = the_entry("send")
    assert entry.result.startswith("sent as ")
    assert entry.detail == {"size": 11}
    assert "secret" not in json.dumps([entry.detail, entry.result])


def test_making_a_queue(operator: Client, sqs: SQSClient) -> None:
    typed = {"name": "mails", "type": "standard", "visibility_timeout": 45}
    operator.post("/connections/local/new-queue/", typed)
    entry = the_entry("create queue")
    assert (entry.queue_name, entry.result) == ("mails", "created")
    assert entry.detail == {"visibility_timeout": 45}


def test_changing_a_setting_with_what_it_was(operator: Client, orders: str) -> None:
    operator.post(f"{QUEUE}settings/", {"visibility_timeout": 60})
    assert the_entry("change settings").detail == {"visibility_timeout": {"from": 30, "to": 60}}


def test_deleting_a_queue(operator: Client, orders: str) -> None:
    operator.post(f"{QUEUE}delete/", {"name": "orders"})
    assert the_entry("delete queue").result == "done"


def test_starting_a_dump(operator: Client, orders: str) -> None:
    operator.post(f"{QUEUE}dump/", {"minutes": 1})
    entry = the_entry("dump")
    assert entry.result == f"job {Job.objects.get().pk} started"
    assert entry.detail == {"max_seconds": 60}


def test_cancelling_a_job(operator: Client) -> None:
    dump = Dump.begin(Dump.Kind.DUMP, "local", "orders", "mara")
    job = Job.objects.create(
        kind=Job.Kind.DUMP, connection="local", queue_name="orders", dump_id=dump.pk
    )
    operator.post(f"/jobs/{job.pk}/cancel/")
    assert the_entry("cancel job").detail == {"job": str(job.pk)}


def test_reading_a_dump(operator: Client) -> None:
    dump = many(2)
    operator.get(f"/dumps/{dump.pk}/")
    assert the_entry("read dump").detail == {"dump": str(dump.pk)}


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "pane"])
def test_reading_a_message(headers: dict[str, str], operator: Client) -> None:
    dump = stored(message("secret body", "m-7"))
    operator.get(f"/dumps/{dump.pk}/messages/1/", headers=headers)
    entry = the_entry("read message")
    assert entry.detail == {"dump": str(dump.pk), "message_id": "m-7"}
    assert entry.queue_name == "orders"


def test_taking_a_message_up_to_send_another_like_it(operator: Client, orders: str) -> None:
    dump = stored(message("secret body", "m-7"))
    operator.get(f"{QUEUE}send/?like={dump.pk}:1")
    assert the_entry("read message").detail == {"dump": str(dump.pk), "message_id": "m-7"}


def test_downloading(operator: Client) -> None:
    dump = many(2)
    operator.get(f"/dumps/{dump.pk}/download/?format=csv")
    assert the_entry("download").detail == {"dump": str(dump.pk), "format": "csv", "messages": 2}


@pytest.mark.parametrize(
    ("action", "operation", "path", "typed"),
    [
        ("peek", "ReceiveMessage", f"{QUEUE}peek/", PEEK),
        ("send", "SendMessage", f"{QUEUE}send/", {"body": "hello"} | ROWS),
        ("delete queue", "DeleteQueue", f"{QUEUE}delete/", {"name": "orders"}),
        (
            "change settings",
            "SetQueueAttributes",
            f"{QUEUE}settings/",
            {"visibility_timeout": 60},
        ),
        (
            "create queue",
            "CreateQueue",
            "/connections/local/new-queue/",
            {"name": "mails", "type": "standard", "visibility_timeout": 45},
        ),
    ],
    ids=["peek", "send", "delete", "settings", "create"],
)
def test_an_act_that_failed_says_why(
    action: str,
    operation: str,
    path: str,
    typed: dict[str, Any],
    operator: Client,
    simulator: Simulator,
    orders: str,
) -> None:
    simulator.faults.add("access_denied", operation)
    operator.post(path, typed)
    assert the_entry(action).result.startswith("failed: The credentials are valid but not allowed")


def test_looking_at_lists_and_forms_is_no_act(operator: Client, orders: str) -> None:
    for path in ("/", "/connections/local/queues/", QUEUE, "/jobs/", "/dumps/"):
        operator.get(path)
    for form in ("peek", "send", "dump", "settings", "delete"):
        operator.get(f"{QUEUE}{form}/")
    assert not AuditEntry.objects.exists()


def test_an_act_that_cannot_be_written_down_is_not_done(
    operator: Client, orders: str, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise Throttled("The audit cannot be written.")

    monkeypatch.setattr(AuditEntry.objects, "create", full)
    operator.post(f"{QUEUE}send/", {"body": "hello"} | ROWS)
    operator.post(f"{QUEUE}delete/", {"name": "orders"})
    assert simulator.messages("orders") == []
    assert simulator.calls["SendMessage"] == simulator.calls["DeleteQueue"] == 0


def test_the_rows_outlive_the_person(operator: Client, mara: User, orders: str) -> None:
    operator.post(f"{QUEUE}settings/", {"visibility_timeout": 60})
    mara.delete()
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.username) == (None, "mara")
