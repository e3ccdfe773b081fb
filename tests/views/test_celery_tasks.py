"""Celery's tasks on a queue's page, sent by Celery itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from queues.models import Dump
from simulator import Simulator
from tests.corpus.celery_shop import CHARGE, Shop
from tests.views.conftest import QUEUE
from tests.views.page import page
from tests.views.test_peek import peek

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")


def test_somebody_sees_which_task_waits_with_what_and_finds_it(
    operator: Client, simulator: Simulator, sqs: SQSClient, orders: str
) -> None:
    shop = Shop(simulator.endpoint, sqs, queue="orders")
    shop.app.send_task(CHARGE, [17], {"currency": "EUR"}, task_id="task-17", countdown=600)
    shop.app.send_task("orders.tasks.send_receipt", [18], task_id="task-18")
    shop.app.close()
    seen = peek(operator, 2)
    assert {row.text for row in seen.all("a") if row.text.startswith("orders.tasks.")} == {
        CHARGE,
        "orders.tasks.send_receipt",
    }

    dump = Dump.objects.get()
    asked = {"peek": str(dump.pk), "where": "body.kwargs.currency == 'EUR'"}
    found = page(operator.get(QUEUE, asked))
    assert "1 of 2 messages matches" in found.text
    pane = found.the("section", id="message")
    for shown in ("base64", "Celery task", CHARGE, "task-17", "Not before", "Celery queue orders"):
        assert shown in pane.text
    assert '"currency": "EUR"' in found.the("section", id="body").text
    assert "task-18" not in pane.text
