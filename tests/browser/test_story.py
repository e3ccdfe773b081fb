"""The whole story, from the first page to the last, as somebody lives it who has just signed in."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import sign_in
from tests.running.dashboard import Dashboard

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


TYPED = '{"order": 17,\n "note": "two\ttabs"}\n'
HOSTILE = [
    "<script>alert('body')</script>",
    "<img src=x onerror=alert('image')>",
    '"><svg onload=alert(1)>',
    '<form action="/logout/" hx-post="/logout/" hx-trigger="load"></form>',
    '{"json": "<script>alert(1)</script>", "n": 12345678901234567890.10}',
    "\n\nempty lines first, then a reversed \u202e one and a \r return",
    "naïve 日本 😀",
]
SEAL = bytes(range(256))


def url(sqs: SQSClient) -> str:
    return sqs.get_queue_url(QueueName="orders")["QueueUrl"]


def row(page: Page, queue: str) -> Locator:
    return page.locator(f"[data-queue='{queue}']")


def test_from_signing_in_to_signing_out(
    visitor: Page, dashboard: Dashboard, tmp_path: Path
) -> None:
    sign_in(visitor, dashboard)
    make_a_queue(visitor)
    change_its_visibility_timeout(visitor)
    send_a_message_with_attributes(visitor, tmp_path)
    see_the_count_live(visitor, dashboard.sqs)
    peek(visitor)
    dump(visitor)
    download(visitor)
    look_at_dumps_and_jobs(visitor)
    fail_to_delete_it(visitor)
    visitor.get_by_role("button", name="Sign out").click()
    expect(visitor.get_by_role("button", name="Sign in")).to_be_visible()


def make_a_queue(page: Page) -> None:
    expect(page.get_by_role("heading", name="Queues", exact=True)).to_be_visible()
    page.get_by_role("link", name="New queue").click()
    form = page.get_by_role("dialog", name="New queue")
    form.get_by_label("Queue name").fill("orders of mine")
    form.get_by_label("Visibility timeout").fill("45")
    form.get_by_role("button", name="Create queue").click()
    expect(form).to_contain_text("letters, digits, hyphens and underscores only")
    expect(form.get_by_label("Visibility timeout")).to_have_value("45")
    form.get_by_label("Queue name").fill("orders")
    form.get_by_role("button", name="Create queue").click()
    expect(page.get_by_role("heading", name="orders", exact=True)).to_be_visible()
    expect(page.get_by_text("The queue orders was created.")).to_be_visible()
    for name in ("Send message", "Dump", "Delete queue"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Peek", exact=True)).to_be_visible()


def change_its_visibility_timeout(page: Page) -> None:
    page.get_by_role("link", name="Settings", exact=True).click()
    expect(page.get_by_label("Visibility timeout")).to_have_value("45")
    page.get_by_label("Visibility timeout").fill("60")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is now 60 s (it was 45 s)")).to_be_visible()
    page.get_by_role("link", name="orders", exact=True).click()


def send_a_message_with_attributes(page: Page, tmp_path: Path) -> None:
    seal = tmp_path / "seal.bin"
    seal.write_bytes(SEAL)
    page.get_by_role("link", name="Send message").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Message body").fill(TYPED)
    rows = form.locator("[data-row]:visible")
    for number, (name, type_, value) in enumerate(
        [("colour", "String", "<b>red</b>"), ("price", "Number", "12.50"), ("seal", "Binary", "")]
    ):
        form.get_by_role("button", name="Add attribute").click()
        rows.nth(number).get_by_label("Name").fill(name)
        rows.nth(number).get_by_label("Type").select_option(type_)
        rows.nth(number).get_by_label("Value").fill(value)
    rows.nth(2).get_by_label("File").set_input_files(seal)
    form.get_by_role("button", name="Send message").click()
    expect(page.get_by_text("The message was sent. Its ID is")).to_be_visible()


def see_the_count_live(page: Page, sqs: SQSClient) -> None:
    page.get_by_role("link", name="Queues", exact=True).first.click()
    available = row(page, "orders").locator("td").nth(1)
    expect(available).to_have_text("1", timeout=10_000)
    mark(page)
    for body in HOSTILE:
        sqs.send_message(QueueUrl=url(sqs), MessageBody=body)
    expect(available).to_have_text(str(1 + len(HOSTILE)), timeout=10_000)
    assert was_not_reloaded(page)
    page.get_by_label("Filter queues").fill("nothing")
    expect(page.get_by_text("No queue matches")).to_be_visible()
    page.get_by_label("Filter queues").fill("ord")
    row(page, "orders").click()
    expect(page.get_by_role("heading", name="orders", exact=True)).to_be_visible()


def peek(page: Page) -> None:
    expect(page.get_by_text("A peek is a receive.")).to_be_visible()
    page.get_by_label("Number of messages").fill("100")
    page.get_by_role("button", name="Peek", exact=True).click()
    messages = page.locator("[data-message]")
    expect(messages).to_have_count(1 + len(HOSTILE))
    expect(page.get_by_text("then put back.")).to_be_visible()
    sent = messages.filter(has_text='"order": 17')
    sent.click()
    pane = page.get_by_role("region", name="Message", exact=True)
    expect(pane.get_by_role("heading", level=2)).to_have_text(
        str(sent.get_attribute("data-message"))
    )
    attributes = pane.get_by_role("region", name="Message attributes")
    expect(attributes.get_by_role("row", name="colour String <b>red</b>")).to_be_visible()
    expect(attributes.get_by_role("row", name="price Number 12.50")).to_be_visible()
    attributes.get_by_text(b64encode(SEAL).decode()[:40]).click()
    expect(attributes.get_by_role("row", name=f"000000f0 {SEAL[-16:].hex(' ')}")).to_be_visible()
    pane.get_by_role("link", name="Raw", exact=True).click()
    for body in ("<script>alert('body')</script>", "<img src=x onerror=alert('image')>"):
        messages.filter(has_text=body).click()
        expect(pane.locator("#raw")).to_have_text(body)


def dump(page: Page) -> None:
    page.get_by_role("link", name="Dump", exact=True).click()
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("hidden from consumers")
    form.get_by_role("button", name="Start dump").click()
    page.wait_for_url(re.compile(r"/dumps/[0-9a-f-]{36}/$"))
    mark(page)
    expect(page.get_by_role("main").get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("messages stored")).to_contain_text(
        f"{1 + len(HOSTILE)} of about", timeout=15_000
    )
    expect(page.locator("[data-message]")).to_have_count(1 + len(HOSTILE))
    expect(page.get_by_role("link", name="Download")).to_be_visible(timeout=60_000)
    assert was_not_reloaded(page)
    expect(page.get_by_text("complete", exact=True).first).to_be_visible()


def saved(page: Page, button: Locator) -> bytes:
    with page.expect_download() as waiting:
        button.click()
    return Path(waiting.value.path()).read_bytes()


def download(page: Page) -> None:
    exact = saved(page, page.get_by_role("link", name="Download"))
    lines: list[dict[str, Any]] = [json.loads(line) for line in exact.splitlines()]
    assert sorted(line["body"] for line in lines) == sorted([TYPED, *HOSTILE])
    [typed] = [line for line in lines if line["body"] == TYPED]
    assert typed["message_attributes"] == {
        "colour": {"type": "String", "value": "<b>red</b>"},
        "price": {"type": "Number", "value": "12.50"},
        "seal": {"type": "Binary", "value": b64encode(SEAL).decode()},
    }
    page.get_by_text("Other formats").click()
    page.get_by_label("Format").select_option("text")
    page.get_by_label("Separator").fill("\n=====\n")
    text = saved(page, page.get_by_role("button", name="Save file")).decode()
    assert text == "\n=====\n".join(line["body"] for line in lines)
    page.get_by_label("Format").select_option("csv")
    table = saved(page, page.get_by_role("button", name="Save file")).decode()
    assert table.startswith("message_id,")


def look_at_dumps_and_jobs(page: Page) -> None:
    navigation = page.get_by_role("navigation", name="Main")
    navigation.get_by_role("link", name="Dumps").click()
    expect(page.locator("[data-dump]").first).to_contain_text("orders")
    navigation.get_by_role("link", name="Jobs").click()
    job = page.locator("[data-job]").first
    expect(job).to_contain_text("done")
    job.get_by_role("link", name="Dump of orders").click()
    expect(page.get_by_role("main")).to_contain_text("messages stored and put back.")


def fail_to_delete_it(page: Page) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Queues").click()
    row(page, "orders").get_by_role("link", name="orders", exact=True).click()
    page.get_by_role("link", name="Delete queue").click()
    form = page.get_by_role("dialog", name="Delete queue")
    expect(form.get_by_role("link", name="Cancel")).to_be_focused()
    form.get_by_label("Type the queue's name").fill("orders")
    form.get_by_role("button", name="Delete queue").click()
    expect(form).to_contain_text("still holds messages")
    form.get_by_role("link", name="Cancel").click()
    expect(form).to_be_hidden()


def mark(page: Page) -> None:
    page.evaluate("() => { window.stillTheSamePage = true }")


def was_not_reloaded(page: Page) -> bool:
    return bool(page.evaluate("() => window.stillTheSamePage === true"))
