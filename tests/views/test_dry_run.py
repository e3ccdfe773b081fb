"""Trying a filter over what is stored, before anything is done to a queue."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from queues.models import AuditEntry, Dump, Job
from queues.views import trial
from simulator import Simulator
from tests.views.conftest import QUEUE
from tests.views.page import Page, page
from tests.views.store import message, stored

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

TRY = f"{QUEUE}try-filter/"


@pytest.fixture
def dump() -> Dump:
    """Seven that are paid, two that are open, one whose body is no JSON."""
    paid = [message('{"status": "paid"}', f"paid-{n}") for n in range(7)]
    rest = [message('{"status": "open"}', f"open-{n}") for n in range(2)]
    return stored(*paid, *rest, message("<xml/>", "odd"))


def tried(operator: Client, **given: str) -> Page:
    return page(operator.get(TRY, given, headers={"HX-Request": "true"}))


@pytest.mark.parametrize("act", ["clear", "move", "redrive"])
def test_every_form_with_a_filter_lets_one_try_it(
    act: str, operator: Client, orders: str, dump: Dump
) -> None:
    form = page(operator.get(f"{QUEUE}{act}/"))
    button = next(each for each in form.all("button") if each.has("hx-get", TRY))
    assert button.text == "Try the filter"
    assert button.attributes["type"] == "button"
    assert "the newest dump: 10 messages, 0 minutes old" in " ".join(
        form.all("option")[0].raw.split()
    )


def test_it_says_how_many_match_which_and_what_cannot_be_judged_and_why(
    operator: Client, orders: str, dump: Dump, simulator: Simulator
) -> None:
    calls = simulator.calls.total()
    found = tried(operator, expression="body.status == 'paid'")
    assert not found.all("html")
    assert "7 of 10 match body.status == 'paid'; 1 cannot be judged." in found.text
    assert "Tried over the dump of" in found.text
    assert "0 s ago" in found.text
    assert "1× the body is not JSON" in found.text
    shown = [link for link in found.links if not link.startswith("open")]
    assert shown == [*(f"paid-{n}" for n in range(5)), "odd"]  # five of each
    assert found.links["odd"] == f"/dumps/{dump.pk}/messages/10/"
    assert simulator.calls.total() == calls  # the queue was not touched
    entry = AuditEntry.objects.get(action="try filter")
    assert entry.result == "7 of 10 match"


def test_a_bad_expression_is_shown_where_it_is_bad(
    operator: Client, orders: str, dump: Dump
) -> None:
    found = tried(operator, expression="body.status = 'paid'")
    assert "Did you mean “==”?" in found.complaints
    assert found.the("mark").raw == "="
    assert found.the("pre").raw == "body.status = 'paid'"


def test_without_a_filter_there_is_nothing_to_try(
    operator: Client, orders: str, dump: Dump
) -> None:
    assert "There is no filter yet" in tried(operator).text


def test_without_anything_stored_a_peek_is_offered(
    operator: Client, orders: str, simulator: Simulator
) -> None:
    form = page(operator.get(f"{QUEUE}clear/"))
    assert form.links["Peek"] == f"{QUEUE}peek/"
    assert "Try the filter" not in [button.text for button in form.all("button")]
    assert "Peek or dump first" in tried(operator, text="x").text
    assert simulator.calls["ReceiveMessage"] == 0


def test_the_newest_dump_and_ones_own_newest_peek_can_be_chosen(
    operator: Client, noor: Client, orders: str, dump: Dump
) -> None:
    older = timezone.now() - timedelta(hours=2)
    stored(message("old"), created_at=older)
    peek = stored(message("paid"), message("x", "m-2"), kind="peek")
    stored(message("hers"), kind="peek", created_by="noor")
    stored(message("gone"), kind="backup")
    form = page(operator.get(f"{QUEUE}clear/"))
    values = [option.attributes["value"] for option in form.all("option")]
    assert values == [str(dump.pk), str(peek.pk)]
    assert "1 of 2 matches" in tried(operator, text="paid", over=str(peek.pk)).text
    # Of a peek nobody else is told, whatever they ask for.
    theirs = page(noor.get(TRY, {"text": "paid", "over": str(peek.pk)}))
    assert "7 of 10 match" in theirs.text


def test_a_dump_that_is_being_made_or_has_expired_is_not_tried(
    operator: Client, orders: str
) -> None:
    stored(message("x"), finished_at=None)
    stored(message("x"), expires_at=timezone.now() - timedelta(seconds=1))
    assert "Peek or dump first" in tried(operator, text="x").text


def test_of_a_large_dump_it_says_how_much_was_looked_at(
    operator: Client, orders: str, dump: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "MOST", 4)
    assert "4 of 4 match" in tried(operator, text="paid").text
    assert "the first 4 of its 10 messages" in tried(operator, text="paid").text


def test_a_trial_that_takes_too_long_ends_with_what_it_has(
    operator: Client, orders: str, dump: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "SECONDS", -1.0)
    assert "the first 1 of its 10 messages" in tried(operator, text="paid").text


def test_without_scripts_the_form_comes_back_with_the_answer_and_all_that_was_typed(
    operator: Client, orders: str, dump: Dump, bells: list[str]
) -> None:
    sent = {"text": "paid", "minutes": "7", "name": "orders", "over": str(dump.pk), "try": "on"}
    form = page(operator.post(f"{QUEUE}clear/", sent))
    assert "7 of 10 match" in form.text
    assert not form.complaints
    assert (form.fields["text"], form.fields["minutes"]) == ("paid", "7")
    assert form.all("button", class_="danger")[-1].text == "Clear what matches"
    assert not Job.objects.exists()
    assert bells == []


def test_it_is_a_page_of_its_own_as_well(operator: Client, orders: str, dump: Dump) -> None:
    shown = page(operator.get(TRY, {"text": "open"}))
    assert "2 of 10 match" in shown.text
    assert shown.fields["text"] == "open"
    assert shown.the("button", class_="pri").text == "Try the filter"


def test_bodies_that_want_to_be_markup_are_text(operator: Client, orders: str) -> None:
    stored(message("<img src=x onerror=alert(1)>paid", "evil"))
    found = tried(operator, text="paid")
    assert not found.all("img")
    assert "<img src=x onerror=alert(1)>paid" in found.text


def test_a_connection_that_is_missing_is_said_so(operator: Client, sqs: SQSClient) -> None:
    page(operator.get("/connections/nowhere/queues/orders/try-filter/"), HTTPStatus.NOT_FOUND)
