"""All that a search found, acted on at once: deleted, moved, restored, downloaded."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from queues.models import Dump, Finding, Job
from queues.models.ordinals import as_text, from_text
from tests.views.conftest import QUEUE, Worker
from tests.views.page import Page, page
from tests.views.store import many, message, stored

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

DELETE = f"{QUEUE}delete-selected/"


def orders_of(number: int) -> Dump:
    status = ("paid", "open", "open")
    return stored(
        *(message(json.dumps({"n": n, "status": status[n % 3]}), f"m-{n}") for n in range(number))
    )


def all_found(operator: Client, dump: Dump, **asked: Any) -> dict[str, str]:
    """What the page's bar hands on, once all that matches is selected."""
    shown = page(operator.get(f"/dumps/{dump.pk}/", {**asked, "select": "all"}))
    return {name: shown.fields[name] for name in ("dump", "all", "number")}


def hidden(form: Page) -> dict[str, str]:
    return {name: form.fields[name] for name in ("dump", "all", "number")}


def body_lines(answer: Any) -> list[str]:
    content = b"".join(answer.streaming_content).decode()
    return [json.loads(line)["body"] for line in content.splitlines()]


def test_all_that_match_are_deleted_and_only_they(
    operator: Client, orders: str, bells: list[str]
) -> None:
    dump = orders_of(300)
    chosen = all_found(operator, dump, where="body.status == 'paid'")
    form = page(operator.get(DELETE, chosen))
    assert "Delete 100 messages of orders" in form.text
    assert form.all("button", class_="danger")[-1].text == "Delete selected (100)"
    operator.post(DELETE, hidden(form))
    job = Job.objects.get()
    kept = from_text(job.options["selection"]["ordinals"])
    assert len(kept) == 100
    bodies = {json.loads(record.body)["status"] for record in dump.records(kept)}
    assert bodies == {"paid"}


