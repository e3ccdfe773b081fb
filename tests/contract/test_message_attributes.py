"""Attributes on messages: their rules, their MD5, and who gets to see them."""

import hashlib
from typing import Any

import pytest

from tests.contract.shop import Shop, refused

EVERY_TYPE: dict[str, Any] = {
    "text": {"DataType": "String", "StringValue": "größe & <b>"},
    "count": {"DataType": "Number", "StringValue": "42"},
    "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff\r\n"},
    "text.json": {"DataType": "String.json", "StringValue": "{}"},
    "count-float": {"DataType": "Number.float", "StringValue": "-1.5e-7"},
    "raw_png": {"DataType": "Binary.png", "BinaryValue": b"\x89PNG"},
}


def md5(attributes: dict[str, Any]) -> str:
    packed = b""
    for name in sorted(attributes):
        value = attributes[name]
        for part in (name, value["DataType"]):
            packed += len(part.encode()).to_bytes(4, "big") + part.encode()
        binary = "BinaryValue" in value
        raw = value["BinaryValue"] if binary else value["StringValue"].encode()
        packed += (b"\x02" if binary else b"\x01") + len(raw).to_bytes(4, "big") + raw
    return hashlib.md5(packed).hexdigest()


def string(value: str = "x") -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


def test_attributes_of_every_type_arrive_as_sent_with_their_md5(shop: Shop) -> None:
    url = shop.queue()
    sent = shop.send(url, MessageAttributes=EVERY_TYPE)
    received = shop.receive(url)
    assert received["MessageAttributes"] == EVERY_TYPE
    assert sent["MD5OfMessageAttributes"] == md5(EVERY_TYPE)
    assert received["MD5OfMessageAttributes"] == md5(EVERY_TYPE)


def test_who_asks_for_no_attributes_sees_none(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url, MessageAttributes=EVERY_TYPE)
    received = shop.receive(url, MessageAttributeNames=[], MessageSystemAttributeNames=[])
    assert not {"MessageAttributes", "MD5OfMessageAttributes", "Attributes"} & set(received)


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        (["All"], set(EVERY_TYPE)),
        ([".*"], set(EVERY_TYPE)),
        (["text"], {"text"}),
        (["text", "raw", "unheard"], {"text", "raw"}),
        (["text.*"], {"text.json"}),
        (["TEXT"], set()),
    ],
    ids=["All", "dot star", "one", "two", "prefix", "other case"],
)
def test_a_receiver_sees_the_attributes_it_names(
    shop: Shop, asked: list[str], seen: set[str]
) -> None:
    url = shop.queue()
    shop.send(url, MessageAttributes=EVERY_TYPE)
    received = shop.receive(url, MessageAttributeNames=asked)
    assert set(received.get("MessageAttributes", {})) == seen


def test_the_md5_covers_the_attributes_that_are_returned(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url, MessageAttributes=EVERY_TYPE)
    received = shop.receive(url, MessageAttributeNames=["text"])
    assert received["MD5OfMessageAttributes"] == md5({"text": EVERY_TYPE["text"]})


def test_ten_attributes_are_taken_and_eleven_refused(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url, MessageAttributes={f"a{n}": string() for n in range(10)})
    with refused("InvalidParameterValue"):
        shop.send(url, MessageAttributes={f"a{n}": string() for n in range(11)})


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param(".first", id="leading dot"),
        pytest.param("last.", id="trailing dot"),
        pytest.param("two..dots", id="two dots"),
        pytest.param("white space", id="space"),
        pytest.param("ü", id="umlaut"),
        pytest.param("a" * 257, id="long"),
        pytest.param("AWS.x", id="AWS"),
        pytest.param("aws.x", id="aws"),
        pytest.param("Amazon.x", id="Amazon"),
    ],
)
def test_an_attribute_name_that_breaks_the_rules_is_refused(shop: Shop, name: str) -> None:
    with refused("InvalidParameterValue"):
        shop.send(shop.queue(), MessageAttributes={name: string()})


def test_an_attribute_name_may_have_256_characters(shop: Shop) -> None:
    url = shop.queue()
    name = "aZ9_-.".ljust(256, "x")
    shop.send(url, MessageAttributes={name: string()})
    assert set(shop.receive(url)["MessageAttributes"]) == {name}


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"DataType": "", "StringValue": "x"}, id="no type"),
        pytest.param({"DataType": "Text", "StringValue": "x"}, id="unknown type"),
        pytest.param({"DataType": "Stringy", "StringValue": "x"}, id="almost a type"),
        pytest.param({"DataType": "string", "StringValue": "x"}, id="lower case type"),
        pytest.param({"DataType": "String." + "x" * 250, "StringValue": "x"}, id="long type"),
        pytest.param({"DataType": "String"}, id="no value"),
        pytest.param({"DataType": "String", "StringValue": ""}, id="empty string"),
        pytest.param({"DataType": "Binary", "BinaryValue": b""}, id="empty bytes"),
        pytest.param({"DataType": "String", "BinaryValue": b"x"}, id="bytes as a string"),
        pytest.param({"DataType": "Binary", "StringValue": "x"}, id="string as bytes"),
        pytest.param({"DataType": "Number", "StringValue": "many"}, id="no number"),
        pytest.param({"DataType": "Number", "StringValue": "1_000"}, id="underscore"),
        pytest.param({"DataType": "Number", "StringValue": "NaN"}, id="not a number"),
        pytest.param({"DataType": "Number", "StringValue": "1" * 39}, id="39 digits"),
        pytest.param({"DataType": "Number", "StringValue": "1e127"}, id="too great"),
        pytest.param({"DataType": "String", "StringListValues": ["x"]}, id="list"),
    ],
)
def test_an_attribute_value_that_breaks_the_rules_is_refused(
    shop: Shop, value: dict[str, Any]
) -> None:
    url = shop.queue()
    with refused("InvalidParameterValue", "UnsupportedOperation", "InvalidMessageContents"):
        shop.send(url, MessageAttributes={"name": value})
    assert shop.has_nothing(url)


def test_an_attributes_text_follows_the_bodys_rules(shop: Shop) -> None:
    with refused("InvalidMessageContents", "InvalidParameterValue"):
        shop.send(shop.queue(), MessageAttributes={"name": string("a\x00b")})
