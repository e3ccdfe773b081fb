"""A window half as wide as a screen: the list and the message side by side, with little room."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.test_pages import PHONE, show
from tests.running.dashboard import Dashboard

HALF: ViewportSize = {"width": 780, "height": 900}
NAME = "narrow"
LONG = "a-path-that-is-longer-than-a-narrow-list-has-room-for"
BODIES = [
    json.dumps({"Type": "Notification", "TopicArn": "a", "Subject": "s" * 9_000, "Message": "m"}),
    b64encode(gzip.compress(b'{"packed": [1, 2]}')).decode(),
    "plain",
]
STICKS_OUT = """(box) => [...box.querySelectorAll("*")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1)
  .filter((each) => ["auto", "scroll"].includes(getComputedStyle(each).overflowX))
  .concat(box.scrollWidth > box.clientWidth ? [box] : [])
  .map((each) => `${each.tagName}.${each.className}`)"""


@pytest.fixture(scope="session")
def peeked(dashboard: Dashboard) -> str:
    """The address of a peek at a queue that has a dead-letter queue."""
    sqs = dashboard.sqs
    dead = sqs.create_queue(QueueName=f"{NAME}-dead")["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": asked["Attributes"]["QueueArn"], "maxReceiveCount": "9"}
    url = sqs.create_queue(QueueName=NAME, Attributes={"RedrivePolicy": json.dumps(policy)})
    for body in BODIES:
        sqs.send_message(QueueUrl=url["QueueUrl"], MessageBody=body)
    fields = {"messages": 3, "wait": 1, "visibility_timeout": 30}
    path = dashboard.sign_in().submit(f"/connections/local/queues/{NAME}/peek/", **fields).path
    return f"{dashboard.url}{path}"


@pytest.fixture
def reader(operator: Page, peeked: str) -> Page:
    operator.set_viewport_size(HALF)
    show(operator, "light")
    operator.goto(peeked)
    return operator


def within(inner: Locator, outer: Locator) -> bool:
    one, other = inner.bounding_box(), outer.bounding_box()
    assert one
    assert other
    return other["x"] <= one["x"] and one["x"] + one["width"] <= other["x"] + other["width"]


def test_what_a_peek_did_cost_is_not_squeezed_beside_its_buttons(reader: Page) -> None:
    note = reader.locator(".peek .note").bounding_box()
    button = reader.get_by_role("button", name="Peek", exact=True).bounding_box()
    assert note
    assert button
    assert note["width"] > HALF["width"] / 4
    assert note["y"] + note["height"] <= button["y"]


@pytest.mark.parametrize("label", ["Options", "Saved", "View", "Download"])
def test_a_menu_of_the_list_opens_within_the_list(label: str, reader: Page) -> None:
    reader.locator(".list summary", has_text=label).click()
    menu = reader.locator(".list details[open] > .drop-body")
    expect(menu).to_be_visible()
    assert within(menu, reader.locator(".list"))


def test_what_a_message_is_does_not_lie_on_top_of_its_numbers(reader: Page) -> None:
    rows = reader.locator(".msg")
    expect(rows).to_have_count(3)
    for row in rows.all():
        tag, numbers = row.locator(".tag").bounding_box(), row.locator(".meta").bounding_box()
        assert tag
        assert numbers
        assert tag["x"] + tag["width"] <= numbers["x"]


def test_neither_the_list_nor_a_long_title_scrolls_sideways(reader: Page, peeked: str) -> None:
    reader.locator(".msg", has_text="sss").get_by_role("link").click()
    expect(reader.locator(".trail-line .title")).to_contain_text("sss")
    assert reader.locator(".split").evaluate(STICKS_OUT) == []
    reader.goto(f"{peeked}&where=body.{LONG.replace('-', '_')}")
    expect(reader.get_by_text("cannot be judged").first).to_be_visible()
    assert reader.locator(".list").evaluate(STICKS_OUT) == []


def test_the_file_of_an_attribute_stays_within_its_form(reader: Page, dashboard: Dashboard) -> None:
    reader.goto(f"{dashboard.url}/connections/local/queues/{NAME}/send/")
    reader.get_by_role("button", name="Add attribute").click()
    file = reader.get_by_label("File").first
    assert within(file, reader.locator(".attr-set").first)


def test_on_a_phone_how_bodies_are_read_can_be_chosen(reader: Page) -> None:
    reader.set_viewport_size(PHONE)
    reader.locator(".msg").first.get_by_role("link").click()
    reader.locator(".trail-line summary").click()
    assert within(reader.locator(".read-as"), reader.locator("main"))


@pytest.mark.parametrize("query", ["", "&text=nothing-of-this-kind", "&where=body."])
def test_links_in_a_sentence_are_told_by_more_than_their_colour(
    query: str, reader: Page, peeked: str
) -> None:
    reader.goto(peeked + query)
    reader.wait_for_load_state("networkidle")
    found = Axe().run(reader)
    assert found.violations_count == 0, found.generate_report()


def test_a_dry_run_has_headings_in_order(reader: Page, dashboard: Dashboard) -> None:
    reader.goto(f"{dashboard.url}/connections/local/queues/{NAME}/try-filter/?text=plain")
    expect(reader.get_by_role("heading", name="Match", exact=True)).to_be_visible()
    found = Axe().run(reader)
    assert found.violations_count == 0, found.generate_report()


def test_the_menu_of_connections_can_be_read_in_the_dark(reader: Page) -> None:
    show(reader, "dark")
    reader.get_by_role("button", name="Switch connection").click()
    expect(reader.locator("#connections")).to_be_visible()
    found = Axe().run(reader)
    assert found.violations_count == 0, found.generate_report()
