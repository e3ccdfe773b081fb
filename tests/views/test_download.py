"""A dump as a file, in every format."""

from __future__ import annotations

import csv
import gzip
import io
import json
from base64 import b64decode
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from queues.models import Dump
from queues.sqs.types import MessageAttribute
from tests.views.store import many, message, stored

pytestmark = pytest.mark.django_db(databases="__all__")

HOSTILE = [
    "plain",
    "two\nlines\r\nand \r more",
    "\n",
    "naïve 日本 😀",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    '","quoted""',
    "nul \x00 and surrogate \ud800",
]


def download(operator: Client, dump: Dump, query: str = "") -> bytes:
    answer: Any = operator.get(f"/dumps/{dump.pk}/download/{query}")
    assert answer.status_code == HTTPStatus.OK
    return b"".join(answer.streaming_content)


def hostile() -> Dump:
    return stored(*(message(body, f"m-{n}") for n, body in enumerate(HOSTILE)))


def test_json_lines_hold_every_message_exactly(operator: Client) -> None:
    lines = download(operator, hostile(), "?format=jsonl").decode("ascii").splitlines()
    assert [json.loads(line)["body"] for line in lines] == HOSTILE


def test_a_line_holds_all_that_sqs_said(operator: Client) -> None:
    attributes = {
        "colour": MessageAttribute("String.name", "red"),
        "seal": MessageAttribute("Binary", bytes(range(256))),
    }
    dump = stored(message("hello", message_attributes=attributes))
    line = json.loads(download(operator, dump))
    assert line["message_id"] == "m-1"
    assert line["md5_body"] == "5d41402abc4b2a76b9719d911017c592"
    assert line["attributes"]["SentTimestamp"] == "1795460000123"
    assert line["message_attributes"]["colour"] == {"type": "String.name", "value": "red"}
    assert b64decode(line["message_attributes"]["seal"]["value"]) == bytes(range(256))
    assert line["received_at"].endswith("+00:00")


def test_text_holds_the_bodies_with_a_line_of_dashes_between(operator: Client) -> None:
    text = download(operator, hostile(), "?format=text").decode("utf-8", "surrogatepass")
    assert text == ("\n" + "-" * 18 + "\n").join(HOSTILE)


@pytest.mark.parametrize("separator", [",", "\n", "<&>", " ", "\t--\t", "日"])
def test_text_takes_a_separator_of_ones_own(separator: str, operator: Client) -> None:
    dump = many(3)
    answer: Any = operator.get(
        f"/dumps/{dump.pk}/download/", {"format": "text", "separator": separator}
    )
    text = b"".join(answer.streaming_content).decode()
    assert text == separator.join(["body 1", "body 2", "body 3"])


def test_a_separator_typed_on_two_lines_is_what_was_typed(operator: Client) -> None:
    text = download(operator, many(2), "?format=text&separator=%0D%0A--%0D%0A").decode()
    assert text == "body 1\n--\nbody 2"


def test_csv_is_a_table_whose_formulas_do_not_run(operator: Client) -> None:
    content = download(operator, hostile(), "?format=csv").decode()
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [row["message_id"] for row in rows] == [f"m-{n}" for n in range(len(HOSTILE))]
    assert rows[0]["body"] == "plain"
    assert rows[1]["body"] == "two\nlines\r\nand \r more"
    assert rows[5]["body"] == "'=cmd|' /C calc'!A0"


def test_a_packed_file_holds_the_same_bytes(operator: Client) -> None:
    dump = many(300)
    plain = download(operator, dump, "?format=jsonl")
    assert gzip.decompress(download(operator, dump, "?format=jsonl&gzip=on")) == plain
    assert plain.count(b"\n") == 300


@pytest.mark.parametrize(
    ("query", "ending", "content_type"),
    [
        ("", ".jsonl", "application/x-ndjson"),
        ("?format=jsonl&gzip=on", ".jsonl.gz", "application/gzip"),
        ("?format=text", ".txt", "text/plain; charset=utf-8"),
        ("?format=csv", ".csv", "text/csv; charset=utf-8"),
    ],
)
def test_a_browser_saves_the_file_and_never_shows_it(
    query: str, ending: str, content_type: str, operator: Client
) -> None:
    answer = operator.get(f"/dumps/{many(1).pk}/download/{query}")
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="orders-20')
    assert disposition.endswith(f'{ending}"')
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_format_nobody_knows_is_refused(operator: Client) -> None:
    answer = operator.get(f"/dumps/{many(1).pk}/download/?format=pickle")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert answer.content == b"format must be one of jsonl, text, csv."


def test_an_empty_dump_is_an_empty_file(operator: Client) -> None:
    dump = stored()
    assert download(operator, dump, "?format=jsonl") == b""
    assert download(operator, dump, "?format=text") == b""
    assert download(operator, dump, "?format=csv").startswith(b"message_id,")
