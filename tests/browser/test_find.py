"""Looking for messages in a browser, with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.test_pages import DESK, look_at
from tests.running.dashboard import Dashboard

CODES = ["CARRIER_TIMEOUT", "ADDRESS", "it's `odd`"]


@pytest.fixture
def parcels(operator: Page, dashboard: Dashboard) -> Page:
    """A queue with a dozen messages, peeked into."""
    url = dashboard.sqs.create_queue(QueueName="parcels")["QueueUrl"]
    for n in range(12):
        body = f'{{"parcel": {n}, "error": {{"code": "{CODES[n % 3]}"}}}}'
        dashboard.sqs.send_message(QueueUrl=url, MessageBody=body)
    visitor = dashboard.sign_in()
    fields = {"messages": 100, "wait": 1, "visibility_timeout": 30}
    peek = visitor.submit("/connections/local/queues/parcels/peek/", **fields).path
    operator.goto(dashboard.url + peek)
    return operator


def press(what: Locator) -> None:
    what.focus()
    what.press("Enter")


def test_searching_counting_and_saving_without_a_mouse(parcels: Page) -> None:
    rows = parcels.locator("[data-message]")
    expect(rows).to_have_count(12)
    search_and_go_through_what_is_found(parcels)
    write_an_expression(parcels)
    count_values_and_follow_one(parcels)
    pick_a_column(parcels)
    name_it_and_come_back(parcels)
    look_at(parcels)
    parcels.set_viewport_size(DESK)
    press(parcels.get_by_role("link", name="Clear all"))
    expect(rows).to_have_count(12)


def search_and_go_through_what_is_found(page: Page) -> None:
    rows = page.locator("[data-message]")
    page.locator("body").press("/")
    expect(page.get_by_label("Search messages")).to_be_focused()
    page.keyboard.type("CARRIER")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(4)
    expect(page.get_by_text("4 of 12 messages match")).to_be_visible()
    expect(rows.first.locator("mark")).to_have_text("CARRIER")
    page.locator("body").press("j")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile(r"text=CARRIER&message=\d+$"))
    page.locator("body").press("x")
    expect(page.get_by_role("button", name="Delete selected")).to_have_text("Delete selected (1)")
    press(page.get_by_role("link", name="Remove filter: text “CARRIER”"))
    expect(rows).to_have_count(12)


def write_an_expression(page: Page) -> None:
    press(page.get_by_role("link", name="Filters"))
    form = page.get_by_role("dialog", name="Filters")
    form.get_by_label("JMESPath").fill("body.parcel = `4`")
    expect(form.locator("mark")).to_have_text("=")
    form.get_by_label("JMESPath").fill("body.parcel >= `4`")
    expect(form.get_by_text("This can be used.")).to_be_visible()
    form.get_by_label("Size from").fill("9")
    form.get_by_label("Size up to").fill("3")
    form.get_by_label("Size up to").press("Enter")
    expect(form).to_contain_text("The largest is smaller than the smallest.")
    expect(form.get_by_label("JMESPath")).to_have_value("body.parcel >= `4`")
    form.get_by_label("Size from").fill("")
    form.get_by_label("Size up to").fill("900")
    form.get_by_label("JMESPath").press("Enter")
    expect(page.locator("[data-message]")).to_have_count(8)
    expect(page.get_by_role("list", name="Filters that hold")).to_contain_text("body.parcel >= `4`")


def count_values_and_follow_one(page: Page) -> None:
    press(page.locator("summary", has_text="View"))
    expect(page.get_by_label("Count the values of")).to_be_focused()
    page.keyboard.type("error.code")
    page.keyboard.press("Enter")
    values = page.get_by_role("region", name="Values of error.code")
    expect(values.get_by_role("listitem")).to_have_count(3)
    press(values.get_by_role("link", name="it's `odd`"))
    expect(page.locator("[data-message]")).to_have_count(3)
    press(page.get_by_role("link", name="Count no values"))
    expect(values).to_have_count(0)


def pick_a_column(page: Page) -> None:
    press(page.locator("summary", has_text="View"))
    press(page.get_by_role("link", name="Columns"))
    form = page.get_by_role("dialog", name="Columns of parcels")
    form.get_by_role("checkbox", name="error.code").press("Space")
    press(form.get_by_role("button", name="Save"))
    expect(page.locator("[data-message]").first.locator("dd")).to_have_text("it's `odd`")


def name_it_and_come_back(page: Page) -> None:
    press(page.locator("summary", has_text="Saved"))
    expect(page.get_by_label("Save these filters as")).to_be_focused()
    page.keyboard.type("Odd ones")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The filter “Odd ones” was saved.")).to_be_visible()
    press(page.get_by_role("link", name="Clear all"))
    expect(page.locator("[data-message]")).to_have_count(12)
    press(page.locator("summary", has_text="Saved"))
    press(page.get_by_role("link", name="Odd ones", exact=True))
    expect(page.locator("[data-message]")).to_have_count(3)


def test_a_message_asked_for_while_the_list_comes_anew_is_shown(parcels: Page) -> None:
    """The list is asked for each second while it is looked through."""
    asked: list[Route] = []
    parcels.route(re.compile(r"/messages/\d+/"), lambda route: asked.append(route))
    parcels.locator("body").press("j")
    second = parcels.locator("[data-message]").nth(1)
    expect(second).to_have_attribute("aria-current", "true")
    parcels.evaluate(
        "document.body.dispatchEvent(new CustomEvent('htmx:after:swap', "
        "{bubbles: true, detail: {ctx: {target: document.getElementById('found')}}}))"
    )
    [waiting] = asked
    waiting.continue_()
    chosen = str(second.get_attribute("data-message"))
    pane = parcels.get_by_role("region", name="Message", exact=True)
    expect(pane.get_by_role("heading", level=2)).to_have_text(chosen)
    expect(second).to_have_attribute("aria-current", "true")
