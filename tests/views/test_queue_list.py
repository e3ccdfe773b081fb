"""The list of a connection's queues: names, kinds, counts, order, filter, pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from queues.jobs.sample import sample_all
from queues.models import Queue
from simulator import Simulator
from tests.views.page import Page, page

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

LIST = "/connections/local/queues/"


@pytest.fixture
def shop(sqs: SQSClient, counts_settle: None) -> SQSClient:
    """Orders with a dead-letter queue, a FIFO queue, and one with nothing to do with them."""
    dead = sqs.create_queue(QueueName="dead-orders")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = json.dumps({"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 5})
    orders = sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    sqs.create_queue(QueueName="invoices.fifo", Attributes={"FifoQueue": "true"})
    sqs.create_queue(QueueName="mails")
    for body in ("a", "b", "c"):
        sqs.send_message(QueueUrl=orders, MessageBody=body)
    sqs.send_message(QueueUrl=orders, MessageBody="later", DelaySeconds=600)
    sqs.receive_message(QueueUrl=orders, MaxNumberOfMessages=1, WaitTimeSeconds=1)
    sqs.send_message(QueueUrl=dead, MessageBody="dead")
    return sqs


def sampled(operator: Client, query: str = "") -> Page:
    """The list as it is once the sampler has come by."""
    operator.get(LIST)
    sample_all()
    return page(operator.get(LIST + query))


def cells(seen: Page, queue: str) -> list[str]:
    """Available, in flight, delayed."""
    row = seen.html.split(f'data-queue="{queue}"')[1].split("</tr>")[0]
    return [Page("<td" + cell).text.split()[0] for cell in row.split("<td")[2:5]]


def test_before_the_first_answer_the_list_says_that_it_asks(
    operator: Client, shop: SQSClient
) -> None:
    assert "Asking for the queues" in page(operator.get(LIST)).text


def test_an_account_without_queues_is_said_to_have_none(operator: Client, sqs: SQSClient) -> None:
    text = sampled(operator).text
    assert "No queues in us-east-1" in text
    assert "Asking" not in text


def test_every_queue_stands_with_its_counts(operator: Client, shop: SQSClient) -> None:
    seen = sampled(operator)
    assert cells(seen, "orders") == ["2", "1", "1"]
    assert cells(seen, "dead-orders") == ["1", "0", "0"]
    assert cells(seen, "mails") == ["0", "0", "0"]
    assert "counts are approximate" in seen.text


def test_a_queue_nobody_has_asked_yet_shows_no_number(operator: Client, sqs: SQSClient) -> None:
    sampled(operator)
    Queue.objects.create(connection="local", name="brand-new")
    seen = page(operator.get(LIST))
    assert cells(seen, "brand-new") == ["—", "—", "—"]
    assert "never" in seen.row("brand-new")


def test_fifo_and_dead_letter_queues_are_marked(operator: Client, shop: SQSClient) -> None:
    seen = sampled(operator)
    assert "FIFO" in seen.row("invoices.fifo")
    assert "DLQ" in seen.row("dead-orders")
    for mark in ("FIFO", "DLQ"):
        assert mark not in seen.row("orders")


def test_a_dead_letter_queue_stands_beneath_its_source(operator: Client, shop: SQSClient) -> None:
    seen = sampled(operator)
    assert seen.queues == ["invoices.fifo", "mails", "orders", "dead-orders"]
    assert [row.attributes["data-queue"] for row in seen.all("tr", class_="sub")] == ["dead-orders"]


def test_a_dead_letter_queue_whose_source_is_filtered_away_stands_alone(
    operator: Client, shop: SQSClient
) -> None:
    seen = sampled(operator, "?q=dead")
    assert seen.queues == ["dead-orders"]
    assert not seen.all("tr", class_="sub")
    assert "DLQ" in seen.row("dead-orders")


def test_queues_that_are_each_others_dead_letter_queue_are_both_shown(
    operator: Client, sqs: SQSClient
) -> None:
    sampled(operator)
    for name, target in (("a", "b"), ("b", "a"), ("c", "c"), ("d", "gone")):
        Queue.objects.create(connection="local", name=name, dead_letter_target=target)
    assert sorted(page(operator.get(LIST)).queues) == ["a", "b", "c", "d"]


def test_the_totals_are_the_sums_of_what_is_shown(operator: Client, shop: SQSClient) -> None:
    text = sampled(operator).text
    assert "Available 3 approximately" in text
    assert "In flight 1" in text
    assert "Delayed 1" in text
    assert "Dead-lettered 1 in 1 queue" in text


def test_the_filter_finds_a_part_of_a_name_in_any_case(operator: Client, shop: SQSClient) -> None:
    seen = sampled(operator, "?q=ORDER")
    assert seen.queues == ["orders", "dead-orders"]
    assert seen.fields["q"] == "ORDER"


def test_a_filter_that_finds_nothing_says_so_and_leads_back(
    operator: Client, shop: SQSClient
) -> None:
    seen = sampled(operator, "?q=nothing-like-it")
    assert "No queue matches" in seen.text
    assert "4 queues in local" in seen.text
    assert seen.links["Show all"] == LIST


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("standard", ["mails", "orders", "dead-orders"]),
        ("fifo", ["invoices.fifo"]),
        ("dead-letter", ["dead-orders"]),
        ("no-such-kind", ["invoices.fifo", "mails", "orders", "dead-orders"]),
    ],
)
def test_a_kind_shows_its_queues(
    kind: str, names: list[str], operator: Client, shop: SQSClient
) -> None:
    assert sampled(operator, f"?kind={kind}").queues == names


def test_each_kind_says_how_many_queues_it_has_and_keeps_the_filter(
    operator: Client, shop: SQSClient
) -> None:
    links = sampled(operator, "?q=o").links
    assert links["Standard 3"] == "?q=o&kind=standard"
    assert links["FIFO 1"] == "?q=o&kind=fifo"
    assert links["Dead-letter 1"] == "?q=o&kind=dead-letter"


def many(number: int) -> None:
    Queue.objects.bulk_create(
        Queue(connection="local", name=f"queue-{n:03}", observed_at=timezone.now())
        for n in range(number)
    )


def test_more_than_a_hundred_queues_come_page_by_page(operator: Client, sqs: SQSClient) -> None:
    many(250)
    paths, seen = [LIST], []
    while True:
        current = page(operator.get(paths[-1]))
        seen.append(current.queues)
        if "Next" not in current.links:
            break
        paths.append(LIST + current.links["Next"])
    assert [len(names) for names in seen] == [100, 100, 50]
    assert sorted(name for names in seen for name in names) == [f"queue-{n:03}" for n in range(250)]
    assert current.links["Previous"] == "?page=2"
    assert "250 queues" in current.text


@pytest.mark.parametrize("wanted", ["0", "-1", "nonsense", "٣", "9" * 30])
def test_a_page_that_makes_no_sense_is_the_first(
    wanted: str, operator: Client, sqs: SQSClient
) -> None:
    many(101)
    assert len(page(operator.get(LIST, {"page": wanted})).queues) == 100


def test_under_htmx_only_the_list_itself_is_sent(operator: Client, shop: SQSClient) -> None:
    sampled(operator)
    part = page(operator.get(LIST, headers={"HX-Request": "true"}))
    assert part.queues == ["invoices.fifo", "mails", "orders", "dead-orders"]
    assert not part.all("html")


def test_looking_at_the_list_calls_no_operation_of_sqs(
    operator: Client, shop: SQSClient, simulator: Simulator
) -> None:
    sampled(operator)
    before = simulator.calls
    for _ in range(5):
        operator.get(LIST)
    assert simulator.calls == before


def test_a_queue_name_that_looks_like_markup_is_text(operator: Client, sqs: SQSClient) -> None:
    Queue.objects.create(connection="local", name='"><img src=x onerror=alert(1)>')
    seen = page(operator.get(LIST))
    assert seen.queues == ['"><img src=x onerror=alert(1)>']
    assert not seen.all("img", src="x")
