"""Sending message attributes of every type."""

from __future__ import annotations

import base64
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from simulator import Simulator
from tests.views.page import Page, page
from tests.views.test_send import refused, send

pytestmark = pytest.mark.django_db(databases="__all__")

BYTES = bytes(range(256))


def row(
    name: str, type_: str, value: str = "", *, at: int = 0, label: str = "", file: Any = None
) -> dict[str, Any]:
    fields = {"name": name, "type": type_, "value": value, "label": label}
    typed: dict[str, Any] = {f"attributes-{at}-{key}": each for key, each in fields.items()}
    return typed | ({f"attributes-{at}-file": file} if file else {})


def attributes(simulator: Simulator) -> dict[str, tuple[str, str | bytes]]:
    return simulator.messages("orders")[0].message_attributes


def test_every_type_arrives_with_its_label(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    typed = (
        row("text", "String", "two\r\nlines ", at=0)
        | row("price", "Number", "12.50", at=1)
        | row("seal", "Binary", base64.b64encode(BYTES).decode(), at=2)
        | row("count", "Number", "-7", at=3, label="int")
        | row("when", "String", "today", at=5, label="date.iso")
        | row("picture", "Binary", at=9, label="png", file=SimpleUploadedFile("a.png", BYTES))
    )
    page(send(operator, **typed))
    assert attributes(simulator) == {
        "text": ("String", "two\nlines "),
        "price": ("Number", "12.50"),
        "seal": ("Binary", BYTES),
        "count": ("Number.int", "-7"),
        "when": ("String.date.iso", "today"),
        "picture": ("Binary.png", BYTES),
    }


def test_ten_attributes_are_as_many_as_there_can_be(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    ten: dict[str, Any] = {}
    for at in range(10):
        ten |= row(f"name-{at}", "String", "value", at=at)
    page(send(operator, **ten))
    assert len(attributes(simulator)) == 10
    eleven = ten | row("name-10", "String", "value", at=10) | {"attributes-TOTAL_FORMS": 11}
    assert "at most 10" in refused(operator, **eleven).complaints


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        (row("", "String", "red"), "An attribute needs a name."),
        (row("colour", "String"), 'Attribute "colour" is empty.'),
        (row("price", "Number", "twelve"), 'Attribute "price" is no number that SQS takes'),
        (row("price", "Number", "1" * 39), "no number that SQS takes"),
        (row("seal", "Binary", "not base64!"), "This is not base64"),
        (row("seal", "Binary", "YQ"), "This is not base64"),
        (row("seal", "Binary"), 'Attribute "seal" is empty.'),
        (row("AWS.trace", "String", "x"), "a prefix that AWS keeps for itself"),
        (row("a..b", "String", "x"), "nor two in a row"),
        (row("bad name", "String", "x"), "may hold letters, digits"),
        (row("n" * 257, "String", "x"), "at most 256 characters"),
        (row("text", "String", "bell \x07"), "U+0007"),
        (row("colour", "Colour", "red"), "Select a valid choice."),
    ],
)
def test_an_attribute_sqs_would_refuse_is_said_and_everything_typed_is_kept(
    typed: dict[str, Any], complaint: str, operator: Client, simulator: Simulator, orders: str
) -> None:
    form = refused(operator, "precious", **typed)
    assert complaint in form.complaints
    assert form.fields["body"] == "precious"
    for field in ("name", "value"):
        assert form.fields[f"attributes-0-{field}"] == typed[f"attributes-0-{field}"]
    assert simulator.messages("orders") == []


def test_a_name_that_stands_twice_is_refused(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    twice = row("colour", "String", "red", at=0) | row("colour", "String", "blue", at=4)
    assert "colour stands twice" in refused(operator, **twice).complaints
    assert simulator.messages("orders") == []


def test_a_file_goes_with_binary_only(operator: Client, simulator: Simulator, orders: str) -> None:
    typed = row("colour", "String", file=SimpleUploadedFile("a", b"red"))
    assert "A file goes with the type Binary." in refused(operator, **typed).complaints


def test_a_body_and_attributes_too_large_together_are_refused(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    typed = row("seal", "Binary", file=SimpleUploadedFile("a", b"x" * 524_288))
    form = refused(operator, "y" * 524_288, **typed)
    assert "The message has 1,048,586 bytes, its attributes included." in form.complaints
    assert simulator.messages("orders") == []


def test_a_body_with_ten_kilobytes_of_attributes_is_shown_as_it_was_sent(
    operator: Client, simulator: Simulator, orders: str
) -> None:
    page(send(operator, **row("seal", "Binary", file=SimpleUploadedFile("a", BYTES * 40))))
    peek = {"messages": 1, "wait": 1, "visibility_timeout": 30}
    seen: Page = page(
        operator.post("/connections/local/queues/orders/peek/", peek, follow=True), HTTPStatus.OK
    )
    # Only the beginning of it stands on the page; the whole of it is what arrived.
    assert "seal" in seen.text
    [message] = simulator.messages("orders")
    assert BYTES * 40 in message.message_attributes["seal"]
