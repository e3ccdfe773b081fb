"""Tasks as Celery itself sends them over SQS, read the way the worker would."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from celery import chain, chord

from queues import decoders
from simulator import Simulator
from tests.corpus.case import packed
from tests.corpus.celery_shop import CHARGE, Shop
from tests.corpus.others import body_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@pytest.fixture
def shops(simulator: Simulator, sqs: SQSClient) -> Iterator[Any]:
    opened: list[Shop] = []

    def shop(**settings: Any) -> Shop:
        opened.append(Shop(simulator.endpoint, sqs, **settings))
        return opened[-1]

    yield shop
    for each in opened:
        each.app.close()


@pytest.fixture
def shop(shops: Any) -> Shop:
    made: Shop = shops()
    return made


def document(body: str) -> dict[str, Any]:
    reading = decoders.read(body)
    assert reading.shape is decoders.Shape.JSON
    found: dict[str, Any] = json.loads(reading.text or "", parse_float=Decimal)
    return found


def facts(body: str) -> dict[str, str]:
    return {fact.label: fact.value for fact in decoders.read(body).facts}


def test_a_task_is_shown_with_its_name_id_arguments_retries_and_queue(shop: Shop) -> None:
    body = shop.send(17, 2**70, kwargs={"currency": "EUR", "amount": 1.1}, task_id="t-1")
    task = document(body)
    assert task["task"] == CHARGE
    assert (task["id"], task["retries"], task["queue"]) == ("t-1", 0, "payments")
    assert task["args"] == [17, 2**70]
    assert task["kwargs"] == {"currency": "EUR", "amount": Decimal("1.1")}
    assert (task["eta"], task["expires"], task["group"]) == (None, None, None)
    reading = decoders.read(body)
    assert (reading.trail, reading.title) == (["base64", "Celery task"], CHARGE)
    assert facts(body)["Task id"] == "t-1"
    assert facts(body)["Celery queue"] == "payments"
    assert reading.problems == ()
    assert reading.notes == []


def test_what_kombu_wrote_around_it_is_the_envelope(shop: Shop) -> None:
    body = shop.send(17)
    envelope = decoders.read(body).envelope
    assert envelope is not None
    assert envelope == base64.b64decode(body).decode()
    assert json.loads(envelope)["properties"]["delivery_info"]["routing_key"] == "payments"


def test_a_search_gets_the_same_document_and_envelope(shop: Shop) -> None:
    body = shop.send(17)
    reading = decoders.read(body)
    assert decoders.json_text(body) == (reading.text, reading.envelope)


def test_when_it_may_begin_and_when_it_expires_are_told(shop: Shop) -> None:
    body = shop.send(
        17, countdown=600, expires=3600, time_limit=30, priority=3, headers={"x-request-id": "b4"}
    )
    task = document(body)
    assert facts(body)["Not before"] == task["eta"]
    assert facts(body)["Expires"] == task["expires"]
    assert task["eta"] < task["expires"]
    assert task["timelimit"] == [30, None]
    assert task["priority"] == 3
    assert task["headers"] == {"x-request-id": "b4"}


def test_what_follows_a_task_is_shown(shop: Shop) -> None:
    receipt = shop.app.signature("orders.tasks.send_receipt", args=(17,), app=shop.app)
    task = document(shop.send(17, link=receipt, link_error=receipt))
    assert task["callbacks"][0]["task"] == "orders.tasks.send_receipt"
    assert task["errbacks"][0]["args"] == [17]


def test_a_chain_shows_what_comes_next(shop: Shop) -> None:
    charge, receipt = (shop.app.signature(name, app=shop.app) for name in (CHARGE, "receipt"))
    chain(charge, receipt, app=shop.app).apply_async()
    task = document(shop.body())
    assert task["task"] == CHARGE
    assert [each["task"] for each in task["chain"]] == ["receipt"]


def test_a_chord_shows_its_group_and_what_waits_for_it(shop: Shop) -> None:
    charge, receipt = (shop.app.signature(name, app=shop.app) for name in (CHARGE, "receipt"))
    chord([charge, charge], app=shop.app)(receipt)
    body = shop.body()
    task = document(body)
    assert (task["task"], task["chord"]["task"]) == (CHARGE, "receipt")
    assert task["group"] == task["chord"]["options"]["group_id"]
    assert facts(body)["Group"] == task["group"]


def test_a_retry_and_its_family_are_told(shop: Shop) -> None:
    body = shop.send(17, retries=4, root_id="root", parent_id="parent")
    assert (document(body)["retries"], facts(body)["Retries"]) == (4, "4")
    assert (facts(body)["Root task"], facts(body)["Parent task"]) == ("root", "parent")


@pytest.mark.parametrize("compression", ["gzip", "bzip2", "lzma"])
def test_a_compressed_task_is_unpacked(compression: str, shop: Shop) -> None:
    body = shop.send(17, kwargs={"note": "squeezed " * 50}, compression=compression)
    assert document(body)["kwargs"] == {"note": "squeezed " * 50}
    assert facts(body)["Compression"].startswith("application/x-")


def test_zstd_too() -> None:
    assert document(body_of("celery-zstd"))["kwargs"] == {"note": "squeezed " * 20}


def test_a_pickled_task_says_what_it_would_do_and_is_never_loaded(shop: Shop) -> None:
    body = shop.send(17, {1, 2}, serializer="pickle")
    task, reading = document(body), decoders.read(body)
    assert task["task"] == CHARGE
    assert "args" not in task
    assert task["content"][0] == "PROTO 4"
    assert "EMPTY_SET" in " ".join(task["content"])
    assert task["argsrepr"] == "[17, {1, 2}]"
    (note,) = reading.notes
    assert "not loaded" in note
    assert "argsrepr" in note


def test_a_pickle_that_would_run_something_says_what() -> None:
    envelope = json.loads(body_of("celery-unwrapped"))
    envelope |= {"content-type": "application/x-python-serialize"}
    evil = b"(cos\nsystem\n(S'touch /tmp/x'\ntR(d(dt."
    body = json.dumps(envelope | {"body": packed(evil)})
    assert facts(body)["Would import"] == "os.system"
    assert "GLOBAL 'os system'" in " ".join(document(body)["content"])


def test_yaml_is_shown_as_text_and_the_note_says_so(shop: Shop) -> None:
    body = shop.send(17, serializer="yaml")
    assert "- - 17" in document(body)["content"]
    assert "YAML" in decoders.read(body).notes[0]


def test_messagepack_is_written_down_as_json() -> None:
    task = document(body_of("celery-msgpack"))
    assert task["args"] == [22, {"__type__": "base64", "__value__": "/wA="}]
    assert task["kwargs"] == {"amount": Decimal("12.5"), "tags": ["a", None, True]}


def test_protocol_1_is_read_too(shops: Any) -> None:
    body = shops(task_protocol=1).send(17, kwargs={"x": 2}, countdown=60)
    task = document(body)
    assert (task["task"], task["args"], task["kwargs"]) == (CHARGE, [17], {"x": 2})
    assert facts(body)["Not before"] == task["eta"]


@pytest.mark.parametrize(
    "transport", [{"sqs_base64_encoding": False}, {"body_encoding": None}], ids=str
)
def test_transports_that_were_told_to_pack_less_are_read_too(transport: Any, shops: Any) -> None:
    assert document(shops(transport=transport).send(17))["args"] == [17]


def test_digits_and_escapes_of_arguments_are_as_they_were_sent() -> None:
    args = '[1.10, 1E400, 12345678901234567890123.0, "\\u00e9"]'
    reading = decoders.read(with_content(f'[{args}, {{"a": 1, "a": 2}}, {{}}]'))
    assert f'"args":{args},"kwargs":{{"a": 1, "a": 2}}' in (reading.text or "")


def test_a_compression_that_is_unknown_here_is_named() -> None:
    reading = decoders.read(body_of("celery-brotli"))
    assert reading.title == CHARGE
    assert "application/x-brotli, which cannot be unpacked here" in reading.problems[0]


def test_a_task_behind_a_named_exchange_is_in_no_queue_that_is_known() -> None:
    envelope = json.loads(body_of("celery-unwrapped"))
    envelope["properties"]["delivery_info"] = {"exchange": "topics", "routing_key": "a.b"}
    task = document(json.dumps(envelope))
    assert (task["queue"], task["exchange"], task["routing_key"]) == (None, "topics", "a.b")


def test_an_exchange_made_for_a_queue_has_its_name() -> None:
    envelope = json.loads(body_of("celery-unwrapped"))
    envelope["properties"]["delivery_info"] = {"exchange": "celery", "routing_key": "celery"}
    body = json.dumps(envelope)
    assert (document(body)["queue"], facts(body)["Celery queue"]) == ("celery", "celery")


@pytest.mark.parametrize("content", ["{", "[1, 2]", "words", "[" * 50_000, ""])
def test_arguments_that_cannot_be_had_leave_the_name_of_the_task(content: str) -> None:
    reading = decoders.read(with_content(content))
    assert reading.title == CHARGE
    assert "could not be taken apart" in reading.notes[0]


def with_content(content: str) -> str:
    envelope = json.loads(body_of("celery-unwrapped"))
    return packed(json.dumps(envelope | {"body": packed(content.encode())}).encode())


def test_json_that_only_looks_a_little_like_it_stays_what_it_is() -> None:
    body = '{"content-type": "x", "delivery_info": {}, "properties": [], "body": "cGFy"}'
    reading = decoders.read(body)
    assert (reading.trail, reading.text) == (["JSON"], body)
