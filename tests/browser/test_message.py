"""Reading one message in a browser: by hand, by the keyboard, on a phone, without scripts."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.test_pages import OVERFLOW, PHONE, show
from tests.running.dashboard import Dashboard

NAME = "readings"
ORDER = {
    "order": {"id": "ORD-`1`\\", "total": {"amount": 1, "currency": "EUR"}, "none": {}},
    "note": "two\nlines, <b>a \u202e mark",
    "big": 12345678901234567890,
}
BODIES = [
    json.dumps(ORDER, ensure_ascii=False),
    b64encode(gzip.compress(b'{"packed": [1, 2]}')).decode(),
    "<script>alert(1)</script> is no XML & no JSON",
]


@pytest.fixture(scope="session")
def peeked(dashboard: Dashboard) -> str:
    """The address of a peek at one message of each kind."""
    url = dashboard.sqs.create_queue(QueueName=NAME)["QueueUrl"]
    for body in BODIES:
        dashboard.sqs.send_message(
            QueueUrl=url,
            MessageBody=body,
            MessageAttributes={
                "seal": {"DataType": "Binary", "BinaryValue": bytes(range(256))},
                "long": {"DataType": "String", "StringValue": "lorem " * 200},
            },
        )
    fields = {"messages": 3, "wait": 1, "visibility_timeout": 30}
    path = dashboard.sign_in().submit(f"/connections/local/queues/{NAME}/peek/", **fields).path
    return f"{dashboard.url}{path}"


@pytest.fixture
def reader(operator: Page, peeked: str) -> Page:
    operator.context.grant_permissions(["clipboard-read", "clipboard-write"])
    operator.goto(peeked)
    return operator


def choose(page: Page, text: str) -> None:
    row = page.locator("[data-message]").filter(has_text=text)
    if row.get_attribute("aria-current") is None:
        row.get_by_role("link").click()
    message_id = str(row.get_attribute("data-message"))
    pane = page.get_by_role("region", name="Message", exact=True)
    expect(pane.get_by_role("heading", level=2)).to_have_text(message_id)


def line(page: Page, path: str) -> Locator:
    return page.locator(f"[data-path='{path}']")


def copied(page: Page) -> str:
    """What the last copy put on the clipboard, once it says so."""
    expect(page.locator("[data-said]")).to_have_text(re.compile("^Copied: "))
    text = str(page.evaluate("() => navigator.clipboard.readText()"))
    page.evaluate("() => { document.querySelector('[data-said]').textContent = '' }")
    return text


def test_the_keyboard_goes_from_the_list_into_a_message_and_back(reader: Page) -> None:
    reader.locator("[data-message]").first.get_by_role("link").click()
    press(reader, "m", "j")
    expect(reader.locator("#message .dbody:focus, #message .dbody :focus")).to_have_count(1)
    press(reader, "l")
    expect(reader.locator("[data-message][aria-current] a")).to_be_focused()


def test_a_body_is_folded_and_copied_from_by_the_keyboard_alone(reader: Page) -> None:
    choose(reader, '"order"')
    tree = reader.get_by_role("tree", name="Body, laid out")
    first = tree.get_by_role("treeitem").first
    first.focus()
    press(reader, "ArrowDown", "ArrowDown")
    expect(reader.locator("[data-line-path]")).to_have_text("order.id")
    reader.keyboard.press("c")
    assert copied(reader) == "ORD-`1`\\"
    reader.keyboard.press("p")
    assert copied(reader) == "order.id"
    fits(reader)
    press(reader, "ArrowDown")
    total = tree.get_by_role("treeitem", expanded=True).filter(has_text="total")
    expect(total).to_be_focused()
    reader.keyboard.press("c")
    assert json.loads(copied(reader)) == ORDER["order"]["total"]  # type: ignore[index]
    press(reader, "ArrowLeft")
    expect(tree.get_by_text("currency")).to_be_hidden()
    folded = tree.get_by_role("treeitem", expanded=False)
    expect(folded).to_have_text('"total": { … },')
    press(reader, "ArrowLeft", "c")  # to the order, with what is folded in it
    assert json.loads(copied(reader)) == ORDER["order"]
    press(reader, "End", "ArrowUp", "c")
    assert copied(reader) == "12345678901234567890"
    press(reader, "ArrowUp", "c")
    assert copied(reader) == ORDER["note"]
    press(reader, "[")
    expect(tree.get_by_role("treeitem")).to_have_count(5)
    press(reader, "]", "Home", "c")
    assert json.loads(copied(reader)) == ORDER


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_value_leads_to_the_messages_that_have_it_and_to_a_column(reader: Page) -> None:
    choose(reader, '"order"')
    line(reader, "order.id").click()
    reader.get_by_role("link", name="Filter by this value").click()
    expect(reader.locator("[data-message]")).to_have_count(1)
    expect(reader.locator("[data-message]")).to_contain_text("ORD-")
    line(reader, "order.total.currency").click()
    reader.get_by_role("button", name="Add as column").click()
    expect(reader.locator("[data-message] dl")).to_contain_text("EUR")


def test_the_way_of_showing_stays_and_a_message_is_copied_for_elsewhere(reader: Page) -> None:
    choose(reader, "packed")
    expect(reader.get_by_role("list", name="How the body was read")).to_have_text(
        re.compile(r"base64\s*gzip\s*JSON")
    )
    raw = reader.get_by_role("link", name="Raw", exact=True)
    raw.focus()
    raw.press("Enter")
    expect(reader.locator("#raw")).to_have_text(BODIES[1])
    expect(raw).to_be_focused()
    choose(reader, "no JSON")
    expect(reader.locator("#raw")).to_have_text(BODIES[2])
    for name, word in {
        "AWS CLI command": "aws sqs send-message",
        "boto3 code": "sqs.send_message(",
        "JSON": '"body": "<script>alert(1)</script>',
        "Link to this message": "/messages/",
    }.items():
        menu = reader.get_by_text("Copy as", exact=True)
        menu.press("Enter")
        reader.get_by_role("link", name=name, exact=True).press("Enter")
        assert word in copied(reader)
        expect(menu).to_be_focused()
    reader.get_by_role("link", name="Copy body").click()
    assert copied(reader) == BODIES[2]


def test_on_its_own_page_one_goes_on_by_key_and_asks_for_the_keys(reader: Page) -> None:
    reader.get_by_role("link", name="Open on a page of its own").click()
    reader.wait_for_url("**/messages/*/")
    here = reader.url
    reader.keyboard.press("j" if here.endswith("/1/") else "k")
    reader.wait_for_url(lambda url: url != here)
    reader.keyboard.press("?")
    expect(reader.get_by_role("dialog", name="Keys")).to_be_visible()
    fits(reader)
    reader.keyboard.press("Escape")
    expect(reader.get_by_role("dialog", name="Keys")).to_be_hidden()
    reader.get_by_role("link", name="Hex", exact=True).click()
    expect(reader.get_by_role("region", name="Bytes of the body")).to_be_visible()
    assert "/messages/" in reader.url


def test_who_goes_on_quickly_sees_the_message_one_is_at(reader: Page) -> None:
    """Answers may overtake each other; what is asked last is shown last."""
    ids = [row.get_attribute("data-message") for row in reader.locator("[data-message]").all()]
    pane = reader.get_by_role("region", name="Message", exact=True)
    at = reader.locator("[data-message][aria-current]")
    for keys, place in {"jj": 2, "kkjkj": 1, "jkkj": 1, "jk": 1, "kjjkk": 0}.items():
        press(reader, *keys)
        expect(at).to_have_attribute("data-message", str(ids[place]))
        expect(pane.get_by_role("heading", level=2)).to_have_text(str(ids[place]))
    expect(reader.get_by_text("sqsdash cannot refresh this page")).to_be_hidden()


def test_what_is_not_there_any_more_is_not_said_to_be_copied(reader: Page) -> None:
    choose(reader, "packed")
    reader.route("**/as/json/", lambda route: route.fulfill(status=404, body="gone"))
    reader.get_by_text("Copy as", exact=True).click()
    reader.get_by_role("link", name="JSON", exact=True).click()
    expect(reader.locator("[data-said]")).to_contain_text("Not copied: the server answered 404.")


def test_on_a_phone_it_is_a_page_that_fits_and_everybody_can_use(reader: Page) -> None:
    reader.set_viewport_size(PHONE)
    show(reader, "dark")
    reader.locator("[data-message]").filter(has_text='"order"').get_by_role("link").click()
    expect(reader.locator("[data-message]").first).to_be_hidden()
    line(reader, "order.id").click()
    for menu in ("Read as", "Copy as"):
        reader.get_by_text(menu, exact=True).click()
        fits(reader)
    for value in reader.locator("details.long").all():
        value.locator("summary").click()
    fits(reader)
    reader.get_by_role("link", name="Hex", exact=True).click()
    expect(reader.get_by_role("region", name="Bytes of the body")).to_be_visible()
    reader.locator("details.long").first.locator("summary").click()
    fits(reader)
    reader.get_by_role("link", name="Back to the list").click()
    expect(reader.locator("[data-message]").first).to_be_visible()


def fits(page: Page) -> None:
    assert page.evaluate(OVERFLOW) == 0
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_without_scripts_everything_is_there_to_be_read_and_saved(
    dashboard: Dashboard, browser: Browser, peeked: str
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(dashboard.url)
        sign_in(page, dashboard)
        page.goto(peeked)
        page.locator("[data-message]").filter(has_text="packed").get_by_role("link").click()
        expect(page.locator(".code li")).to_have_count(6)
        page.get_by_role("link", name="Raw", exact=True).click()
        expect(page.locator("#raw")).to_have_text(BODIES[1])
        page.get_by_text("Copy as", exact=True).click()
        expect(page.get_by_text("These are files to save")).to_be_visible()
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Decoded body").last.click()
        assert waiting.value.path().read_bytes() == b'{"packed": [1, 2]}'
        page.get_by_text("Read as", exact=True).click()
        page.get_by_label("First step").select_option("raw")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text(f"Bodies of {NAME} are now read as raw text.")).to_be_visible()
        page.get_by_text("Read as", exact=True).click()
        page.get_by_label("First step").select_option("")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".code li")).to_have_count(6)
