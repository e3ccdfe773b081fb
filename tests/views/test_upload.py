"""Giving a file: on a queue's page, on the dumps page; every line is checked before any is sent."""

from __future__ import annotations

import errno
import gzip
import json
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.test import Client

from queues.models import AuditEntry, Dump, Job
from simulator import Simulator
from tests.views.conftest import QUEUE
from tests.views.page import Page, page

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

UPLOAD = f"{QUEUE}upload/"
ANYWHERE = "/dumps/upload/"


def line(body: str, **fields: Any) -> bytes:
    return json.dumps({"body": body} | fields).encode() + b"\n"


def give(operator: Client, content: bytes, path: str = UPLOAD, **fields: Any) -> Any:
    file = SimpleUploadedFile("orders.jsonl", content)
    return operator.post(path, {"file": file} | fields, follow=True)


def refused(operator: Client, content: bytes, path: str = UPLOAD, **fields: Any) -> Page:
    answer = give(operator, content, path, **fields)
    found = page(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert not Dump.objects.listed().exists()
    return found


def test_a_file_is_asked_for_and_nothing_is_sent_yet(operator: Client, orders: str) -> None:
    assert page(operator.get(QUEUE)).links["Restore from a file"] == UPLOAD
    form = page(operator.get(UPLOAD))
    assert "Nothing is sent yet" in form.text
    assert "at most 1.0 GB unpacked" in form.text
    assert form.the("input", type="file").attributes["name"] == "file"


def test_the_dialog_holds_the_same_form_which_the_browser_sends_by_itself(
    operator: Client, orders: str
) -> None:
    dialog = page(operator.get(UPLOAD, headers={"HX-Request": "true"}))
    form = dialog.the("form")
    assert form.attributes["action"] == UPLOAD
    assert form.attributes["enctype"] == "multipart/form-data"
    assert not any(name.startswith("hx-") for name in form.attributes)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_good_file_leads_to_its_report_and_its_restore(
    operator: Client, orders: str, simulator: Simulator, pack: type[bytes]
) -> None:
    answer = give(operator, pack(line("one") + line("two")))
    dump = Dump.objects.get()
    assert answer.redirect_chain == [(f"/dumps/{dump.pk}/restore/", HTTPStatus.FOUND)]
    report = page(answer)
    assert "orders.jsonl" in report.text
    assert "2 messages with 6 B, attributes included" in report.text
    assert "Bad no line" in report.text
    assert report.fields["target"] == "orders"
    assert (dump.kind, dump.created_by, dump.message_count) == ("upload", "mara", 2)
    assert not Job.objects.exists()
    assert not simulator.messages("orders")


def test_bad_lines_are_shown_with_their_numbers_and_reasons(operator: Client, orders: str) -> None:
    seen = page(give(operator, line("good") + b"{bad\n" + line("") + line("a\0")))
    assert "Nothing was sent." in seen.text
    assert "3 of 4 lines" in seen.text
    assert "Line 2: It is not JSON" in seen.text
    assert "Line 3: The message body is empty." in seen.text
    assert "Line 4: The message body holds U+0000" in seen.text
    assert "Leave out the 3 bad lines" in seen.text


def test_a_reason_that_quotes_the_file_cannot_change_the_page(
    operator: Client, orders: str
) -> None:
    seen = refused(operator, b'{"<script>alert(1)</script>\\ud800": 1}\n')
    assert "<script>alert(1)" not in seen.html
    assert "<script>alert(1)</script>" in seen.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04....", "The file is a ZIP archive"),
        (b"<!DOCTYPE html><html></html>", "The file is an HTML or XML page"),
        (gzip.compress(line("a") * 100)[:-12], "The gzip file is cut off"),
    ],
    # A name of its own for each: gzip writes the time into its bytes.
    ids=["empty", "zip", "html", "cut gzip"],
)
def test_a_file_that_is_not_what_it_says_is_refused_as_a_whole(
    operator: Client, orders: str, content: bytes, said: str
) -> None:
    assert said in refused(operator, content).complaints
    assert AuditEntry.objects.get(action="upload").result.startswith("failed: ")


