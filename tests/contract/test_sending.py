"""What a queue takes as a message, and what it answers."""

import hashlib
import re

import pytest

from tests.contract.shop import Shop, refused

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
MIB = 1_048_576
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def test_a_sent_message_gets_an_id_and_the_md5_of_its_body(shop: Shop) -> None:
    sent = shop.send(shop.queue(), "hello")
    assert UUID.match(sent["MessageId"])
    assert sent["MD5OfMessageBody"] == hashlib.md5(b"hello").hexdigest()
    assert "MD5OfMessageAttributes" not in sent
    assert "SequenceNumber" not in sent


@pytest.mark.parametrize(
    "body",
    [
        '{"a": [1, "ü", null]}',
        "tab\tline\nreturn\rend",
        "snowman ☃ and astral 𝒳🎉",
        "\u0085\u2028\ufffd\ue000\U0010ffff",
        "<script>alert('&amp;')</script>\\\"",
        " leading and trailing ",
        "\n",
    ],
)
def test_a_body_arrives_as_it_was_sent(shop: Shop, body: str) -> None:
    url = shop.queue()
    sent = shop.send(url, body)
    received = shop.receive(url)
    assert received["Body"] == body
    assert received["MessageId"] == sent["MessageId"]
    assert received["MD5OfBody"] == hashlib.md5(body.encode()).hexdigest()


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_character_outside_the_allowed_set_is_refused(shop: Shop, character: str) -> None:
    url = shop.queue()
    with refused("InvalidMessageContents"):
        shop.send(url, f"before{character}after")
    assert shop.has_nothing(url)


def test_an_empty_body_is_refused(shop: Shop) -> None:
    with refused("MissingParameter", "InvalidParameterValue"):
        shop.send(shop.queue(), "")


def test_a_body_may_have_a_mebibyte_and_no_byte_more(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url, "a" * MIB)
    with refused("InvalidParameterValue"):
        shop.send(url, "a" * (MIB + 1))
    assert len(shop.receive(url)["Body"]) == MIB


def test_size_is_counted_in_bytes_of_utf_8(shop: Shop) -> None:
    url = shop.queue(MaximumMessageSize=1_024)
    shop.send(url, "ü" * 512)
    with refused("InvalidParameterValue"):
        shop.send(url, "ü" * 513)


def test_attributes_count_towards_the_size(shop: Shop) -> None:
    url = shop.queue(MaximumMessageSize=1_024)
    attribute = {"name": {"DataType": "String", "StringValue": "value"}}
    room = 1_024 - len("name") - len("String") - len("value")
    shop.send(url, "a" * room, MessageAttributes=attribute)
    with refused("InvalidParameterValue"):
        shop.send(url, "a" * (room + 1), MessageAttributes=attribute)


def test_a_trace_header_travels_with_the_message_and_weighs_nothing(shop: Shop) -> None:
    url = shop.queue(MaximumMessageSize=1_024)
    system = {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}
    shop.send(url, "a" * 1_024, MessageSystemAttributes=system)
    assert shop.receive(url)["Attributes"]["AWSTraceHeader"] == TRACE


def test_the_md5_of_system_attributes_is_told(shop: Shop) -> None:
    system = {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}
    sent = shop.send(shop.queue(), MessageSystemAttributes=system)
    packed = b""
    for part in (b"AWSTraceHeader", b"String"):
        packed += len(part).to_bytes(4, "big") + part
    packed += b"\x01" + len(TRACE).to_bytes(4, "big") + TRACE.encode()
    assert sent["MD5OfMessageSystemAttributes"] == hashlib.md5(packed).hexdigest()


def test_no_other_system_attribute_can_be_sent(shop: Shop) -> None:
    value = {"DataType": "String", "StringValue": "someone"}
    with refused("InvalidParameterValue"):
        shop.send(shop.queue(), MessageSystemAttributes={"SenderId": value})


@pytest.mark.parametrize(
    "value",
    [
        {"DataType": "Number", "StringValue": "1"},
        {"DataType": "String", "StringValue": "no header"},
    ],
)
def test_a_trace_header_must_look_like_one(shop: Shop, value: dict[str, str]) -> None:
    with refused("InvalidParameterValue"):
        shop.send(shop.queue(), MessageSystemAttributes={"AWSTraceHeader": value})


def test_a_standard_queues_message_may_name_a_group(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url, "one", MessageGroupId="tenant-1")
    shop.send(url, "two", MessageGroupId="tenant-1")
    groups = [m["Attributes"]["MessageGroupId"] for m in shop.receive_all(url, 2)]
    assert groups == ["tenant-1", "tenant-1"]


def test_a_standard_queue_knows_no_deduplication_id(shop: Shop) -> None:
    with refused("InvalidParameterValue"):
        shop.send(shop.queue(), MessageDeduplicationId="once")


@pytest.mark.parametrize(
    "group", ["", "with space", "ü", "a" * 129], ids=["empty", "space", "umlaut", "long"]
)
def test_a_group_id_has_128_plain_characters_at_most(shop: Shop, group: str) -> None:
    with refused("InvalidParameterValue", "MissingParameter"):
        shop.send(shop.queue(), MessageGroupId=group)


def test_an_id_may_have_every_kind_of_punctuation(shop: Shop) -> None:
    url = shop.queue(fifo=True)
    token = "aZ9!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".ljust(128, "x")
    shop.send(url, MessageGroupId=token, MessageDeduplicationId=token)
    found = shop.receive(url)["Attributes"]
    assert (found["MessageGroupId"], found["MessageDeduplicationId"]) == (token, token)
