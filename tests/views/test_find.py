"""Looking for messages in a stored dump: what is found, how far the looking is, what it counts."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from queues.finding import working
from queues.models import AuditEntry, Dump, Finding, Job
from queues.views import browse, find
from tests.views.page import Page, page
from tests.views.store import job_of, message, stored

pytestmark = pytest.mark.django_db(databases="__all__")

HOUR = 3_600_000
NOON = 1_795_435_200_000


def order(n: int, status: Any = "paid", sent: int = NOON, **attributes: str) -> Any:
    facts = {"SentTimestamp": str(sent), "ApproximateReceiveCount": "1"} | attributes
    return message(json.dumps({"order": {"n": n}, "status": status}), f"m-{n}", facts)


def orders(*statuses: Any) -> Dump:
    return stored(*(order(n, status) for n, status in enumerate(statuses, start=1)))


def seen(operator: Client, dump: Dump, **asked: Any) -> Page:
    return page(operator.get(f"/dumps/{dump.pk}/", asked))


def sought() -> Finding:
    """The search that has a filter; the other one is for the bars behind."""
    return Finding.objects.exclude(params_json="[]").get()


def polls(shown: Page) -> bool:
    return "hx-get" in shown.the("div", id="found").attributes


def many(number: int) -> Dump:
    return stored(*(order(n, "even" if n % 2 == 0 else "odd") for n in range(1, number + 1)))


@pytest.fixture
def step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page looks at five hundred messages, and those that ask again at not many more."""
    monkeypatch.setattr(browse, "SECONDS", 0)
    monkeypatch.setattr(find, "SECONDS", 0.1)
    monkeypatch.setattr(working, "STEP", dict.fromkeys(working.STEP, 500))


def test_a_text_leaves_only_the_messages_it_stands_in_and_says_how_many(operator: Client) -> None:
    dump = orders("paid", "open", "paid")
    shown = seen(operator, dump, text="paid")
    assert shown.messages == ["m-1", "m-3"]
    assert "2 of 3 messages match" in shown.text
    assert "1–2 of 2" in shown.text
    assert [mark.text for mark in shown.all("mark")] == ["paid", "paid"]
    assert not polls(shown)


def test_each_filter_is_a_chip_that_can_be_taken_away_alone(operator: Client) -> None:
    dump = orders("paid", "open", "paid")
    shown = seen(operator, dump, text="paid", where="body.order.n > `1`", by="status")
    assert shown.messages == ["m-3"]
    chips = [chip.text for chip in shown.all("li", class_="tok")]
    assert chips == ["text “paid”", "body.order.n > `1`"]
    removers = [link for link in shown.all("a") if "aria-label" in link.attributes]
    without_text = next(
        link.attributes["href"]
        for link in removers
        if link.attributes["aria-label"] == "Remove filter: text “paid”"
    )
    left = page(operator.get(without_text))
    assert left.messages == ["m-2", "m-3"]
    assert left.fields["by"] == "status"
    assert page(operator.get(shown.links["Clear all"])).messages == ["m-1", "m-2", "m-3"]


def test_what_stands_in_a_wrapper_is_found_and_shown_where_it_stands(operator: Client) -> None:
    inner = base64.b64encode(b'{"note": "the carrier timed out, again and again"}').decode()
    dump = stored(message(inner, "m-1"), message("another carrier", "m-2"))
    shown = seen(operator, dump, text="timed out")
    assert shown.messages == ["m-1"]
    row = shown.the("li", data_message="m-1")
    assert "base64 › JSON" in row.text
    assert '"the carrier timed out, again and again"' in row.text.replace(" timed", " timed")


def test_the_search_box_adds_to_what_holds_already(operator: Client) -> None:
    shown = seen(operator, orders("paid", "open"), text="paid", by="status")
    box = next(form for form in shown.all("form") if form.has("role", "search"))
    assert box.attributes["method"] == "get"
    kept = [(i.attributes.get("name"), i.attributes.get("value")) for i in shown.all("input")]
    assert ("text", "paid") in kept
    assert ("by", "status") in kept


def test_looking_goes_on_with_each_request_until_all_was_looked_at(
    operator: Client, step_by_step: None
) -> None:
    dump = many(1_500)
    first = seen(operator, dump, text="even")
    looked_at = sought().looked_at
    assert 0 < looked_at < 1_500
    assert f"found · {looked_at:,} of 1,500 looked at" in first.text
    assert len(first.messages) == 100
    assert "so far" in first.text
    assert polls(first)
    again = first.the("div", id="found").attributes["hx-get"]
    for _ in range(20):
        shown = page(operator.get(again, headers={"HX-Request": "true"}))
        if not polls(shown):
            break
    assert not polls(shown)
    assert "750 of 1,500 messages match" in shown.text
    assert shown.messages == first.messages


