"""An uploaded file becomes a stored dump with a report, or nothing and a sentence."""

from __future__ import annotations

import gzip
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from queues.formats import FORMATS
from queues.jobs import upload
from queues.jobs.retention import expire
from queues.jobs.upload import UploadRefused, receive, refusal
from queues.models import Dump, Message
from queues.sqs.types import Queue

pytestmark = pytest.mark.django_db(databases="__all__")

ORDERS = Queue("url", "orders", {"MaximumMessageSize": "2048"})
FIFO = Queue("url", "orders.fifo", {"MaximumMessageSize": "2048"})


def line(body: str, **fields: Any) -> bytes:
    return json.dumps({"body": body} | fields).encode() + b"\n"


def take(content: bytes, queue: Queue = ORDERS) -> Dump:
    dump = receive(io.BytesIO(content), "orders.jsonl", "local", queue, "mara")
    return Dump.objects.get(pk=dump.pk)


def report(dump: Dump) -> dict[str, Any]:
    found: dict[str, Any] = dump.cost["report"]
    return found


def bodies(dump: Dump) -> list[str]:
    return [record.body for record in dump.records()]


def test_a_file_of_good_lines_is_stored_in_its_order_and_kept_as_long_as_a_dump() -> None:
    dump = take(b"".join(line(f"order {n}") for n in range(1_201)))
    assert bodies(dump) == [f"order {n}" for n in range(1_201)]
    assert (dump.kind, dump.verdict, dump.created_by) == ("upload", "complete", "mara")
    assert (dump.connection, dump.queue_name) == ("local", "orders")
    assert dump.reason == "1,201 messages read from orders.jsonl."
    assert dump.expires_at > timezone.now() + timedelta(days=13)
    assert report(dump)["bytes"] == sum(len(body) for body in bodies(dump))
    assert set(dump.messages.values_list("message_id", flat=True)) == {None}


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_what_was_downloaded_here_is_the_same_after_an_upload(pack: type[bytes]) -> None:
    binary = {"type": "Binary.png", "value": "AP8="}
    first = take(
        line("one", message_id="id-1", message_attributes={"seal": binary})
        + line("größe\t\n🚚", message_id="id-2", attributes={"MessageGroupId": "g"})
        + line("one without an id")
    )
    file = b"".join(FORMATS["jsonl"].write(first.records()))
    again = take(pack(file))
    assert list(again.records()) == list(first.records())
    assert b"".join(FORMATS["jsonl"].write(again.records())) == file


def test_bad_lines_are_counted_and_the_first_twenty_named_with_their_numbers() -> None:
    dump = take(b"".join(line("good") if n % 2 else b"bad\n" for n in range(100)))
    assert (dump.message_count, dump.verdict) == (50, "partial")
    assert "50 of 100 lines of orders.jsonl are messages that SQS takes" in dump.reason
    found = report(dump)
    assert (found["lines"], found["bad"]) == (100, 50)
    assert [number for number, _ in found["examples"]] == list(range(1, 41, 2))
    assert found["examples"][0][1] == "It is not JSON (character 1: Expecting value)."


def test_a_message_id_that_stands_twice_is_bad_the_second_time_wherever_it_stands() -> None:
    far_apart = [line(str(n), message_id=f"id-{n}") for n in range(600)]
    content = b"".join([*far_apart, b"bad\n", line("again", message_id="id-0")])
    close = line("a", message_id="near") + line("b", message_id="near")
    dump = take(content + close)
    assert dump.message_count == 601
    twice = "Its message_id is that of message {} further up in this file."
    assert report(dump)["examples"] == [
        [601, "It is not JSON (character 1: Expecting value)."],
        [602, twice.format("1")],
        [604, twice.format("601")],
    ]


def test_of_many_bad_lines_the_first_are_named_whenever_they_were_noticed() -> None:
    twins = line("a", message_id="same") * 3
    dump = take(twins + b"bad\n" * 30)
    numbers = [number for number, _ in report(dump)["examples"]]
    assert numbers == list(range(2, 22))
    assert report(dump)["bad"] == 32


def test_groups_and_messages_without_one_are_counted() -> None:
    grouped = [line("a", attributes={"MessageGroupId": f"g{n % 3}"}) for n in range(9)]
    found = report(take(b"".join(grouped) + line("alone") * 2, FIFO))
    assert (found["groups"], found["without_group"]) == (3, 2)


def test_a_reason_is_short_and_can_be_shown_whatever_the_line_holds() -> None:
    bad = b'{"body": "a", "attributes": {"\\ud800%s": 7}}\n' % (b"\\u202e" * 500)
    dump = take(bad + line("good"))
    [[_, reason]] = report(dump)["examples"]
    assert reason.startswith('attributes, "\\ud800\\u202e')
    assert len(reason) <= 400


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        line("a") * 600 + b"x" * 3_000_000,
        gzip.compress(line("a") * 2_000)[:-9],
    ],
    ids=["empty", "html", "too large", "cut gzip"],
)
def test_of_a_file_that_is_refused_as_a_whole_nothing_stays(content: bytes, settings: Any) -> None:
    settings.SQSDASH = settings.SQSDASH | {"SQSDASH_UPLOAD_MEGABYTES": 2}
    with pytest.raises(UploadRefused):
        take(content)
    assert not Dump.objects.listed().exists()
    Dump.objects.update(expires_at=timezone.now() - timedelta(minutes=2))
    expire()
    assert not Message.objects.exists()


def test_a_store_that_is_full_ends_the_upload_with_a_sentence(settings: Any) -> None:
    settings.SQSDASH = settings.SQSDASH | {"SQSDASH_DUMP_GIGABYTES": 0.0001}
    with pytest.raises(UploadRefused, match="Nothing of the file is kept") as refused:
        take(line("x" * 1000) * 5_000)
    assert "SQSDASH_DUMP_GIGABYTES" in refused.value.sentence
    assert not Dump.objects.listed().exists()


def test_a_database_that_fails_ends_the_upload_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def locked(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(Dump, "add_records", locked)
    with pytest.raises(UploadRefused, match="The store did not take it: database is locked"):
        take(line("a"))
    assert not Dump.objects.listed().exists()


def test_what_a_process_leaves_that_dies_over_an_upload_is_gone_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(upload, "read_lines", killed)
    with pytest.raises(KeyboardInterrupt):
        take(line("a"))
    assert Dump.objects.get().expires_at < timezone.now() + timedelta(hours=3)


def test_large_messages_are_committed_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    chunks: list[int] = []
    add = Dump.add_records

    def noted(dump: Dump, records: list[Any]) -> None:
        chunks.append(len(records))
        add(dump, records)

    monkeypatch.setattr(Dump, "add_records", noted)
    roomy = Queue("url", "orders", {})
    assert take(line("x" * 1_000_000) * 20, roomy).message_count == 20
    assert chunks == [8, 8, 4]


def test_a_request_is_measured_before_it_is_read(settings: Any) -> None:
    settings.SQSDASH = settings.SQSDASH | {"SQSDASH_UPLOAD_MEGABYTES": 5}
    assert refusal(5_000_000) == ""
    assert refusal(10_000_000_000).startswith(
        "The file has 10.0 GB; at most 5.0 MB are taken (SQSDASH_UPLOAD_MEGABYTES)"
    )
    settings.SQSDASH = settings.SQSDASH | {"SQSDASH_FREE_DISK_MEGABYTES": 1_000_000}
    assert "The disk of temporary files" in refusal(1_000_000)