def test_without_a_file_the_form_asks_for_one(operator: Client, orders: str) -> None:
    assert page(operator.post(UPLOAD), 422).complaints == "This field is required."


def test_a_message_too_large_for_this_queue_is_a_bad_line(operator: Client, sqs: SQSClient) -> None:
    sqs.create_queue(QueueName="orders", Attributes={"MaximumMessageSize": "1024"})
    seen = page(give(operator, line("x" * 1025) + line("good")))
    assert "The message has 1,025 bytes" in seen.text
    assert "This queue allows 1,024." in seen.text


def test_messages_without_an_id_are_told_apart_by_their_numbers(
    operator: Client, orders: str
) -> None:
    give(operator, line("one") + line("two", message_id="the-id"))
    seen = page(operator.get(f"/dumps/{Dump.objects.get().pk}/"))
    assert seen.messages == ["message 1", "the-id"]
    assert [row.text[:9] for row in seen.all("li", aria_current="true")] == ["message 1"]
    assert "None" not in seen.links


def test_the_dumps_page_has_an_upload_that_asks_for_the_queue(
    operator: Client, orders: str
) -> None:
    assert page(operator.get("/dumps/")).links["Upload"] == ANYWHERE
    form = page(operator.get(ANYWHERE))
    assert form.the("select", name="connection").tag == "select"
    seen = page(give(operator, line("one"), ANYWHERE, connection="local", queue="orders"))
    assert seen.fields["target"] == "orders"
    assert Dump.objects.get().queue_name == "orders"


@pytest.mark.parametrize(
    ("queue", "said"),
    [
        ("mails", "There is no queue mails on local."),
        ("a/b", "A queue name may hold letters"),
        ("", "This field is required."),
    ],
)
def test_a_queue_that_is_not_there_takes_no_file(
    operator: Client, orders: str, queue: str, said: str
) -> None:
    seen = refused(operator, line("one"), ANYWHERE, connection="local", queue=queue)
    assert said in seen.complaints
    page(give(operator, line("one"), "/connections/local/queues/mails/upload/"), 404)


@pytest.mark.parametrize("path", [UPLOAD, ANYWHERE])
def test_ten_gigabytes_are_refused_in_a_sentence_before_they_are_read(
    operator: Client, orders: str, path: str
) -> None:
    class Unread(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("the request was read")

    answer = operator.generic(
        "POST",
        path,
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH="10000000000",
        **{"wsgi.input": Unread()},  # type: ignore[arg-type]
    )
    seen = page(answer, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    assert "The file has 10.0 GB; at most 1.0 GB are taken" in seen.text
    assert "it was not read" in seen.text


def test_a_gzip_file_that_unpacks_to_too_much_is_refused(
    operator: Client, orders: str, settings: Any
) -> None:
    settings.SQSDASH = settings.SQSDASH | {"SQSDASH_UPLOAD_MEGABYTES": 1}
    seen = refused(operator, gzip.compress(line("x" * 1000) * 5_000))
    assert "Unpacked, the file has more than 1,000,000 bytes" in seen.complaints


def test_a_disk_that_fills_while_the_file_comes_is_said(
    operator: Client, orders: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(MemoryFileUploadHandler, "receive_data_chunk", full)
    answer = give(operator, line("one"))
    seen = page(answer, HTTPStatus.INSUFFICIENT_STORAGE)
    assert "The file could not be kept while it came: No space left on device." in seen.text


@pytest.mark.parametrize("path", [UPLOAD, ANYWHERE])
def test_an_upload_needs_a_token_of_the_form_and_a_user(orders: str, mara: Any, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path).status_code == HTTPStatus.FOUND  # to the sign-in page
    strict.force_login(mara)
    assert strict.post(path, {"file": SimpleUploadedFile("a", line("a"))}).status_code == 403
    assert not Dump.objects.exists()
