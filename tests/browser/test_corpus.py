"""The corpus in the real browser: lists, panes, searches, copies, and nothing of it comes alive."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.corpus.case import Case, packed
from tests.corpus.every import every_case
from tests.corpus.hostile import EVIL, WORD
from tests.corpus.loading import json_lines
from tests.running.dashboard import Dashboard

QUEUE = "/connections/local/queues/corpus/"
NUMBERED = dict(enumerate(every_case(), start=1))
PAGE = 100  # rows of a list


def of(*kinds: str) -> dict[int, Case]:
    return {at: case for at, case in NUMBERED.items() if case.name.startswith(kinds)}


@pytest.fixture(scope="module")
def corpus(dashboard: Dashboard, session: Any, browser: Browser) -> str:
    """The address of a dump that holds all of it, each body at its number."""
    dashboard.sqs.create_queue(QueueName="corpus")
    with browser.new_context() as context:
        context.add_cookies(session)
        page = context.new_page()
        page.goto(f"{dashboard.url}{QUEUE}upload/")
        content = json_lines(NUMBERED.values())
        file: Any = {"name": "corpus.jsonl", "mimeType": "text/plain", "buffer": content}
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Upload").click()
        page.wait_for_url("**/restore/")
        address = page.url.removesuffix("restore/")
    smuggle(dashboard, address)
    return address


def smuggle(dashboard: Dashboard, address: str) -> None:
    """Puts into the store what SQS takes no more, and no upload brings."""
    dump = address.split("/")[-2].replace("-", "")
    store = sqlite3.connect(dashboard.folder / "store.sqlite3", timeout=20)
    with store:
        for number, case in NUMBERED.items():
            if not case.sendable:
                body = case.body.encode("utf-8", "surrogatepass")
                change = "UPDATE queues_message SET body = ? WHERE dump_id = ? AND ordinal = ?"
                assert store.execute(change, (body, dump, number)).rowcount == 1
    store.close()


@pytest.fixture
def reader(operator: Page, dashboard: Dashboard) -> Iterator[Page]:
    """Somebody who looks at all of it. The server never fails them, nothing is loaded from
    elsewhere, and they stay signed in; dialogs, failing scripts and broken policies end every
    test of a browser."""
    wrong: list[str] = []

    def answered(response: Response) -> None:
        if response.status >= 500 or not response.url.startswith((dashboard.url, "data:")):
            wrong.append(f"{response.status} {response.url}")

    operator.on("response", answered)
    yield operator
    assert wrong == []
    expect(operator).to_have_url(re.compile(f"^{re.escape(dashboard.url)}"))
    expect(operator.get_by_role("button", name="Sign out")).to_be_attached()


def step_through(page: Page, corpus: str, numbers: list[int], view: str) -> None:
    """With the key J, from the list; the browser remembers the view."""
    page.context.add_cookies([{"name": "message_view", "value": view, "url": corpus}])
    for at, number in enumerate(numbers):
        if at % PAGE == 0:
            page.goto(f"{corpus}?after={number - 1}")
        else:
            page.keyboard.press("j")
        page.wait_for_selector(
            f"body:has([data-message='message {number}'][aria-current])"
            f":has(#message[data-opened='message {number}'] #body)",
            state="attached",
            timeout=20_000,
        )


def test_every_body_can_be_read_beside_the_list(reader: Page, corpus: str) -> None:
    step_through(reader, corpus, list(NUMBERED), "pretty")


@pytest.mark.parametrize(
    ("view", "kinds"),
    [("raw", ("unsendable", "evil")), ("hex", ("unsendable",))],
)
def test_hostile_bodies_are_text_in_every_view(
    view: str, kinds: tuple[str, ...], reader: Page, corpus: str
) -> None:
    numbers = list(of(*kinds))
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    step_through(reader, corpus, numbers, view)


@pytest.mark.parametrize("kind", ["markup", "unseen"])
def test_a_raw_body_looks_as_it_was_sent(kind: str, reader: Page, corpus: str) -> None:
    for number, case in list(of(kind).items())[::3]:
        reader.goto(f"{corpus}messages/{number}/?view=raw")
        shown = reader.locator("#raw").text_content() or ""
        assert shown.isprintable() or set(filter(unprintable, shown)) <= set("\n\t\u3000\u00a0")
        if case.body.isascii() and case.body.isprintable():
            assert shown == case.body


def unprintable(character: str) -> bool:
    return not character.isprintable()


SEARCHES = [
    {"text": "<script>"},
    {"text": EVIL},
    {"text": "ALERT", "case": "ignore"},
    {"text": "\u202e"},
    {"text": WORD},
    {"group": WORD},
    {"attribute": f"text={EVIL}"},
    {"where": "contains(to_string(body), '<svg')"},
    {"where": f"envelope.Subject == `{EVIL.translate({34: None, 39: None})}`"},
    {"by": "envelope.Subject"},
    {"by": "body.task"},
    {"by": "message_attributes.text"},
    {"by": f'"{EVIL.replace(chr(34), "")}"'},
]


def test_searches_for_hostile_text_end_with_text(reader: Page, corpus: str) -> None:
    for search in SEARCHES:
        reader.goto(f"{corpus}?{urlencode(search)}")
        expect(reader.locator("#found"), str(search)).to_be_visible()
        expect(reader.locator("#found progress"), str(search)).to_have_count(0, timeout=20_000)
        if set(search) & {"text", "group", "attribute"}:
            expect(reader.locator("[data-message]").first, str(search)).to_be_visible()


@pytest.mark.parametrize("name", ["text", "where", "attribute", "group", "by", "sent_from"])
def test_an_address_that_somebody_made_up_is_text_too(name: str, reader: Page, corpus: str) -> None:
    for value in (EVIL, f"`{EVIL}(", "\ud83d\x00"):
        query = urlencode({name: value}, errors="surrogatepass")
        answer = reader.goto(f"{corpus}?{query}")
        assert answer is not None
        assert answer.status < 500, value


def test_every_copy_of_a_hostile_message_is_a_file(reader: Page, corpus: str) -> None:
    for number, case in of("unsendable", "evil").items():
        for part in ("raw", "decoded", "pretty", "json", "command", "boto3"):
            answer = reader.request.get(f"{corpus}messages/{number}/as/{part}/")
            assert answer.status == 200, (case.name, part)
            assert answer.headers["content-disposition"].startswith("attachment"), case.name
            assert "sandbox" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
    reader.goto(corpus)


def test_every_hostile_body_can_be_taken_up_to_be_edited_or_sent_again(
    reader: Page, dashboard: Dashboard, corpus: str
) -> None:
    dump = corpus.split("/")[-2]
    for number, case in of("unsendable", "markup", "evil-attributes", "evil-group").items():
        like = f"{dashboard.url}{QUEUE}send/?like={dump}:{number}"
        for address in (like, f"{corpus}messages/{number}/resend/"):
            reader.goto(address)
            body = reader.get_by_label("Message body")
            expect(body, case.name).to_be_visible()
            if case.sendable and "\r" not in case.body:
                assert body.input_value() == case.body, case.name


AGAIN = [
    "markup-attribute",
    "markup-end-tags",
    "unseen-bidi",
    "unseen-c1",
    "unseen-carriage-return",
    "unseen-empty-lines",
    "evil-attributes",
    "evil-celery",
]


def test_a_hostile_message_sent_again_is_the_same_message(
    reader: Page, dashboard: Dashboard, corpus: str
) -> None:
    sqs, dump = dashboard.sqs, corpus.split("/")[-2]
    url = sqs.get_queue_url(QueueName="corpus")["QueueUrl"]
    for number, case in NUMBERED.items():
        if case.name not in AGAIN:
            continue
        reader.goto(f"{dashboard.url}{QUEUE}send/?like={dump}:{number}")
        reader.get_by_role("button", name="Send message").click()
        expect(reader.get_by_text("The message was sent.")).to_be_visible()
        (message,) = sqs.receive_message(
            QueueUrl=url, WaitTimeSeconds=2, MessageAttributeNames=["All"]
        )["Messages"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        assert message["Body"] == case.body, case.name
        given = message.get("MessageAttributes", {})
        assert {name: value["DataType"] for name, value in given.items()} == {
            name: value["type"] for name, value in case.attributes.items()
        }
        for name, value in case.attributes.items():
            sent = given[name].get("StringValue") or packed(given[name]["BinaryValue"])
            assert sent == value["value"], (case.name, name)
