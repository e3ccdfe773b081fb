import pytest

from queues.sqs.types import MessageAttribute, Outgoing, Queue
from queues.sqs.validation import validate

STANDARD = Queue("http://x/1/orders", "orders", {"MaximumMessageSize": "1024"})
FIFO = Queue("http://x/1/orders.fifo", "orders.fifo")
BY_CONTENT = Queue("http://x/1/c.fifo", "c.fifo", {"ContentBasedDeduplication": "true"})


def with_attribute(name: str, type_: str, value: str | bytes) -> Outgoing:
    return Outgoing("body", {name: MessageAttribute(type_, value)})


@pytest.mark.parametrize(
    ("outgoing", "queue"),
    [
        (Outgoing("x" * 1024), STANDARD),
        (Outgoing("tab\t line\r\n 🚚 \ue000 \ufffd"), STANDARD),
        (Outgoing("x", message_group_id="tenant-1"), STANDARD),
        (Outgoing("x", delay_seconds=900), STANDARD),
        (Outgoing("x", message_group_id="g", message_deduplication_id="!~"), FIFO),
        (Outgoing("x", message_group_id="g"), BY_CONTENT),
        (with_attribute("a.b-c_D9", "String.my-label", "x"), STANDARD),
        (with_attribute("n", "Number", "-1.5e100"), STANDARD),
        (with_attribute("b", "Binary", b"\x00"), STANDARD),
        (Outgoing("x", {f"a{n}": MessageAttribute("String", "v") for n in range(10)}), STANDARD),
    ],
)
def test_what_sqs_takes_passes(outgoing: Outgoing, queue: Queue) -> None:
    assert validate(outgoing, queue) == []


@pytest.mark.parametrize(
    ("outgoing", "queue", "what_is_said"),
    [
        (Outgoing(""), STANDARD, "body is empty"),
        (Outgoing("ab\nc\x00"), STANDARD, "U+0000 at character 5 (line 2)"),
        (Outgoing("\ud800"), STANDARD, "U+D800 at character 1"),
        (Outgoing("\uffff"), STANDARD, "U+FFFF"),
        (
            Outgoing("x" * 1025),
            STANDARD,
            "1,025 bytes, its attributes included. This queue allows 1,024",
        ),
        (Outgoing("x" * 1020, {"a": MessageAttribute("String", "v")}), STANDARD, "1,028 bytes"),
        (Outgoing("x" * 1_048_577), Queue("u", "q"), "allows 1,048,576"),
        (with_attribute("", "String", "v"), STANDARD, "no name"),
        (with_attribute("a..b", "String", "v"), STANDARD, "nor two in a row"),
        (with_attribute(".a", "String", "v"), STANDARD, "start or end"),
        (with_attribute("a b", "String", "v"), STANDARD, "letters, digits"),
        (with_attribute("AWS.x", "String", "v"), STANDARD, "AWS keeps for itself"),
        (with_attribute("amazon.x", "String", "v"), STANDARD, "AWS keeps for itself"),
        (with_attribute("x" * 257, "String", "v"), STANDARD, "257 characters"),
        (with_attribute("a", "Text", "v"), STANDARD, "String, Number or Binary"),
        (with_attribute("a", "String", ""), STANDARD, "is empty"),
        (with_attribute("a", "Binary", b""), STANDARD, "is empty"),
        (with_attribute("a", "Binary", "text"), STANDARD, "holds text"),
        (with_attribute("a", "String", b"bytes"), STANDARD, "holds bytes"),
        (with_attribute("a", "String", "\x01"), STANDARD, "U+0001"),
        (with_attribute("a", "Number", "twelve"), STANDARD, "no number"),
        (with_attribute("a", "Number", "NaN"), STANDARD, "no number"),
        (with_attribute("a", "Number", "1e127"), STANDARD, "no number"),
        (with_attribute("a", "Number", "1" * 39), STANDARD, "no number"),
        (
            Outgoing("x", {f"a{n}": MessageAttribute("String", "v") for n in range(11)}),
            STANDARD,
            "at most 10 attributes; this one has 11",
        ),
        (Outgoing("x", delay_seconds=901), STANDARD, "901 seconds"),
        (Outgoing("x", delay_seconds=-1), STANDARD, "0 to 900"),
        (Outgoing("x", message_deduplication_id="d"), STANDARD, "for FIFO queues"),
        (Outgoing("x", message_group_id="a b"), STANDARD, "no spaces"),
        (Outgoing("x", message_group_id="g" * 129), STANDARD, "129 characters"),
        (Outgoing("x", message_group_id=""), STANDARD, "group id is empty"),
        (Outgoing("x", message_deduplication_id="d"), FIFO, "wants a message group id"),
        (Outgoing("x", message_group_id="g"), FIFO, "needs a deduplication id"),
        (
            Outgoing("x", message_group_id="g", message_deduplication_id="d", delay_seconds=5),
            FIFO,
            "no delay per message",
        ),
    ],
)
def test_what_sqs_would_refuse_is_said_in_one_sentence(
    outgoing: Outgoing, queue: Queue, what_is_said: str
) -> None:
    [sentence] = validate(outgoing, queue)
    assert what_is_said in sentence
    assert sentence.endswith(".")


def test_everything_wrong_is_said_at_once() -> None:
    outgoing = Outgoing("", {"a b": MessageAttribute("Number", "x")}, delay_seconds=1000)
    assert len(validate(outgoing, FIFO)) == 6