def test_a_stopped_search_is_not_gone_on_with_until_one_says_so(
    operator: Client, step_by_step: None
) -> None:
    first = seen(operator, many(1_500), text="even")
    stopped = page(operator.get(first.links["Stop"]))
    looked_at = sought().looked_at
    stopped = page(operator.get(first.links["Stop"]))
    assert sought().looked_at == looked_at
    assert "Stopped" in stopped.text
    assert not polls(stopped)
    going = page(operator.get(stopped.links["Continue"]))
    assert "Stopped" not in going.text
    assert sought().looked_at > looked_at


def test_without_scripts_one_looks_further_by_hand(operator: Client, step_by_step: None) -> None:
    first = seen(operator, many(1_500), text="even")
    assert "750 of 1,500 messages match" in page(operator.get(first.links["Look further"])).text


def test_what_was_found_comes_page_by_page(operator: Client) -> None:
    dump = many(500)
    path = f"/dumps/{dump.pk}/?text=even"
    ids: list[list[str]] = []
    while path and len(ids) < 9:
        shown = page(operator.get(path))
        ids.append(shown.messages)
        path = shown.links.get("Next", "")
    assert [len(some) for some in ids] == [100, 100, 50]
    assert [each for some in ids for each in some] == [f"m-{n}" for n in range(2, 501, 2)]
    assert "201–250 of 250" in shown.text
    assert shown.links["Previous"] == f"/dumps/{dump.pk}/?text=even&after=100"


def test_what_cannot_be_judged_is_counted_with_its_reasons_and_never_shown(
    operator: Client,
) -> None:
    dump = stored(order(1, "paid"), message("no json", "m-2"), order(3, "open"))
    shown = seen(operator, dump, where="body.status != 'paid'")
    assert shown.messages == ["m-3"]
    assert "1 cannot be judged · the body is not JSON" in shown.text
    assert "1× the body is not JSON" in shown.text


def test_where_nothing_matches_that_is_said(operator: Client) -> None:
    shown = seen(operator, orders("paid", "open"), text="refunded")
    assert "No message matches" in shown.text
    assert "2 messages were looked at." in shown.text
    assert page(operator.get(shown.links["Show all"])).messages == ["m-1", "m-2"]


def test_an_address_with_a_bad_filter_shows_nothing_and_says_where_it_is_bad(
    operator: Client,
) -> None:
    shown = seen(operator, orders("paid"), where="body.status = 'paid'")
    assert "This filter cannot be used" in shown.text
    assert "One “=” compares nothing" in shown.text
    assert shown.the("mark").text == "="
    assert shown.messages == []


def test_bars_of_a_moment_are_told_apart(operator: Client) -> None:
    dump = stored(order(1, sent=NOON), order(2, sent=NOON + 900), order(3, sent=NOON + 1_900))
    shown = seen(operator, dump)
    labels = [each.text for each in shown.all("span") if re.match(r"12:00:0\d", each.text)]
    assert labels[:2] == ["12:00:00.000", "12:00:00.500"]
    assert len(set(labels)) == len(labels) == 5


def test_bars_show_when_messages_were_sent_and_lead_to_them(operator: Client) -> None:
    dump = stored(*(order(n, sent=NOON + (n % 3) * HOUR) for n in range(1, 10)))
    shown = seen(operator, dump)
    filled = [row.text for row in shown.all("tr") if "–" in row.text]
    assert len(filled) == 3
    link = next(link for link in shown.all("a") if link.text.startswith("23 Nov 1"))
    found = page(operator.get(link.attributes["href"]))
    assert len(found.messages) == 3
    assert "3 of 9 messages match" in found.text


@pytest.mark.parametrize(
    "value", ["it's `odd`", 'a "quote" \\', 5, "5", 12345678901234567890, True, None, 1.5, "\u202e"]
)
def test_values_are_counted_and_a_click_finds_just_those(value: Any, operator: Client) -> None:
    dump = orders("other", value, value, "other", "other", ["a", "list"])
    shown = seen(operator, dump, by="status")
    counted = shown.the("section", aria_label="Values of status")
    assert "3 × other" in counted.text
    assert "2 ×" in counted.text
    assert "1 × an object or a list" in counted.text
    rows = [row for row in shown.all("li") if row.text.startswith("2 ×")]
    address = next(
        link.attributes["href"]
        for link in shown.all("a")
        if link.text and rows[0].text.endswith(link.text)
    )
    found = page(operator.get(address))
    assert found.messages == ["m-2", "m-3"]
    assert "2 of 6 messages match" in found.text


def test_a_number_and_a_text_of_the_same_digits_are_two_values(operator: Client) -> None:
    shown = seen(operator, orders(5, "5", "5"), by="status")
    values = shown.the("section", aria_label="Values of status").text
    assert '2 × "5"' in values
    assert "1 × 5" in values


