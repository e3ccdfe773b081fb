"""Against values computed by another implementation: moto's, and md5sum."""

from moto.sqs.models import Message as MotoMessage

from queues.sqs.md5 import md5_of_attributes, md5_of_body
from queues.sqs.types import MessageAttribute


def test_the_md5_of_a_body_is_that_of_its_utf8() -> None:
    assert md5_of_body("This is a test message") == "fafb00f5732ab283681e124bf8747ed1"
    assert md5_of_body("grün") == "7b934a60ddc07b8f5b1134c03430bba6"


def test_the_md5_of_attributes_of_every_type_is_what_others_compute() -> None:
    attributes = {
        "zebra": MessageAttribute("String", "grün"),
        "count": MessageAttribute("Number.int", "42"),
        "Seal": MessageAttribute("Binary.png", b"\x00\xff\x10"),
    }
    other = MotoMessage("id", "body")
    other.message_attributes = {
        "zebra": {"DataType": "String", "StringValue": "grün"},
        "count": {"DataType": "Number.int", "StringValue": "42"},
        "Seal": {"DataType": "Binary.png", "BinaryValue": b"\x00\xff\x10"},
    }
    assert md5_of_attributes(attributes) == other.attribute_md5


def test_the_order_of_attributes_does_not_matter_but_each_part_does() -> None:
    one, two = MessageAttribute("String", "1"), MessageAttribute("String", "2")
    assert md5_of_attributes({"a": one, "b": two}) == md5_of_attributes({"b": two, "a": one})
    assert md5_of_attributes({"a": one}) != md5_of_attributes({"a": two})
    assert md5_of_attributes({"a": one}) != md5_of_attributes({"b": one})
    assert md5_of_attributes({"a": one}) != md5_of_attributes(
        {"a": MessageAttribute("Number", "1")}
    )
