"""What the pane of a message tells, and what one can take from it."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from queues.models import AuditEntry, Dump, Queue, QueuePreferences
from queues.sqs.types import MessageAttribute
from queues.sqs.types import Queue as SqsQueue
from tests.views.page import Page, page
from tests.views.store import many, message, stored

pytestmark = pytest.mark.django_db(databases="__all__")

ORDER = '{"order": {"id": "ORD-1", "lines": [{"sku": "A"}]}, "n": 1.10}'
PACKED = b64encode(gzip.compress(ORDER.encode())).decode()
ARN = "arn:aws:sqs:us-east-1:000000000000:"


def address(dump: Dump, ordinal: int = 1) -> str:
    return f"/dumps/{dump.pk}/messages/{ordinal}/"


def opened(operator: Client, dump: Dump, query: str = "", **more: Any) -> Page:
    return page(operator.get(f"{address(dump)}{query}", **more))


def lines(seen: Page) -> list[str]:
    return [line.text for line in seen.all("li") if "data-n" in line.attributes]


def facts(seen: Page) -> dict[str, str]:
    terms = zip(seen.all("dt"), seen.all("dd"), strict=True)
    return {term.text: said.text for term, said in terms}


def known(name: str, **attributes: str) -> Queue:
    """A queue as it was last seen."""
    seen = {"QueueArn": f"{ARN}{name}"} | attributes
    return Queue.objects.observe("local", SqsQueue(f"http://sqs/{name}", name, seen))


def policy(target: str, tries: int) -> str:
    return json.dumps({"deadLetterTargetArn": f"{ARN}{target}", "maxReceiveCount": tries})


def at(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


# How a body is read.


def test_a_packed_body_is_laid_out_and_the_way_there_is_told(operator: Client) -> None:
    seen = opened(operator, stored(message(PACKED)))
    assert seen.the("ol", class_="trail").text == "base64 gzip JSON"
    assert lines(seen)[:3] == ["{", '"order": {', '"id": "ORD-1",']
    paths = {line.attributes.get("data-path") for line in seen.all("li")}
    assert {"order.id", "order.lines[0].sku", "n"} <= paths
    raw = page(operator.get(seen.links["Raw"]))
    assert raw.the("pre", id="raw").text == PACKED


def test_raw_and_decoded_body_can_be_saved_exactly(operator: Client) -> None:
    dump = stored(message(PACKED), message("broken \ud800 half", "m-2"))
    seen = opened(operator, dump)
    assert operator.get(seen.links["Raw body"]).content.decode() == PACKED
    assert operator.get(seen.links["Decoded body"]).content.decode() == ORDER
    half = operator.get(f"{address(dump, 2)}as/raw/")
    assert half.content.decode("utf-8", "surrogatepass") == "broken \ud800 half"
    assert half["Content-Type"] == "application/octet-stream"  # so that no script copies it


@pytest.mark.usefixtures("connection")
def test_a_queue_can_be_told_how_its_bodies_are_read(operator: Client) -> None:
    dump = stored(message(PACKED))
    told = {"dump": str(dump.pk), "message": "1", "own": "1"}
    where = "/connections/local/queues/orders/read-as/"
    answer = operator.post(where, {**told, "step_1": "base64"}, follow=True)
    seen = page(answer)
    assert answer.redirect_chain[0][0] == address(dump)
    assert "Bodies of orders are now read as base64." in seen.text
    assert "base64" in seen.the("ol", class_="trail").text
    assert "JSON" not in seen.the("ol", class_="trail").text
    assert "set for this queue" in seen.text
    entry = AuditEntry.objects.get(action="set up reading")
    assert entry.detail == {"decoder": {"from": "", "to": "base64"}}
    operator.post(where, {**told, "step_1": "base64", "step_2": "gzip", "step_3": ""})
    assert QueuePreferences.of("local", "orders").chain == ("base64", "gzip")
    # What stands behind "raw" counts for nothing.
    operator.post(where, {**told, "step_1": "raw", "step_2": "gzip"})
    assert opened(operator, dump).the("pre", id="raw").text == PACKED
    operator.post(where, told)
    assert lines(opened(operator, dump))


@pytest.mark.usefixtures("connection")
def test_a_decoder_that_does_not_exist_changes_nothing(operator: Client) -> None:
    dump = stored(message(PACKED))
    told = {"dump": str(dump.pk), "message": "1", "own": "1", "step_1": "rot13"}
    answer = operator.post("/connections/local/queues/orders/read-as/", told, follow=True)
    assert "Nothing was changed: there is no decoder of that name." in page(answer).text
    assert not QueuePreferences.objects.exists()


@pytest.mark.usefixtures("connection")
def test_reading_is_set_for_the_queue_of_the_dump_and_no_other(operator: Client) -> None:
    told = {"dump": str(stored(message("x")).pk), "message": "1", "step_1": "raw"}
    answer = operator.post("/connections/local/queues/other/read-as/", told)
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_binary_is_shown_as_bytes_which_one_can_page_through(operator: Client) -> None:
    data = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
    seen = opened(operator, stored(message(b64encode(data).decode())))
    assert "This is binary data, shown as hex." in seen.text
    assert "89 50 4e 47" in seen.text
    assert "Shown: bytes 1 to 4,096 of 5,128." in seen.text
    assert not seen.all("a", aria_label="Copy body")
    following = page(operator.get(seen.links["Next bytes"]))
    assert "Shown: bytes 4,097 to 5,128 of 5,128." in following.text
    assert "Next bytes" not in following.links


def test_the_way_of_showing_stays_as_chosen(operator: Client) -> None:
    dump = stored(message(ORDER))
    operator.cookies["message_view"] = "raw"
    assert opened(operator, dump).the("a", id="view-raw").attributes["aria-current"] == "true"
    assert opened(operator, dump, "?view=hex").the("a", id="view-hex").has("aria-current", "true")
    operator.cookies["message_view"] = "<script>"
    assert opened(operator, dump).the("a", id="view-pretty").has("aria-current", "true")


def test_without_scripts_the_way_of_showing_goes_along_to_the_next_message(
    operator: Client,
) -> None:
    dump = many(2)
    assert opened(operator, dump, "?view=hex").links["Next"] == f"{address(dump, 2)}?view=hex"


def test_the_pane_leads_back_to_the_list_as_it_was(operator: Client) -> None:
    dump = many(2)
    htmx = {"HX-Request": "true"}
    seen = page(operator.get(f"{address(dump)}?text=body&after=0", headers=htmx))
    assert seen.links["Raw"].startswith(f"/dumps/{dump.pk}/?text=body&")
    assert "message=1" in seen.links["Raw"]
    raw = seen.the("a", id="view-raw").attributes["hx-get"]
    assert raw.startswith(address(dump))
    assert "text=body" in raw
    listed = page(operator.get(seen.links["Raw"]))
    assert listed.the("pre", id="raw").text == "body 1"


# What SQS said of it.


def test_times_are_told_as_people_say_them(operator: Client) -> None:
    known("orders", MessageRetentionPeriod="345600")
    sent = timezone.now() - timedelta(hours=3)
    attributes = {
        "SentTimestamp": at(sent),
        "ApproximateFirstReceiveTimestamp": at(sent + timedelta(milliseconds=11)),
    }
    seen = facts(opened(operator, stored(message("x", attributes=attributes))))
    assert seen["Sent"].startswith("3 h ago · ")
    assert seen["First received"] == "11 ms after it was sent"
    assert seen["Expires"] == "in 3 d 20 h · kept 4 d"


def test_a_message_that_is_in_no_queue_expires_in_none(operator: Client) -> None:
    known("orders", MessageRetentionPeriod="345600")
    for kind in (Dump.Kind.UPLOAD, Dump.Kind.BACKUP):
        assert "Expires" not in facts(opened(operator, stored(message("x"), kind=kind)))
    assert "Expires" not in facts(opened(operator, stored(message("x"), queue_name="unseen")))


@pytest.mark.parametrize(
    ("count", "said"), [("4", "4 of 5"), ("5", "5 of 5 · the next moves it"), ("1,200", "")]
)
def test_receives_are_told_beside_how_many_are_allowed(
    count: str, said: str, operator: Client
) -> None:
    known("orders", RedrivePolicy=policy("dead", 5))
    attributes = {"ApproximateReceiveCount": count.replace(",", "")}
    dump = stored(message("x", attributes=attributes))
    assert facts(opened(operator, dump))["Receive count"] == (
        said or "1,200 of 5 · the next moves it"
    )
    Dump.objects.filter(pk=dump.pk).update(kind=Dump.Kind.UPLOAD)
    assert facts(opened(operator, dump))["Receive count"] == count


def test_a_dead_letter_leads_to_the_queue_it_came_from(operator: Client) -> None:
    source = {"DeadLetterQueueSourceArn": f"{ARN}source"}
    dump = stored(message("x", attributes=source))
    assert "source" not in opened(operator, dump).links
    known("source", RedrivePolicy=policy("orders", 5))
    seen = opened(operator, dump)
    assert seen.links["source"] == "/connections/local/queues/source/"
    assert "Dead-lettered from source after too many receives. It allows 5." in seen.text
    # One of that name in another account is another queue.
    other = {"DeadLetterQueueSourceArn": "arn:aws:sqs:us-east-1:111111111111:source"}
    assert "source" not in opened(operator, stored(message("x", attributes=other))).links


def test_ids_are_told_in_short_and_exactly(operator: Client) -> None:
    attributes = {
        "SenderId": "AROAEXAMPLE:fulfil-api",
        "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
        "MessageDeduplicationId": "d-1",
    }
    seen = opened(operator, stored(message("x", attributes=attributes), queue_name="o.fifo"))
    assert facts(seen)["Sender"] == "fulfil-api, a session of role AROAEXAMPLE"
    assert facts(seen)["Trace"] == "1-5759e988-bd862e3fe1be46a994272793"
    assert facts(seen)["Deduplication ID"] == "d-1"
    system = seen.the("section", id="system").text
    for exact in attributes.items():
        assert " ".join(exact) in system


def test_long_and_binary_attributes_open_in_place_and_can_be_saved(operator: Client) -> None:
    values = {
        "long": MessageAttribute("String", "lorem " * 50_000),
        "seal": MessageAttribute("Binary.png", bytes(range(256))),
        "</td><script>": MessageAttribute("String.<b>", "short \u202e"),
    }
    dump = stored(message("x", message_attributes=values))
    section = opened(operator, dump).the("section", id="attributes")
    assert "300,000 characters" in section.text
    assert "Shown: the first 65,536 of 300,000 characters." in section.text
    assert "00000010 10 11 12" in section.text
    assert r"</td><script> String.<b> short \u202e" in section.text
    saved = [operator.get(f"{address(dump)}attributes/{n}/") for n in (1, 2, 3)]
    assert saved[0].content.decode() == "lorem " * 50_000
    assert saved[1].content == bytes(range(256))
    assert saved[2].content.decode() == "short \u202e"
    assert saved[2]["Content-Disposition"] == 'attachment; filename="m-1--td-script-.txt"'
    assert operator.get(f"{address(dump)}attributes/4/").status_code == HTTPStatus.NOT_FOUND


# What is taken from it.


def test_every_copy_is_a_file_that_no_browser_runs_and_is_audited(operator: Client) -> None:
    dump = stored(message("<script>alert(1)</script>"))
    links = opened(operator, dump).links
    for label, part in {
        "JSON": "json",
        "AWS CLI command": "command",
        "boto3 code": "boto3",
        "Raw body": "raw",
    }.items():
        assert links[label] == f"{address(dump)}as/{part}/"
        answer = operator.get(links[label])
        assert answer["Content-Type"].startswith("text/plain")
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "<script>alert(1)</script>" in answer.content.decode()
    parts = AuditEntry.objects.filter(action="copy message").values_list("detail__part", flat=True)
    assert set(parts) == {"json", "command", "boto3", "raw"}
    assert operator.get(f"{address(dump)}as/pickle/").status_code == HTTPStatus.NOT_FOUND


def test_a_copy_as_json_is_the_message_whole(operator: Client) -> None:
    values = {"seal": MessageAttribute("Binary", b"\x00\xff")}
    dump = stored(message("naïve \ud800 \u202e", message_attributes=values))
    text = operator.get(f"{address(dump)}as/json/").content.decode()
    assert "naïve" in text
    assert "\u202e" not in text
    copied = json.loads(text)
    assert copied["body"] == "naïve \ud800 \u202e"
    assert copied["message_attributes"] == {"seal": {"type": "Binary", "value": "AP8="}}


def test_a_command_names_the_queue_it_was_read_from(operator: Client, connection: Any) -> None:
    known("o.fifo")
    attributes = {"MessageGroupId": "g-1", "MessageDeduplicationId": "d-1"}
    dump = stored(message("it's", attributes=attributes), queue_name="o.fifo")
    text = operator.get(f"{address(dump)}as/command/").content.decode()
    for word in (
        "--queue-url http://sqs/o.fifo",
        f"--endpoint-url {connection.endpoint_url}",
        "--message-group-id g-1",
        "--message-deduplication-id d-1",
    ):
        assert word in text
    assert "The deduplication ID goes along" in opened(operator, dump).text
    # A standard queue takes no deduplication id.
    standard = stored(message("it's", attributes=attributes))
    assert "d-1" not in operator.get(f"{address(standard)}as/command/").content.decode()


def test_what_is_laid_out_is_copied_whole(operator: Client) -> None:
    dump = stored(message(json.dumps(list(range(9_000)))))
    copied = operator.get(f"{address(dump)}as/pretty/").content.decode()
    assert json.loads(copied) == list(range(9_000))
    assert copied.startswith("[\n  0,\n  1,\n")


def test_of_a_connection_that_is_gone_a_message_can_be_read_but_not_sent_again(
    operator: Client, request: pytest.FixtureRequest
) -> None:
    dump = stored(message(ORDER))
    acts = {"Edit and resend", "Send another like this"}
    assert not acts & opened(operator, dump).links.keys()
    assert "Read as" not in opened(operator, dump).text
    request.getfixturevalue("connection")
    assert acts <= opened(operator, dump).links.keys()
    assert "Read as" in opened(operator, dump).text


def test_a_peek_gives_nothing_to_somebody_else(operator: Client, noor: Client) -> None:
    peek = stored(message("mine"), kind=Dump.Kind.PEEK)
    for path in ("", "as/raw/", "as/json/"):
        assert operator.get(f"{address(peek)}{path}").status_code == HTTPStatus.OK
        assert noor.get(f"{address(peek)}{path}").status_code == HTTPStatus.FORBIDDEN