def test_a_path_that_is_none_is_explained_and_the_list_is_there(operator: Client) -> None:
    shown = seen(operator, orders("paid"), by="status..x")
    assert "Here a name is expected" in shown.text
    assert shown.messages == ["m-1"]


def test_all_that_match_can_be_chosen_and_their_number_stands_in_the_buttons(
    operator: Client,
) -> None:
    dump = many(500)
    shown = seen(operator, dump, text="even")
    chosen = page(operator.get(shown.links["Select all 250 that match"]))
    assert "All 250 that match are selected" in chosen.text
    assert chosen.fields["number"] == "250"
    assert chosen.fields["all"] == sought().key
    assert "Delete selected (250)" in [button.text for button in chosen.all("button")]
    ticks = chosen.all("input", name="ordinal")
    assert len(ticks) == 100
    assert all("disabled" in tick.attributes for tick in ticks)
    whole = page(operator.get(f"/dumps/{dump.pk}/?select=all"))
    assert (whole.fields["all"], whole.fields["number"]) == ("", "500")


def test_what_is_chosen_is_downloaded_in_a_format_and_nothing_chosen_is_not_all(
    operator: Client,
) -> None:
    dump = orders("paid", "open", "paid")
    shown = seen(operator, dump, text="paid")
    formats = shown.all("button", name="format")
    assert [each.attributes["value"] for each in formats] == ["jsonl", "text", "csv"]
    address = formats[1].attributes["formaction"]
    ticked = operator.get(address, {"dump": str(dump.pk), "ordinal": "3", "format": "text"})
    assert ticked.getvalue().strip() == b'{"order": {"n": 3}, "status": "paid"}'
    nothing = operator.get(address, {"dump": str(dump.pk), "format": "text"})
    assert nothing.status_code == 409
    assert b"None of the messages chosen" in nothing.content


def test_not_all_can_be_chosen_while_their_number_is_not_known(
    operator: Client, step_by_step: None
) -> None:
    shown = seen(operator, many(1_500), text="even", select="all")
    assert "number" not in shown.fields
    assert not any(link.startswith("Select all") for link in shown.links)


def test_a_dump_that_still_grows_brings_what_was_found_with_its_head(operator: Client) -> None:
    dump = orders("paid", "open")
    job_of(dump, state=Job.State.RUNNING)
    Dump.objects.filter(pk=dump.pk).update(finished_at=None)
    asked = f"/dumps/{dump.pk}/?text=paid"
    assert not polls(page(operator.get(asked)))
    live = page(operator.get(asked, headers={"HX-Request": "true"}))
    head = live.the("header", id="dump-head")
    assert head.attributes["hx-get"] == asked + "&"
    assert "hx-swap-oob" in live.the("div", id="found").attributes
    assert live.messages == ["m-1"]
    dump.message_count = 2
    dump.add([order(3, "paid")], timezone.now())
    again = page(operator.get(asked, headers={"HX-Request": "true"}))
    assert again.messages == ["m-1", "m-3"]


def test_what_was_stopped_or_chosen_stays_so_while_the_page_asks_again(
    operator: Client, step_by_step: None
) -> None:
    dump = many(1_500)
    chosen = seen(operator, dump, select="all")
    again = chosen.the("div", id="found").attributes["hx-get"]
    asked = page(operator.get(again, headers={"HX-Request": "true"}))
    assert asked.fields["number"] == "1500"
    job_of(dump, state=Job.State.RUNNING)
    Dump.objects.filter(pk=dump.pk).update(finished_at=None)
    stopped = seen(operator, dump, text="even", stop="on")
    again = stopped.the("header", id="dump-head").attributes["hx-get"]
    page(operator.get(again, headers={"HX-Request": "true"}))
    assert sought().looked_at == 0


def test_a_peek_is_searched_on_its_queues_page_and_only_by_who_peeked(
    operator: Client, connection: Any, sqs: Any
) -> None:
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    peek = orders("paid", "open")
    Dump.objects.filter(pk=peek.pk).update(kind=Dump.Kind.PEEK)
    shown = page(operator.get(f"/connections/local/queues/orders/?peek={peek.pk}&text=open"))
    assert shown.messages == ["m-2"]
    assert shown.links["Clear all"] == f"/connections/local/queues/orders/?peek={peek.pk}&"
    other = Client()
    other.force_login(User.objects.create_user("tom"))
    for part in ("found/", "find/", "find/check/"):
        assert other.get(f"/dumps/{peek.pk}/{part}").status_code == 403


def test_what_was_asked_for_stands_in_the_audit(operator: Client) -> None:
    seen(operator, orders("paid"), text="paid")
    assert AuditEntry.objects.get(action="read dump").detail["asked"] == "text=paid"