def test_the_number_that_was_confirmed_is_the_number_that_is_acted_on(
    operator: Client, orders: str, bells: list[str]
) -> None:
    chosen = all_found(operator, orders_of(300), where="body.status == 'paid'")
    said = page(operator.post(DELETE, {**chosen, "number": 99}), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "99 messages were chosen, and there are 100 now" in said.text
    Finding.objects.all().update(finished=False)
    said = page(operator.post(DELETE, chosen), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "What the search found is not known any more" in said.text
    assert not Job.objects.exists()


def test_all_of_a_dump_without_a_filter_can_be_chosen(
    operator: Client, orders: str, sqs: SQSClient, bells: list[str], worker: Worker
) -> None:
    sqs.create_queue(QueueName="archive")
    for n in range(12):
        sqs.send_message(QueueUrl=orders, MessageBody=f"order {n}")
    operator.post(f"{QUEUE}dump/", {"minutes": 5})
    dump = Dump.objects.get(pk=str(worker(bells).dump_id))
    sqs.send_message(QueueUrl=orders, MessageBody="one more")
    chosen = {"dump": str(dump.pk), "all": "", "number": "12"}
    operator.post(f"{QUEUE}move/", {**chosen, "target": "archive"})
    job = worker(bells)
    assert job.state == Job.State.DONE, job.sentence
    assert worker.left("orders") == ["one more"]
    assert len(worker.left("archive")) == 12


def test_what_was_found_is_restored_and_nothing_else(
    operator: Client, orders: str, bells: list[str], worker: Worker
) -> None:
    dump = orders_of(9)
    chosen = all_found_on_one_page(operator, dump, where="body.status == 'paid'")
    path = f"/dumps/{dump.pk}/restore/"
    form = page(operator.get(path, chosen))
    assert "3 messages of 9, as found" in form.text
    answer = operator.post(path, {**hidden_of(form), "target": "orders"})
    while answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:  # it first says what to think of
        answer = operator.post(path, {**hidden_of(page(answer, 422)), "target": "orders"})
    job = worker(bells)
    assert job.state == Job.State.DONE, job.sentence
    assert [json.loads(body)["status"] for body in worker.left("orders")] == ["paid"] * 3


def test_of_many_that_were_found_a_restore_says_the_sum(
    operator: Client, orders: str, sqs: SQSClient
) -> None:
    sqs.set_queue_attributes(QueueUrl=orders, Attributes={"MaximumMessageSize": "1024"})
    bodies = [
        json.dumps({"paid": True, "pad": "x" * (2_000 if n in (2, 1_150) else 0)})
        for n in range(1_200)
    ]
    dump = stored(*(message(body, f"m-{n}") for n, body in enumerate([*bodies, "open"])))
    # A text: under load JMESPath may run out of its time for some.
    chosen = all_found_on_one_page(operator, dump, text="paid")
    path = f"/dumps/{dump.pk}/restore/"
    answer = operator.post(path, {**chosen, "target": "orders"})
    form = page(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert chosen["number"] == "1200"
    assert "1,200 messages" in form.text
    assert "2 messages too large for orders: 3, 1151." in form.text


def all_found_on_one_page(operator: Client, dump: Dump, **asked: str) -> dict[str, str]:
    for _ in range(20):  # each look goes on with what the one before had no time for
        operator.get(f"/dumps/{dump.pk}/", asked)
        finding = Finding.objects.exclude(params_json="[]").get()
        if finding.finished:
            break
    return {"all": finding.key, "number": str(finding.found)}


def hidden_of(form: Page) -> dict[str, str]:
    return {name: form.fields[name] for name in ("all", "number", "told")}


def test_what_was_found_or_ticked_is_downloaded_alone(operator: Client) -> None:
    dump = orders_of(300)
    path = f"/dumps/{dump.pk}/download/"
    chosen = all_found(operator, dump, where="body.status == 'paid'")
    answer = operator.get(path, chosen)
    assert {json.loads(body)["status"] for body in body_lines(answer)} == {"paid"}
    assert "-100-selected.jsonl" in answer.headers["Content-Disposition"]
    assert body_lines(operator.get(path, {"ordinal": [1, 3]})) == [
        record.body for record in dump.records([1, 3])
    ]
    refused = operator.get(path, {**chosen, "number": "7"})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "7 messages were chosen" in refused.content.decode()


def test_all_of_a_dump_is_kept_as_one_range(
    operator: Client, orders: str, bells: list[str], django_assert_max_num_queries: Any
) -> None:
    dump = many(2_000)
    chosen = {"dump": str(dump.pk), "all": "", "number": 2_000}
    with django_assert_max_num_queries(30):
        operator.post(DELETE, chosen)
    assert Job.objects.get().options["selection"]["ordinals"] == "1-2000"
    assert from_text(as_text(range(1, 100_001))) == list(range(1, 100_001))
    assert from_text(as_text([5, 1, 2, 9])) == [1, 2, 5, 9]


def test_if_one_of_the_ticked_messages_is_not_there_nothing_is_done_to_the_others(
    operator: Client, orders: str, bells: list[str]
) -> None:
    dump = orders_of(9)
    ticked: dict[str, Any] = {"dump": str(dump.pk), "ordinal": [1, 99]}
    said = page(operator.post(DELETE, ticked), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "2 messages were chosen, and 1 of them are there" in said.text
    assert not Job.objects.exists()
    refused = operator.get(f"/dumps/{dump.pk}/download/", ticked)
    assert refused.status_code == HTTPStatus.CONFLICT


def test_nothing_ticked_is_not_a_restore_of_all(
    operator: Client, orders: str, bells: list[str]
) -> None:
    dump = orders_of(9)
    path = f"/dumps/{dump.pk}/restore/"
    said = page(operator.get(path, {"dump": str(dump.pk)}), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "tick the messages that are meant" in said.text
    operator.post(path, {"ordinal": [2, 3], "target": "orders", "told": "orders"})
    assert Job.objects.get().options["ordinals"] == "2-3"
