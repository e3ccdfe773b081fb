"""Starting a dump."""

from __future__ import annotations

import errno
import json
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client

from queues.models import AuditEntry, Dump, Job
from queues.tasks import run_job
from simulator import Simulator
from sqsdash import broker
from tests.views.conftest import QUEUE
from tests.views.page import page

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

START = f"{QUEUE}dump/"


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The jobs that were rung for, while no worker listens."""
    rung: list[str] = []

    def note(args: list[str], **_: object) -> None:
        rung.extend(args)

    monkeypatch.setattr(run_job, "apply_async", note)
    return rung


def test_the_form_says_what_a_dump_does_to_the_queue(operator: Client, orders: str) -> None:
    form = page(operator.get(START))
    assert "hidden from consumers" in form.text
    assert "each receive count rises by one" in form.text
    assert form.fields["minutes"] == "30"
    assert form.fields["max_messages"] == ""


def test_a_dump_that_may_move_messages_away_asks_first(
    operator: Client, sqs: SQSClient, bells: list[str]
) -> None:
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = json.dumps({"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 3})
    sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": policy})
    asked = page(operator.post(START, {"minutes": 7}), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "Messages of orders may be moved to dead by this dump." in asked.text
    assert not Job.objects.exists()
    operator.post(START, asked.fields)
    assert Job.objects.get().options == {"max_seconds": 420}
    assert len(bells) == 1


def test_a_dump_is_asked_for_rung_for_and_watched(
    operator: Client, mara: User, orders: str, bells: list[str], simulator: Simulator
) -> None:
    answer = operator.post(START, {"minutes": 7, "max_messages": 500}, follow=True)
    dump, job = Dump.objects.get(), Job.objects.get()
    assert answer.redirect_chain == [(f"/dumps/{dump.pk}/", HTTPStatus.FOUND)]
    assert bells == [str(job.pk)]
    assert job.options == {"max_seconds": 420, "max_messages": 500}
    assert (job.dump_id, job.requested_by) == (dump.pk, mara)
    text = page(answer).text
    assert "Waiting for a worker" in text
    assert "Download" not in text
    assert simulator.calls["ReceiveMessage"] == 0


@pytest.mark.parametrize(
    "typed",
    [
        {"minutes": ""},
        {"minutes": "0"},
        {"minutes": "691"},
        {"minutes": "30", "max_messages": "0"},
        {"minutes": "30", "max_messages": "many"},
    ],
)
def test_what_makes_no_sense_starts_nothing_and_stays_to_be_corrected(
    typed: dict[str, str], operator: Client, orders: str, bells: list[str]
) -> None:
    form = page(operator.post(START, typed), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert form.complaints
    assert typed.items() <= form.fields.items()
    assert not Job.objects.exists()
    assert not Dump.objects.exists()
    assert bells == []


def test_a_broker_that_is_down_costs_a_delay_and_no_error(
    operator: Client,
    orders: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def no_space_left(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(broker.Channel, "_put", no_space_left)
    text = page(operator.post(START, {"minutes": 1}, follow=True)).text
    assert "Waiting for a worker" in text
    assert "the job is kept and runs when they are back" in text
    assert "the broker does not answer" in caplog.text
    assert Job.objects.get().state == Job.State.QUEUED


def test_two_dumps_of_a_queue_are_two_dumps(
    operator: Client, orders: str, bells: list[str]
) -> None:
    for _ in range(2):
        operator.post(START, {"minutes": 1})
    assert len(set(bells)) == Dump.objects.count() == 2
    assert AuditEntry.objects.filter(action="dump").count() == 2


def test_a_dump_that_waits_stands_in_the_sidebar_of_every_page(
    operator: Client, orders: str, bells: list[str]
) -> None:
    operator.post(START, {"minutes": 1})
    seen = page(operator.get(QUEUE))
    assert seen.links["Dump of orders"] == f"/jobs/{Job.objects.get().pk}/"
    part = page(operator.get("/jobs/running/", headers={"HX-Request": "true"}))
    assert "Dump of orders" in part.text
    assert not part.all("html")


def test_a_queue_that_is_missing_starts_nothing(operator: Client, sqs: SQSClient) -> None:
    page(operator.post("/connections/local/queues/gone/dump/", {"minutes": 1}), 404)
    assert not Job.objects.exists()


def test_a_dump_that_is_gone_is_said_to_be_missing(operator: Client) -> None:
    page(operator.get(f"/dumps/{uuid.uuid4()}/"), HTTPStatus.NOT_FOUND)


def test_a_dump_says_before_it_is_started_which_job_it_will_wait_for(
    operator: Client, orders: str, bells: list[str]
) -> None:
    assert "is not over yet" not in page(operator.get(START)).text
    operator.post(START, {"minutes": 1})
    assert "Dump of orders is not over yet." in page(operator.get(START)).text
