"""The rows of a list: what messages are called, and the values that are picked as columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from queues.models import AuditEntry, Dump, QueuePreferences
from queues.sqs.types import MessageAttribute
from queues.views import rows
from tests.views.page import Page, page
from tests.views.store import message, stored

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    pytest.mark.usefixtures("connection"),
]

COLUMNS = "/connections/local/queues/orders/columns/"


def dump_of(*bodies: str, attributes: Mapping[str, MessageAttribute] | None = None) -> Dump:
    return stored(
        *(
            message(body, f"m-{n}", message_attributes=attributes)
            for n, body in enumerate(bodies, start=1)
        )
    )


def pick(*columns: str) -> None:
    QueuePreferences.objects.create(connection="local", queue_name="orders", columns=list(columns))


def cells(shown: Page, message_id: str) -> str:
    """The first list of values in a message's row."""
    return shown.the("li", data_message=message_id).text


def test_picked_values_stand_in_each_row_with_every_digit(operator: Client) -> None:
    pick("order.id", "total", "lines[0].sku", "attributes.ApproximateReceiveCount", "flags")
    body = '{"order": {"id": "A-1"}, "total": 12345678901234567890.10, "lines": [{"sku": "X"}], '
    dump = dump_of(body + '"flags": [true, null, {"a": 1.0}]}')
    row = cells(page(operator.get(f"/dumps/{dump.pk}/")), "m-1")
    assert "order.id A-1" in row
    assert "total 12345678901234567890.10" in row
    assert "lines[0].sku X" in row
    assert "attributes.ApproximateReceiveCount 1" in row
    assert 'flags [true, null, {"a": 1.0}]' in row


def test_where_there_is_no_value_a_dash_stands(operator: Client) -> None:
    pick("order.id")
    dump = dump_of('{"order": {}}', "no json", '{"order": {"id": null}}')
    shown = page(operator.get(f"/dumps/{dump.pk}/"))
    assert "order.id —" in cells(shown, "m-1")
    assert "order.id —" in cells(shown, "m-2")
    assert "order.id null" in cells(shown, "m-3")


def test_the_form_offers_the_paths_there_are_and_keeps_those_picked(operator: Client) -> None:
    pick("old.path")
    dump = dump_of(
        '{"order": {"id": "A-1", "odd name": 5}, "lines": [{"sku": "X"}]}',
        attributes={"tenant": MessageAttribute("String", "acme")},
    )
    form = page(operator.get(COLUMNS, {"dump": str(dump.pk), "query": "text=A"}))
    boxes = {
        box.attributes["value"]: "checked" in box.attributes
        for box in form.all("input", name="path")
    }
    assert boxes == {
        "old.path": True,
        "order.id": False,
        'order."odd name"': False,
        "lines[0].sku": False,
        "message_attributes.tenant": False,
    }
    given = {"dump": dump.pk, "query": "text=A", "path": ["old.path", 'order."odd name"']}
    answer = operator.post(COLUMNS, {**given, "another": " body.status "})
    assert answer["Location"] == f"/dumps/{dump.pk}/?text=A"
    picked = QueuePreferences.of("local", "orders").columns
    assert picked == ["old.path", 'order."odd name"', "status"]
    entry = AuditEntry.objects.get(action="set up reading")
    assert entry.detail["columns"] == {"from": ["old.path"], "to": picked}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"another": "a..b"}, "Here a name is expected"),
        ({"another": "i", "path": list("abcdefgh")}, "at most 8 columns"),
        ({"path": ["nobody offered it"]}, "not one of the available choices"),
    ],
)
def test_columns_that_cannot_be_are_refused(
    given: dict[str, Any], said: str, operator: Client
) -> None:
    dump = dump_of(json.dumps(dict.fromkeys("abcdefgh", 1)))
    answer = operator.post(COLUMNS, {"dump": dump.pk, **given})
    assert said in page(answer, 422).text
    assert not QueuePreferences.objects.exists()


def test_a_column_is_added_beside_the_message_that_is_open(operator: Client) -> None:
    pick("status")
    dump = dump_of('{"order": {"id": "A-1"}}')
    given = {"dump": dump.pk, "path": "body.order.id", "message": "1", "query": "text=A"}
    answer = operator.post(f"{COLUMNS}add/", given)
    assert answer["Location"] == f"/dumps/{dump.pk}/?text=A&message=1"
    assert QueuePreferences.of("local", "orders").columns == ["status", "order.id"]
    operator.post(f"{COLUMNS}add/", given)
    assert QueuePreferences.of("local", "orders").columns == ["status", "order.id"]
    wrong = operator.post(f"{COLUMNS}add/", {**given, "path": "a..b"}, follow=True)
    assert "Here a name is expected" in page(wrong).text


def test_columns_are_not_set_from_another_queues_dump(operator: Client) -> None:
    dump = stored(message("{}"), queue_name="mails")
    assert operator.post(COLUMNS, {"dump": dump.pk, "another": "a"}).status_code == 404
    assert operator.post(COLUMNS, {"another": "a"}).status_code == 404


def test_a_row_is_called_what_its_decoder_calls_it(operator: Client) -> None:
    task = {"Type": "Notification", "MessageId": "1", "TopicArn": "arn:aws:sns:eu-west-1:1:t"}
    notice = {**task, "Subject": "Late again", "Message": '{"a": 1}', "Timestamp": "2026"}
    dump = dump_of(json.dumps(notice), '{"plain": 1}', "just text")
    shown = page(operator.get(f"/dumps/{dump.pk}/"))
    assert "Late again" in cells(shown, "m-1")
    assert "SNS" in cells(shown, "m-1")
    assert cells(shown, "m-2").startswith("m-2 received")
    assert "Text" in cells(shown, "m-3")


def test_bodies_that_are_large_are_not_decoded_for_a_list_which_says_so(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "LARGEST_BYTES", 1_000)
    pick("a")
    dump = dump_of(json.dumps({"a": "x" * 1_000}), '{"a": 2}')
    shown = page(operator.get(f"/dumps/{dump.pk}/"))
    assert "not decoded here" in cells(shown, "m-1")
    assert "a —" in cells(shown, "m-1")
    assert '{"a": "xxx' in cells(shown, "m-1")
    assert "a 2" in cells(shown, "m-2")


def test_a_list_whose_decoding_takes_too_long_says_so_and_is_there(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MOST_SECONDS", -1)
    dump = dump_of('{"a": 1}')
    shown = page(operator.get(f"/dumps/{dump.pk}/"))
    tag = next(tag for tag in shown.all("span") if tag.text == "not decoded here")
    assert "takes too long" in tag.attributes["title"]
    assert '{"a": 1}' in cells(shown, "m-1")


def test_a_queue_told_to_be_read_raw_is_shown_raw(operator: Client) -> None:
    QueuePreferences.objects.create(connection="local", queue_name="orders", decoder="raw")
    dump = dump_of("eyJhIjogMSwgImIiOiAyLCAiYyI6IDN9")
    shown = page(operator.get(f"/dumps/{dump.pk}/"))
    assert "eyJhIjog" in cells(shown, "m-1")
    assert "JSON" not in cells(shown, "m-1")
