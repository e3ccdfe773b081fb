"""Making a queue."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from queues.models import AuditEntry
from simulator import Simulator
from tests.views.page import Page, page

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

NEW = "/connections/local/new-queue/"


def create(operator: Client, name: str, **fields: Any) -> Any:
    typed = {"name": name, "type": "standard", "visibility_timeout": 30} | fields
    return operator.post(NEW, typed, follow=True)


def refused(operator: Client, name: str, **fields: Any) -> Page:
    return page(create(operator, name, **fields), HTTPStatus.UNPROCESSABLE_ENTITY)


def attributes(sqs: SQSClient, name: str) -> Any:
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def names(sqs: SQSClient) -> list[str]:
    urls = sqs.list_queues().get("QueueUrls", [])
    return [url.rpartition("/")[2] for url in urls]


def test_the_form_says_where_the_queue_will_be(operator: Client, sqs: SQSClient) -> None:
    form = page(operator.get(NEW))
    assert "In local, us-east-1" in form.text
    assert form.fields["visibility_timeout"] == "30"


def test_a_queue_is_made_and_opened(operator: Client, sqs: SQSClient) -> None:
    opened = page(create(operator, "orders", visibility_timeout=45))
    assert "The queue orders was created." in opened.text
    assert "0 available" in opened.text
    assert "visibility timeout 45 s" in opened.text
    assert attributes(sqs, "orders")["VisibilityTimeout"] == "45"
    assert "FifoQueue" not in attributes(sqs, "orders")


def test_a_fifo_queue_gets_its_suffix(operator: Client, sqs: SQSClient) -> None:
    opened = page(create(operator, "invoices", type="fifo"))
    assert "The queue invoices.fifo was created." in opened.text
    assert attributes(sqs, "invoices.fifo")["FifoQueue"] == "true"


def test_a_suffix_that_was_typed_is_not_added_twice(operator: Client, sqs: SQSClient) -> None:
    create(operator, "invoices.fifo", type="fifo")
    assert names(sqs) == ["invoices.fifo"]


def test_a_queue_that_exists_is_opened_unchanged_and_that_is_said(
    operator: Client, sqs: SQSClient
) -> None:
    sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "77"})
    opened = page(create(operator, "orders", visibility_timeout=5))
    assert "The queue orders exists already. It was opened unchanged" in opened.text
    assert "its visibility timeout is 77 s" in opened.text
    assert attributes(sqs, "orders")["VisibilityTimeout"] == "77"
    assert AuditEntry.objects.get().result == "existed; opened unchanged"


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("", "This field is required."),
        ("   ", "This field is required."),
        ("new orders", 'letters, digits, hyphens and underscores only, not " "'),
        ("orders.v2", 'not "."'),
        ("bestellungen-ü", 'not "ü"'),
        ("<script>", 'not "<"'),
        ("a" * 81, "at most 80 characters"),
        ("orders.fifo", "A name that ends in .fifo is a FIFO queue's; choose FIFO."),
    ],
)
def test_a_name_sqs_would_not_take_is_refused_and_stays_in_the_form(
    name: str, complaint: str, operator: Client, sqs: SQSClient
) -> None:
    form = refused(operator, name, visibility_timeout=99)
    assert complaint in form.complaints
    assert form.fields["name"] == name
    assert form.fields["visibility_timeout"] == "99"
    assert names(sqs) == []


@pytest.mark.parametrize("name", [".fifo", "a" * 76])
def test_a_fifo_name_must_have_room_for_its_suffix(
    name: str, operator: Client, sqs: SQSClient
) -> None:
    assert refused(operator, name, type="fifo").complaints
    assert names(sqs) == []


def test_the_longest_names_are_taken(operator: Client, sqs: SQSClient) -> None:
    page(create(operator, "a" * 80))
    page(create(operator, "b" * 75, type="fifo"))
    assert names(sqs) == ["a" * 80, "b" * 75 + ".fifo"]


@pytest.mark.parametrize("timeout", ["-1", "43201", "soon", "", "1.5"])
def test_a_visibility_timeout_outside_of_twelve_hours_is_refused(
    timeout: str, operator: Client, sqs: SQSClient
) -> None:
    form = refused(operator, "orders", visibility_timeout=timeout)
    assert form.complaints
    assert form.fields["visibility_timeout"] == timeout
    assert form.fields["name"] == "orders"


@pytest.mark.parametrize("timeout", ["0", "43200"])
def test_the_shortest_and_the_longest_timeout_are_taken(
    timeout: str, operator: Client, sqs: SQSClient
) -> None:
    page(create(operator, "orders", visibility_timeout=timeout))
    assert attributes(sqs, "orders")["VisibilityTimeout"] == timeout


def test_a_name_deleted_a_moment_ago_is_refused_by_sqs_in_words(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    sqs.delete_queue(QueueUrl=orders)
    form = refused(operator, "orders", visibility_timeout=99)
    assert "was deleted less than 60 seconds ago" in form.complaints
    assert form.fields["name"] == "orders"
    assert form.fields["visibility_timeout"] == "99"


def test_what_the_credentials_may_not_do_is_said_and_the_form_is_kept(
    operator: Client, sqs: SQSClient, simulator: Simulator
) -> None:
    simulator.faults.add("access_denied", "CreateQueue")
    form = refused(operator, "orders")
    assert "not allowed to do this" in form.complaints
    assert form.fields["name"] == "orders"
    assert AuditEntry.objects.get().result.startswith("failed: The credentials are valid")


def test_in_the_dialog_the_form_alone_is_sent_and_success_leads_on(
    operator: Client, sqs: SQSClient
) -> None:
    htmx = {"HX-Request": "true"}
    form = page(operator.get(NEW, headers=htmx))
    assert form.the("h2", id="dialog-title").text == "New queue"
    assert not form.all("html")
    typed = {"name": "", "type": "standard", "visibility_timeout": 30}
    again = page(operator.post(NEW, typed, headers=htmx), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert not again.all("html")
    done = operator.post(NEW, typed | {"name": "orders"}, headers=htmx)
    there = done.headers["HX-Redirect"]
    assert there == "/connections/local/queues/orders/"
    assert "The queue orders was created." in page(operator.get(there)).text
