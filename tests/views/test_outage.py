"""SQS is away: what was seen last is shown, with its age, and never as emptiness."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.db.models import F
from django.test import Client

from queues.jobs.sample import sample_all
from queues.models import ConnectionStatus, Queue
from simulator import Simulator
from tests.views.conftest import QUEUE
from tests.views.page import page

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

LIST = "/connections/local/queues/"


def two_hours_pass() -> None:
    """All that was seen so far was seen two hours ago."""
    ago = timedelta(hours=2)
    ConnectionStatus.objects.update(listed_at=F("listed_at") - ago, failed_at=None)
    Queue.objects.update(observed_at=F("observed_at") - ago)


@pytest.fixture
def seen_before(operator: Client, sqs: SQSClient, orders: str, counts_settle: None) -> None:
    """The list was looked at two hours ago, when `orders` had three messages."""
    for body in ("a", "b", "c"):
        sqs.send_message(QueueUrl=orders, MessageBody=body)
    operator.get(LIST)
    sample_all()
    two_hours_pass()


def test_the_list_keeps_its_queues_and_says_how_old_they_are(
    operator: Client, simulator: Simulator, seen_before: None
) -> None:
    simulator.stop()
    sample_all()
    seen = page(operator.get(LIST))
    assert seen.queues == ["orders"]
    assert "The queues of local cannot be listed." in seen.text
    assert "What you see is from 2 h ago" in seen.text
    assert "3" in seen.row("orders")
    assert "2 h ago" in seen.row("orders")
    assert "Live" not in seen.text


def test_a_list_that_was_never_had_is_not_called_empty(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    simulator.stop()
    operator.get(LIST)
    sample_all()
    text = page(operator.get(LIST)).text
    assert "cannot be listed" in text
    assert "They were never listed so far." in text
    assert "Nothing is known yet" in text
    assert "No queues" not in text


def test_the_list_is_live_again_once_sqs_answers(
    operator: Client, simulator: Simulator, seen_before: None
) -> None:
    fault = simulator.faults.add("error_before", "ListQueues", status=503, count=3)
    sample_all()
    assert fault.fired == 3
    assert "cannot be listed" in page(operator.get(LIST)).text
    sample_all()
    seen = page(operator.get(LIST))
    assert "cannot be listed" not in seen.text
    assert "Live" in seen.text


def test_credentials_that_expired_are_said_in_a_sentence(
    operator: Client, simulator: Simulator, seen_before: None
) -> None:
    simulator.faults.add("expired_token")
    sample_all()
    seen = page(operator.get(LIST))
    assert seen.queues == ["orders"]
    assert "temporary credentials have expired" in seen.text


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("error_before", "SQS failed on its side"),
        ("throttled", "asked too often"),
        ("access_denied", "not allowed"),
        ("expired_token", "have expired"),
    ],
)
def test_a_queue_page_shows_what_was_seen_last_and_why_no_more(
    fault: str, said: str, operator: Client, simulator: Simulator, seen_before: None
) -> None:
    simulator.faults.add(fault)
    seen = page(operator.get(QUEUE))
    assert "This queue cannot be asked now." in seen.text
    assert said in seen.text
    assert "The counts are from 2 h ago" in seen.text
    assert "3 available" in seen.text
    assert "Live" not in seen.text


def test_a_queue_page_survives_a_server_that_is_gone(
    operator: Client, simulator: Simulator, seen_before: None
) -> None:
    simulator.stop()
    text = page(operator.get(QUEUE)).text
    assert "This queue cannot be asked now." in text
    assert "3 available" in text


def test_a_queue_never_seen_is_an_outage_and_not_a_missing_queue(
    operator: Client, simulator: Simulator, sqs: SQSClient
) -> None:
    simulator.stop()
    seen = page(operator.get(QUEUE), HTTPStatus.BAD_GATEWAY)
    assert "SQS does not answer" in seen.text
    assert seen.links["Try again"] == QUEUE
    assert seen.links["All queues"] == LIST


@pytest.mark.parametrize("form", ["peek", "dump", "settings", "delete"])
def test_nothing_is_done_to_a_queue_that_cannot_be_asked(
    form: str, operator: Client, simulator: Simulator, seen_before: None
) -> None:
    simulator.stop()
    for answer in (operator.get(f"{QUEUE}{form}/"), operator.post(f"{QUEUE}{form}/")):
        assert "SQS does not answer" in page(answer, HTTPStatus.BAD_GATEWAY).text


def test_a_message_that_cannot_be_sent_now_is_not_lost(
    operator: Client, simulator: Simulator, seen_before: None
) -> None:
    simulator.stop()
    typed = {"body": "typed with care", "attributes-TOTAL_FORMS": 0, "attributes-INITIAL_FORMS": 0}
    seen = page(operator.post(f"{QUEUE}send/", typed), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "SQS cannot be reached." in seen.text
    assert seen.fields["body"] == "typed with care"


def test_a_queue_that_does_not_exist_is_said_and_forgotten(
    operator: Client, sqs: SQSClient, orders: str, seen_before: None
) -> None:
    sqs.delete_queue(QueueUrl=orders)
    seen = page(operator.get(QUEUE), HTTPStatus.NOT_FOUND)
    assert "There is no such queue" in seen.text
    assert 'Queue "orders" does not exist' in seen.text
    assert not page(operator.get(LIST)).queues


@pytest.mark.parametrize("name", ["no such queue", "a" * 90, "ümlaut", "<script>", "a.b"])
def test_a_name_no_queue_can_have_gets_a_sentence(
    name: str, operator: Client, sqs: SQSClient
) -> None:
    answer = operator.get(f"/connections/local/queues/{name}/")
    assert answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.BAD_GATEWAY)
    assert "script" not in page(answer, answer.status_code).text or "<script>" in name
