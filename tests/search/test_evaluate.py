"""What an expression says of a message: it matches, it does not, or that cannot be judged."""

from __future__ import annotations

import pytest

from queues.formats import Record
from queues.formats.json_lines import attributes_to_json
from queues.search import Judgement, Outcome
from queues.search.document import document
from queues.search.evaluate import evaluate
from queues.search.expression import read
from queues.sqs.types import MessageAttribute
from tests.search.messages import message

YES, NO, UNKNOWN = Outcome.MATCHES, Outcome.DOES_NOT, Outcome.CANNOT_JUDGE


def judged(expression: str, record: Record) -> Judgement:
    found = document(record.body, record.attributes, attributes_to_json(record.message_attributes))
    return evaluate(read(expression).tree, found)


ORDER = message(
    {
        "status": "failed",
        "amount": 12.5,
        "count": 0,
        "paid": False,
        "note": None,
        "tags": ["new", "big"],
        "items": [{"sku": "a", "price": 5}, {"sku": "b", "price": 50}],
        "uneven": [{"sku": "a", "price": 5}, {"sku": "b"}],
        "customer": {"id": "17"},
        "text": "",
        "empty": [],
    },
    attributes={"ApproximateReceiveCount": "4", "MessageGroupId": "5"},
)


@pytest.mark.parametrize(
    ("expression", "outcome"),
    [
        ("body.status == 'failed'", YES),
        ("body.status == 'paid'", NO),
        ("body.status != 'paid'", YES),
        ("body.amount > `12`", YES),
        ("body.amount == `12.50`", YES),
        ("body.customer.id == '17'", YES),
        ("body.tags[0] == 'new' && body.tags[-1] == 'big'", YES),
        ("contains(body.tags, 'big')", YES),
        ("starts_with(body.status, 'pa')", NO),
        ('contains(`["failed", "late"]`, body.status)', YES),
        ("length(body.items[?price > `10`]) == `1`", YES),
        ('body.items[*].sku == `["a", "b"]`', YES),
        ("max_by(body.items, &price).sku == 'b'", YES),
        ("attributes.ApproximateReceiveCount > `3`", YES),
        ("attributes.MessageGroupId == '5'", YES),
        ("!(body.status == 'failed')", NO),
        ("body.status == 'paid' || attributes.ApproximateReceiveCount > `3`", YES),
    ],
)
def test_what_a_message_tells_is_judged_as_jmespath_does(expression: str, outcome: Outcome) -> None:
    assert judged(expression, ORDER) == Judgement(outcome)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("body.state != 'paid'", "path missing: body.state"),
        ("body.state == 'paid'", "path missing: body.state"),
        ("!(body.state == 'paid')", "path missing: body.state"),
        ("!(body.state)", "path missing: body.state"),
        ("body.state", "path missing: body.state"),
        ("body.customer.name.first != 'x'", "path missing: body.customer.name"),
        ("body.status.code != `5`", "path missing: body.status.code"),
        ("body.tags[2] != 'x'", "path missing: body.tags[2]"),
        ("body.items[0].name != 'x'", "path missing: body.items[0].name"),
        ("attributes.SenderId != 'x'", "path missing: attributes.SenderId"),
        ("message_attributes.\"x-kind\" != 'x'", "path missing: message_attributes.x-kind"),
        ("!contains(body.labels, 'big')", "path missing: body.labels"),
        ("length(body.uneven[?price < `10`]) == `1`", "path missing: body.uneven[].price"),
        ("!contains(body.uneven[*].price, `50`)", "path missing: body.uneven[].price"),
        ("!contains([body.status, body.state], 'paid')", "path missing: body.state"),
        ("{a: body.state}", "path missing: body.state"),
        ("not_null(body.state, 'none') != 'paid'", "path missing: body.state"),
        ("body.note", "a value is null"),
        ("!(body.note)", "a value is null"),
        ("body.status > `5`", "values without an order are compared"),
        ("body.note < `5`", "values without an order are compared"),
        ("body.customer.id != `17`", "values of different types are compared"),
        ("body.paid != 'false'", "values of different types are compared"),
        ("abs(body.status) == `5`", "abs() cannot take a value it is given"),
        ("to_number(body.status) != `5`", "something that should be a number is none"),
        ("max(body.empty) != `5`", "max() gives no value"),
        ("!(body.status[*])", "what should be a list is none"),
        ("!(body.tags.*)", "what should be an object is none"),
        ("!(body.status[:2])", "a slice is taken of what is no list"),
    ],
)
def test_what_a_message_does_not_tell_is_never_a_match(expression: str, reason: str) -> None:
    assert judged(expression, ORDER) == Judgement(UNKNOWN, reason)


@pytest.mark.parametrize(
    ("expression", "outcome"),
    [
        ("body.state || body.status == 'failed'", YES),
        ("body.status == 'failed' || body.state", YES),
        ("body.state || body.status == 'paid'", UNKNOWN),
        ("body.state && body.status == 'failed'", UNKNOWN),
        ("body.state && body.status == 'paid'", NO),
        ("!(body.state && body.status == 'paid')", YES),
        ("!(body.state || body.status == 'failed')", NO),
        ("body.note || body.status == 'failed'", YES),
        # That it is true does not tell which value it is.
        ("(body.state || 'none') != 'paid'", UNKNOWN),
        ("(body.state || 'none') | @ != 'paid'", UNKNOWN),
        ("(body.state || 'none') | !@", UNKNOWN),
        ("(body.state || 'none').length", UNKNOWN),
        ("(body.state || 'none')[0]", UNKNOWN),
        ("(body.state && '') == ''", UNKNOWN),
    ],
)
def test_what_is_unknown_decides_only_where_it_does_not_matter(
    expression: str, outcome: Outcome
) -> None:
    assert judged(expression, ORDER).outcome is outcome


