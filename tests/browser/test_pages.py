"""Every page, light and dark, wide and on a phone: nothing sticks out, everybody can use it."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import sign_in
from tests.browser.test_story import HOSTILE
from tests.running.dashboard import Dashboard

DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
QUEUE = "/connections/local/queues/a-queue-with-a-name-that-is-long-enough-to-be-cut-somewhere/"
PAGES = {
    "the list of queues": "/connections/local/queues/",
    "no queue matches": "/connections/local/queues/?q=nothing",
    "new queue": "/connections/local/new-queue/",
    "a queue": QUEUE,
    "a FIFO queue": "/connections/local/queues/invoices.fifo/",
    "peek": f"{QUEUE}peek/",
    "send": f"{QUEUE}send/",
    "start a dump": f"{QUEUE}dump/",
    "clear": f"{QUEUE}clear/",
    "move": f"{QUEUE}move/",
    "redrive": f"{QUEUE}redrive/",
    "message move tasks": f"{QUEUE}move-tasks/",
    "try a filter": f"{QUEUE}try-filter/?expression=body.n+%3D+1",
    "settings": f"{QUEUE}settings/",
    "delete": f"{QUEUE}delete/",
    "a missing queue": "/connections/local/queues/gone/",
    "dumps": "/dumps/",
    "jobs": "/jobs/",
    "a missing page": "/gone/",
}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="session")
def furnished(dashboard: Dashboard) -> dict[str, str]:
    """Queues with messages, a peek, a dump; the addresses that only these have."""
    sqs, name = dashboard.sqs, QUEUE.split("/")[-2]
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    sqs.create_queue(QueueName="invoices.fifo", Attributes={"FifoQueue": "true"})
    for body in [*HOSTILE, "x" * 5_000]:
        sqs.send_message(
            QueueUrl=url,
            MessageBody=body,
            MessageAttributes={"y" * 200: {"DataType": "String", "StringValue": "z" * 2_000}},
        )
    visitor = dashboard.sign_in()
    fields = {"messages": 100, "wait": 1, "visibility_timeout": 30}
    peek = visitor.submit(f"{QUEUE}peek/", **fields).path
    held = len(HOSTILE) + 1
    dump = visitor.submit(f"{QUEUE}dump/", minutes=1, max_messages=held).path
    assert visitor.download(dump).count("\n") == held
    return {
        "a peek": peek,
        "a dump": dump,
        "a message": f"{dump}messages/1/",
        "a search": f"{dump}?text=x&case=ignore&by=message_attributes.{'y' * 200}",
        "filters": f"{dump}find/?text={'x' * 300}",
        "columns": f"{QUEUE}columns/?dump={dump.split('/')[2]}",
    }


FURNISHED = ("a peek", "a dump", "a message", "a search", "filters", "columns")


@pytest.mark.parametrize("name", [*PAGES, *FURNISHED])
def test_a_page_fits_and_can_be_used_by_everybody(
    name: str, operator: Page, dashboard: Dashboard, furnished: dict[str, str]
) -> None:
    operator.goto(dashboard.url + (PAGES | furnished)[name])
    look_at(operator)


def test_the_sign_in_page_fits_and_can_be_used_by_everybody(visitor: Page) -> None:
    look_at(visitor)


@pytest.mark.parametrize("link", ["Send message", "Dump", "Clear", "Move", "Delete queue"])
def test_a_dialog_fits_and_can_be_used_by_everybody(
    link: str, operator: Page, dashboard: Dashboard, furnished: dict[str, str]
) -> None:
    operator.goto(dashboard.url + QUEUE)
    operator.get_by_role("link", name=link, exact=True).click()
    expect(operator.get_by_role("dialog")).to_be_visible()
    look_at(operator)


def look_at(page: Page) -> None:
    for viewport, scheme in ((DESK, "light"), (PHONE, "dark")):
        page.set_viewport_size(viewport)
        show(page, scheme)
        assert page.evaluate(OVERFLOW) == 0, f"{viewport['width']} wide"
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def show(page: Page, scheme: str) -> None:
    """In these colours, and not on the way there."""
    page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )


def test_light_and_dark_are_two_looks(visitor: Page) -> None:
    colours = []
    for scheme in ("light", "dark"):
        show(visitor, scheme)
        colours.append(visitor.evaluate("() => getComputedStyle(document.body).backgroundColor"))
    assert colours[0] != colours[1]


def test_a_page_needs_nothing_from_elsewhere(
    operator: Page, dashboard: Dashboard, furnished: dict[str, str]
) -> None:
    asked: list[str] = []
    operator.on("request", lambda request: asked.append(request.url))
    operator.goto(dashboard.url + furnished["a peek"])
    operator.wait_for_load_state("networkidle")
    assert asked
    assert all(url.startswith((dashboard.url, "data:")) for url in asked)


def test_without_scripts_the_story_can_be_told_too(
    dashboard: Dashboard, browser: Browser, furnished: dict[str, str]
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(dashboard.url)
        sign_in(page, dashboard)
        page.goto(dashboard.url + QUEUE)
        page.get_by_role("link", name="Send message").click()
        page.get_by_label("Message body").fill("without scripts")
        page.get_by_role("button", name="Send message").click()
        expect(page.get_by_text("The message was sent.")).to_be_visible()
        page.get_by_label("Number of messages").fill("100")
        page.get_by_role("button", name="Peek", exact=True).click()
        message = page.locator("[data-message]").filter(has_text="without scripts")
        message.get_by_role("link").click()
        expect(page.locator("#raw")).to_have_text("without scripts")
