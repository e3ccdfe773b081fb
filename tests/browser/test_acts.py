"""Choosing messages in a list, and the forms that act on them, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.running.dashboard import Dashboard


@pytest.fixture
def letters(operator: Page, dashboard: Dashboard) -> Page:
    """A queue with six messages, peeked into."""
    url = dashboard.sqs.create_queue(QueueName="letters")["QueueUrl"]
    dashboard.sqs.create_queue(QueueName="letters-archive")
    for n in range(6):
        body = f'{{"n": {n}, "status": "{("paid", "open")[n % 2]}"}}'
        dashboard.sqs.send_message(QueueUrl=url, MessageBody=body)
    operator.goto(f"{dashboard.url}/connections/local/queues/letters/")
    operator.get_by_role("button", name="Peek", exact=True).click()
    expect(operator.locator("[data-message]")).to_have_count(6)
    return operator


def test_from_ticking_messages_to_clearing_the_queue(letters: Page, dashboard: Dashboard) -> None:
    tick_with_mouse_and_keys(letters)
    delete_selected(letters)
    letters.goto(f"{dashboard.url}/connections/local/queues/letters/")
    letters.get_by_role("button", name="Peek", exact=True).click()
    expect(letters.locator("[data-message]")).to_have_count(4)
    try_a_filter_and_clear_what_matches(letters)


def tick_with_mouse_and_keys(page: Page) -> None:
    ticks = page.get_by_role("checkbox", name="Select ")
    all_of_them = page.get_by_role("checkbox", name="Select all")
    delete = page.get_by_role("button", name="Delete selected")
    expect(delete).to_be_disabled()
    all_of_them.check()
    expect(delete).to_have_text("Delete selected (6)")
    all_of_them.uncheck()
    expect(delete).to_be_disabled()
    rows = page.locator("[data-message]").get_by_role("checkbox")
    rows.nth(1).click()
    rows.nth(3).click(modifiers=["Shift"])
    expect(delete).to_have_text("Delete selected (3)")
    # X ticks the one that is open, which is the first.
    page.locator("body").press("x")
    expect(rows.nth(0)).to_be_checked()
    expect(delete).to_have_text("Delete selected (4)")
    page.locator("body").press("j")
    expect(page.locator("[data-message]").nth(1)).to_have_attribute("aria-current", "true")
    page.locator("body").press("x")
    expect(rows.nth(1)).not_to_be_checked()
    rows.nth(3).press("Space")
    expect(delete).to_have_text("Delete selected (2)")
    assert ticks.count() == 7  # with the one for all


def delete_selected(page: Page) -> None:
    page.get_by_role("button", name="Delete selected").click()
    form = page.get_by_role("dialog", name="Delete 2 messages of letters")
    expect(form.get_by_role("link", name="Cancel")).to_be_focused()
    form.get_by_role("button", name="Delete selected (2)").click()
    page.wait_for_url("**/jobs/*/")
    expect(page.locator("main")).to_contain_text("Done", timeout=60_000)


def try_a_filter_and_clear_what_matches(page: Page) -> None:
    page.get_by_role("link", name="Clear", exact=True).click()
    form = page.get_by_role("dialog", name="Clear letters")
    expect(form.get_by_role("link", name="Cancel")).to_be_focused()
    expect(form.get_by_role("button", name="Clear", exact=True)).to_be_visible()
    form.get_by_text("Only messages that match a filter").click()
    form.get_by_label("JMESPath").fill("body.status = 'paid'")
    form.get_by_role("button", name="Try the filter").click()
    expect(form.locator("mark")).to_have_text("=")
    form.get_by_label("JMESPath").fill("body.n >= `0`")
    form.get_by_role("button", name="Try the filter").click()
    expect(form.get_by_role("region", name="Dry run")).to_contain_text("4 of 4 match")
    form.get_by_label("Type the queue's name").fill("letter")
    form.get_by_label("Type the queue's name").press("Enter")
    expect(form).to_contain_text("That is not this queue's name, letters.")
    form.get_by_label("Type the queue's name").fill("letters")
    form.get_by_role("button", name="Clear what matches").click()
    page.wait_for_url("**/jobs/*/")
    expect(page.get_by_role("heading", name="Clear of letters")).to_be_visible()