@pytest.mark.parametrize(
    ("expression", "outcome"),
    [
        ("body.status", YES),
        ("body.count", YES),
        ("!(body.count)", NO),
        ("body.paid", NO),
        ("body.text", NO),
        ("body.empty", NO),
        ("body.tags[?@ == 'old']", NO),
        ("body.customer", YES),
        ("body.note == `null`", YES),
        ("body.note != 'paid'", YES),
        ("body.status == `null`", NO),
    ],
)
def test_a_value_counts_as_it_does_in_jmespath(expression: str, outcome: Outcome) -> None:
    assert judged(expression, ORDER).outcome is outcome


def test_one_may_ask_for_messages_without_a_status() -> None:
    asked = "!contains(keys(body), 'status')"
    assert judged(asked, ORDER).outcome is NO
    assert judged(asked, message({"state": 1})).outcome is YES
    assert judged(asked, message(raw="hello")).outcome is UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "status=paid",
        "{'status': 'x'}",
        '{"status": NaN}',
        '{"a": 1} {}',
        "\ufeffhello",
    ],
)
def test_of_a_body_that_is_no_json_only_the_attributes_can_be_judged(body: str) -> None:
    record = message(raw=body, attributes={"ApproximateReceiveCount": "4"})
    assert judged("body.status != 'paid'", record) == Judgement(UNKNOWN, "the body is not JSON")
    assert judged("attributes.ApproximateReceiveCount > `3`", record).outcome is YES
    either = "body.status == 'paid' || attributes.ApproximateReceiveCount > `3`"
    assert judged(either, record).outcome is YES


@pytest.mark.parametrize(
    ("number", "expression", "outcome"),
    [
        ("12345678901234567890123", "body.n == `12345678901234567890123`", YES),
        ("12345678901234567890124", "body.n == `12345678901234567890123`", NO),
        ("9007199254740993", "body.n == `9007199254740992`", NO),
        ("9007199254740993", "body.n == `9007199254740992.0`", NO),
        ("1.10", "body.n == `1.1`", YES),
        ("1e3", "body.n == `1000`", YES),
        ("0.1000000000000000055511151231257827", "body.n == `0.1`", UNKNOWN),
        ("0.1000000000000000055511151231257827", "body.n != `0.1`", UNKNOWN),
        ("9007199254740993.0", "body.n == `9007199254740992`", UNKNOWN),
        ("1E400", "body.n > `5`", UNKNOWN),
        ("1E-400", "body.n == `0`", UNKNOWN),
        ("9" * 5000, "body.n > `5`", UNKNOWN),
        ("9" * 5000, "contains([body.n], `5`)", UNKNOWN),
    ],
)
def test_numbers_are_compared_as_written_or_not_at_all(
    number: str, expression: str, outcome: Outcome
) -> None:
    assert judged(expression, message(raw=f'{{"n": {number}}}')).outcome is outcome


def test_a_number_that_cannot_be_compared_harms_only_who_compares_it() -> None:
    record = message(raw='{"n": [0.1000000000000000055511151231257827], "status": "failed"}')
    assert judged("body.status == 'failed'", record).outcome is YES
    assert judged("length(body.n) == `1`", record).outcome is YES
    for compared in ("body.n == `[0.1]`", "contains(body.n, `0.1`)", "to_string(body.n) == 'x'"):
        assert judged(compared, record).outcome is UNKNOWN


def test_of_a_name_that_stands_twice_nobody_knows_which_counts() -> None:
    record = message(raw='{"status": "paid", "status": "failed", "kind": "order"}')
    assert judged("body.status == 'failed'", record) == Judgement(
        UNKNOWN, "a name stands twice in an object of the body"
    )
    assert judged("body.kind == 'order'", record).outcome is YES


def test_text_becomes_a_number_only_if_it_is_one() -> None:
    record = message({"number": "012.50", "infinite": "inf", "grouped": "1_000", "word": "x"})
    assert judged("to_number(body.number) == `12.5`", record).outcome is YES
    for name in ("infinite", "grouped", "word"):
        assert judged(f"to_number(body.{name}) > `5`", record).outcome is UNKNOWN


def test_attributes_are_numbers_where_sqs_means_numbers() -> None:
    record = message(
        attributes={
            "SentTimestamp": "1763921220000",
            "SequenceNumber": "18849496460467696128",
            "MessageDeduplicationId": "7",
        },
        message_attributes={
            "retries": MessageAttribute("Number.int", "3"),
            "price": MessageAttribute("Number", "+1.50"),
            "odd": MessageAttribute("Number", "three"),
            "kind": MessageAttribute("String", "3"),
            "seal": MessageAttribute("Binary", b"\x00\xff"),
        },
    )
    for expression in (
        "attributes.SentTimestamp < `1763921220001`",
        "attributes.SequenceNumber == `18849496460467696128`",
        "attributes.MessageDeduplicationId == '7'",
        "message_attributes.retries == `3`",
        "message_attributes.price == `1.5`",
        "message_attributes.kind == '3'",
        "message_attributes.seal == 'AP8='",
    ):
        assert judged(expression, record).outcome is YES, expression
    assert judged("message_attributes.odd != `4`", record).outcome is UNKNOWN


def test_a_body_nested_beyond_all_measure_cannot_be_judged() -> None:
    record = message(raw="[" * 100_000 + "]" * 100_000)
    assert judged("body.status == 'paid'", record) == Judgement(
        UNKNOWN, "limit reached: the body is nested too deeply"
    )
