"""Sending in the dialog: what is typed is looked at, laid out, and sent one after another."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.running.dashboard import Dashboard


def test_a_body_is_checked_laid_out_and_sent_twice(operator: Page, dashboard: Dashboard) -> None:
    url = dashboard.sqs.create_queue(QueueName="typed")["QueueUrl"]
    operator.goto(f"{dashboard.url}/connections/local/queues/typed/")
    operator.get_by_role("link", name="Send message").click()
    dialog = operator.get_by_role("dialog")
    body = dialog.get_by_label("Message body")
    body.fill('{"😀": 1.10,\n "b": [1,]}')
    expect(dialog.get_by_text("Line 2, column 10: Before ] stands a comma")).to_be_visible()
    dialog.get_by_role("button", name="Show the place").click()
    expect(body).to_be_focused()
    assert body.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)") == "]"
    dialog.get_by_role("button", name="Format").click()
    expect(dialog.get_by_text("it stays as it is")).to_be_visible()
    body.fill('{"a":1.10,"a":2}')
    dialog.get_by_role("button", name="Format").click()
    expect(body).to_have_value('{\n  "a": 1.10,\n  "a": 2\n}')
    expect(dialog.get_by_text("25 of 1,048,576 bytes")).to_be_visible()
    body.press("Control+z")
    expect(body).to_have_value('{"a":1.10,"a":2}')
    dialog.get_by_role("button", name="Send and keep open").click()
    expect(dialog.get_by_text("Sent. Its ID is")).to_be_visible()
    expect(body).to_have_value('{"a":1.10,"a":2}')
    body.fill("another")
    # What was typed is not lost by the first press.
    dialog.get_by_role("link", name="Many").click()
    expect(dialog.get_by_text("was not sent. Press it again")).to_be_visible()
    dialog.get_by_role("button", name="Send message").click()
    expect(operator.get_by_role("link", name="Send another")).to_be_visible()
    # With a wait SQS asks all of its servers.
    got = dashboard.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
    assert sorted(message["Body"] for message in got["Messages"]) == ["another", '{"a":1.10,"a":2}']
