"""Bodies and attributes that would like to be more than text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from tests.views.page import Page, page
from tests.views.test_peek import peek

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.django_db(databases="__all__")

MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</pre></section><iframe src=//evil.example></iframe>",
    '<a href="javascript:alert(1)" hx-get="/logout/" hx-trigger="load">x</a>',
    "{{ 7|add:7 }}{% url 'logout' %}",
    "<!-- ]]> <![CDATA[ -->",
    '{"json": "</i></li></ol><script>alert(1)</script>"}',
]


def seen_as(operator: Client, sqs: SQSClient, url: str, body: str, **more: Any) -> Page:
    sqs.send_message(QueueUrl=url, MessageBody=body, **more)
    return peek(operator, 1)


def listed(seen: Page) -> str:
    return seen.the("span", class_="pv").raw


def as_raw(operator: Client, seen: Page) -> Page:
    """The same page with the raw body, one click away."""
    return page(operator.get(seen.links["Raw"]))


def raw(seen: Page) -> str:
    """The raw body as a browser shows it: without a line end right after the tag."""
    return seen.the("pre", id="raw").raw.removeprefix("\n")


@pytest.mark.parametrize("body", MARKUP)
def test_markup_in_a_body_is_text_in_the_list_and_beside_it(
    body: str, operator: Client, sqs: SQSClient, orders: str
) -> None:
    harmless = seen_as(operator, sqs, orders, "harmless")
    harmless_raw = len(as_raw(operator, harmless).elements)
    sqs.purge_queue(QueueUrl=orders)
    seen = seen_as(operator, sqs, orders, body)
    assert listed(seen) == body
    for tag in ("script", "img", "iframe", "svg", "input"):
        more = 5 * (tag == "input" and bool(seen.all("ol", class_="code")))  # of the line's form
        assert len(seen.all(tag)) == len(harmless.all(tag)) + more
    seen = as_raw(operator, seen)
    assert raw(seen) == body
    assert len(seen.elements) == harmless_raw


def test_markup_in_attributes_is_text(operator: Client, sqs: SQSClient, orders: str) -> None:
    attributes: Any = {
        "name": {"DataType": f"String.{MARKUP[1]}", "StringValue": MARKUP[0]},
    }
    seen = seen_as(operator, sqs, orders, "harmless", MessageAttributes=attributes)
    section = seen.the("section", id="attributes").text
    assert MARKUP[0] in section
    assert MARKUP[1] in section
    assert not seen.all("img", src="x")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("abc\u202etxt.exe", r"abc\u202etxt.exe"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("c1 \x85 control", r"c1 \x85 control"),
        ("carriage\rreturn", r"carriage\rreturn"),
        ("\ufeffmark", r"\ufeffmark"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_an_escape(
    body: str, shown: str, operator: Client, sqs: SQSClient, orders: str
) -> None:
    assert raw(seen_as(operator, sqs, orders, body)) == shown


def test_also_in_the_list(operator: Client, sqs: SQSClient, orders: str) -> None:
    assert listed(seen_as(operator, sqs, orders, "abc\u202etxt.exe")) == r"abc\u202etxt.exe"


def test_also_inside_json(operator: Client, sqs: SQSClient, orders: str) -> None:
    seen = seen_as(operator, sqs, orders, '{"file": "abc\u202etxt.exe", "\u200b": 1}')
    laid_out = seen.the("ol", class_="code").text
    assert r"abc\u202etxt.exe" in laid_out
    assert r"\u200b" in laid_out
    assert "\u202e" not in laid_out


def test_also_in_attributes(operator: Client, sqs: SQSClient, orders: str) -> None:
    attributes: Any = {"file": {"DataType": "String", "StringValue": "abc\u202etxt.exe"}}
    seen = seen_as(operator, sqs, orders, "harmless", MessageAttributes=attributes)
    assert r"abc\u202etxt.exe" in seen.the("section", id="attributes").text


def test_a_body_that_begins_with_empty_lines_keeps_them(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    assert raw(seen_as(operator, sqs, orders, "\n\n  two lines down\n")) == (
        "\n\n  two lines down\n"
    )


def test_json_is_laid_out_and_the_raw_text_stays_beside_it(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    body = '{"id":1.10,"id":2,"big":' + "9" * 400 + "}"
    seen = seen_as(operator, sqs, orders, body)
    assert [line.text for line in seen.all("li") if "data-n" in line.attributes] == [
        "{",
        '"id": 1.10,',
        '"id": 2,',
        '"big": ' + "9" * 400,
        "}",
    ]
    assert raw(as_raw(operator, seen)) == body


def test_a_megabyte_on_one_line_is_shown_as_far_as_a_page_can_bear_and_saved_whole(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    body = "0123456789" * 104_857
    seen = seen_as(operator, sqs, orders, body)
    assert raw(seen) == body[: 256 * 1024]
    assert "Shown: the first 262,144 of 1,048,570 characters." in seen.text
    assert operator.get(seen.links["Raw body"]).content.decode() == body
    assert len(listed(seen)) <= 400


def test_a_preview_that_ends_within_a_character_leaves_it_out(
    operator: Client, sqs: SQSClient, orders: str
) -> None:
    seen = seen_as(operator, sqs, orders, "x" + "é" * 500)
    assert re.fullmatch("xé{150,400}…?", listed(seen))
