"""What the form that sends says while one types, and sending one after another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from simulator import Simulator
from tests.views.conftest import QUEUE
from tests.views.page import Page, page
from tests.views.test_send import ROWS, bodies, send

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")


def typed(operator: Client, body: str, **fields: Any) -> Page:
    headers = {"HX-Request": "true"}
    return page(operator.post(f"{QUEUE}send/check/", {"body": body, **fields}, headers=headers))


def laid_out(operator: Client, body: str, to: str) -> Any:
    return operator.post(f"{QUEUE}send/lay-out/", {"body": body, "to": to})


def test_the_size_counts_attributes_and_files_against_this_queues_limit(
    operator: Client, simulator: Simulator, sqs: SQSClient, orders: str
) -> None:
    sqs.set_queue_attributes(QueueUrl=orders, Attributes={"MaximumMessageSize": "1024"})
    row = {"attributes-0-name": "name", "attributes-0-type": "String", "attributes-0-value": "é"}
    operator.get(f"{QUEUE}send/")
    # A line end is one byte, whatever a browser makes of it: 3 + 4 + 6 + 2.
    assert "15 of 1,024 bytes" in typed(operator, "a\r\nb", **ROWS, **row).text
    over = typed(operator, "abc", **ROWS, **row, **{"attributes-1-file_bytes": "1010"})
    assert "1,025 of 1,024 bytes, attributes included: 1 too many for orders." in over.text
    assert simulator.calls["SendMessage"] == 0


def test_where_a_document_breaks_is_said_and_it_can_be_sent_all_the_same(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    body = '{"😀": 1,\n "b": [1,]}'
    said = typed(operator, body)
    assert "Line 2, column 10: Before ] stands a comma too many." in said.text
    # In the units of a browser, for which 😀 is two.
    assert said.the("button").attributes["data-place"] == "19"
    page(send(operator, body))
    assert bodies(simulator) == [body]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"a": 1}', "JSON"),
        ("<a><b/></a>", "XML"),
        ("\n<a>\n<b></a>", "Line 3, column 6: The parser says: mismatched tag."),
        ("hello", "Text: neither"),
        ("a\x08b", "U+0008 at character 2"),
        ("<script>alert(1)</script", "This looks like XML"),
    ],
)
def test_what_a_body_is_is_said(body: str, said: str, operator: Client, orders: str) -> None:
    assert said in typed(operator, body).text


def test_a_layout_keeps_every_digit_escape_and_duplicate_key(operator: Client, orders: str) -> None:
    body = '{"a":1.10,"a":12345678901234567890123, "e":"\\u00e9","n":[],"l":[1,{}]}'
    answer = laid_out(operator, body, "format")
    assert answer.content.decode() == (
        '{\n  "a": 1.10,\n  "a": 12345678901234567890123,\n  "e": "\\u00e9",\n  "n": [],\n'
        '  "l": [\n    1,\n    {}\n  ]\n}'
    )
    back = laid_out(operator, answer.content.decode(), "compact").content.decode()
    assert back == body.replace(" ", "")


@pytest.mark.parametrize("body", ["hello", "{bad", "[" * 100_000 + "]" * 100_000])
def test_what_cannot_be_laid_out_stays_and_says_why(
    body: str, operator: Client, orders: str
) -> None:
    answer = laid_out(operator, body, "format")
    assert answer.status_code == 422
    assert "stays as it is" in answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_the_form_stays_open_for_another_without_the_id_that_would_drop_it(
    operator: Client, simulator: Simulator, sqs: SQSClient
) -> None:
    sqs.create_queue(QueueName="bills.fifo", Attributes={"FifoQueue": "true"})
    ids = {"message_group_id": "g", "message_deduplication_id": "d-1"}
    row = {"attributes-0-name": "key", "attributes-0-type": "Binary", "attributes-0-value": "AAE="}
    kept = page(send(operator, "one", "bills.fifo", again="on", **ids, **row))
    assert simulator.messages("bills.fifo")[0].message_id in kept.text
    assert "Another needs a deduplication ID of its own." in kept.text
    assert kept.fields["body"] == "one"
    assert kept.fields["message_group_id"] == "g"
    assert kept.fields["message_deduplication_id"] == ""
    assert kept.fields["attributes-0-value"] == "AAE="


def test_after_a_message_another_is_offered(operator: Client, orders: str) -> None:
    assert page(send(operator)).links["Send another"] == f"{QUEUE}send/"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "does not deduplicate by content"),
        ({"ContentBasedDeduplication": "true"}, "gets the SHA-256 of its body"),
        (
            {"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"},
            "within its message group",
        ),
        ({"DeduplicationScope": "queue"}, "in the whole queue"),
    ],
)
def test_what_deduplication_will_do_is_said(
    given: dict[Any, str], said: str, operator: Client, sqs: SQSClient
) -> None:
    attributes: Any = {"FifoQueue": "true"} | given
    sqs.create_queue(QueueName="bills.fifo", Attributes=attributes)
    assert said in page(operator.get("/connections/local/queues/bills.fifo/send/")).text


def test_many_messages_are_pasted_previewed_and_not_sent_yet(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    assert page(operator.get(f"{QUEUE}send/")).links["Many"] == f"{QUEUE}send/many/"
    lines = "\r\n".join(json.dumps({"body": f"<b>{number}"}) for number in range(7))
    shown = page(operator.post(f"{QUEUE}send/many/", {"lines": f"{lines}\r\nbad"}, follow=True))
    assert "7 messages with 28 B, attributes included" in shown.text
    assert [row.text for row in shown.all("li", class_="first-body")] == [
        f"<b>{number}" for number in range(5)
    ]
    assert "Line 8: It is not JSON" in shown.text
    assert bodies(simulator) == []


def test_lines_without_one_good_message_are_refused_each_with_its_reason(
    operator: Client, orders: str
) -> None:
    form = page(operator.post(f"{QUEUE}send/many/", {"lines": "bad\n{}"}), 422)
    assert "No line of pasted lines is a message" in form.complaints
    assert "Line 1: It is not JSON" in form.complaints
    assert form.fields["lines"] == "bad\n{}"
    assert "choose a file" in page(operator.post(f"{QUEUE}send/many/"), 422).complaints
