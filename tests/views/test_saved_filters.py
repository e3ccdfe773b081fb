"""Filters that are kept under a name, for everybody who reads the queue; and the form for them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from queues.models import AuditEntry, Dump, SavedFilter
from tests.views.page import page
from tests.views.store import message, stored

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    pytest.mark.usefixtures("connection"),
]

FILTERS = "/connections/local/queues/orders/filters/"


@pytest.fixture
def dump() -> Dump:
    bodies = ('{"status": "paid"}', '{"status": "open"}', "late")
    return stored(*(message(body, f"m-{n}") for n, body in enumerate(bodies, start=1)))


def find(operator: Client, dump: Dump, query: str = "", **given: Any) -> Any:
    return operator.post(f"/dumps/{dump.pk}/find/?{query}", given)


def test_what_is_typed_into_the_form_becomes_the_lists_address(
    operator: Client, dump: Dump
) -> None:
    answer = find(
        operator,
        dump,
        text=" two words ",
        ignore_case="on",
        where=" body.status == 'paid' ",
        attribute_name="tenant",
        attribute_value="a=b",
        group="g 1",
        sent_from="2026-11-23T12:00:00",
        sent_to="2026-11-24T12:00",
        size_from="10",
        received_to="5",
    )
    assert answer["Location"] == (
        f"/dumps/{dump.pk}/?text=+two+words+&case=ignore&where=body.status+%3D%3D+%27paid%27"
        "&attribute=tenant%3Da%3Db&sent_from=2026-11-23T12%3A00%3A00Z"
        "&sent_to=2026-11-24T12%3A00%3A00Z&size_from=10&received_to=5&group=g+1"
    )


def test_what_holds_already_stays_and_ranges_are_replaced(operator: Client, dump: Dump) -> None:
    query = "text=a&size_from=5&by=status"
    form = page(operator.get(f"/dumps/{dump.pk}/find/?{query}"))
    assert form.fields["size_from"] == "5"
    assert form.fields["text"] == ""
    assert "text “a”" in form.text
    answer = find(operator, dump, query, text="b", size_from="", size_to="9")
    assert answer["Location"] == f"/dumps/{dump.pk}/?text=a&text=b&size_to=9&by=status"
    nothing = find(operator, dump)
    assert nothing["Location"] == f"/dumps/{dump.pk}/"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"where": "body.status = 1"}, "One “=” compares nothing"),
        ({"sent_from": "yesterday"}, "Enter a valid date/time"),
        ({"size_from": "9", "size_to": "3"}, "The largest is smaller than the smallest"),
        ({"attribute_name": "=x"}, "Before “=” stands an attribute's name"),
        ({"text": "x" * 1_001}, "longer than 1,000 characters"),
    ],
)
def test_a_filter_that_is_none_is_refused_beside_its_field(
    given: dict[str, str], said: str, operator: Client, dump: Dump
) -> None:
    shown = page(find(operator, dump, **given), 422)
    assert said in shown.text
    assert all(shown.fields.get(name, value) == value for name, value in given.items())


def test_an_expression_is_checked_while_it_is_typed(operator: Client, dump: Dump) -> None:
    def checked(where: str) -> Any:
        return page(operator.get(f"/dumps/{dump.pk}/find/check/", {"where": where}))

    wrong = checked("  body.a = 5")
    assert "One “=” compares nothing" in wrong.text
    assert wrong.the("mark").text == "="
    assert "This can be used." in checked("body.a == `5`").text
    assert checked("  ").text == ""


def test_a_filter_is_saved_applied_replaced_and_forgotten(operator: Client, dump: Dump) -> None:
    given = {"dump": dump.pk, "query": "where=body.status+%3D%3D+%27paid%27&by=status"}
    saved = page(operator.post(FILTERS, {**given, "name": "Paid ones"}, follow=True))
    assert "The filter “Paid ones” was saved." in saved.text
    assert saved.messages == ["m-1"]
    whole = page(operator.get(f"/dumps/{dump.pk}/"))
    assert page(operator.get(whole.links["Paid ones"])).messages == ["m-1"]

    again = {"dump": dump.pk, "query": "text=late", "name": "Paid ones"}
    assert "in place of the one" in page(operator.post(FILTERS, again, follow=True)).text
    other = stored(message("late again", "m-9"))
    shown = page(operator.get(f"/dumps/{other.pk}/"))
    assert page(operator.get(shown.links["Paid ones"])).messages == ["m-9"]

    filter_ = SavedFilter.objects.get()
    forgotten = operator.post(f"{FILTERS}{filter_.pk}/delete/", {"dump": dump.pk}, follow=True)
    assert "The filter “Paid ones” was forgotten." in page(forgotten).text
    assert not SavedFilter.objects.exists()
    assert AuditEntry.objects.filter(action="set up reading").count() == 3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "Empty", "query": ""}, "There is no filter to save"),
        ({"name": " ", "query": "text=a"}, "saved under a name"),
        ({"name": "Bad", "query": "where=%3D"}, "There is no filter to save"),
    ],
)
def test_what_cannot_be_saved_is_said(
    given: dict[str, str], said: str, operator: Client, dump: Dump
) -> None:
    answer = operator.post(FILTERS, {"dump": dump.pk, **given}, follow=True)
    assert said in page(answer).text
    assert not SavedFilter.objects.exists()


def test_a_filter_of_another_queue_is_not_forgotten_here(operator: Client, dump: Dump) -> None:
    other = SavedFilter.objects.create(
        connection="local", queue_name="mails", name="Theirs", params="text=a", created_by="tom"
    )
    answer = operator.post(f"{FILTERS}{other.pk}/delete/", {"dump": dump.pk})
    assert answer.status_code == 404
    assert SavedFilter.objects.exists()
