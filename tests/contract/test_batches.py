"""Batches: their rules, and an outcome for each entry."""

from typing import Any

import pytest

from tests.contract.shop import Shop, bodies, refused

MIB = 1_048_576


def entries(*found: str) -> list[dict[str, Any]]:
    return [{"Id": str(place), "MessageBody": body} for place, body in enumerate(found)]


def ids(outcomes: list[dict[str, Any]]) -> list[str]:
    return [outcome["Id"] for outcome in outcomes]


@pytest.mark.parametrize(
    "operation", ["send_message_batch", "delete_message_batch", "change_message_visibility_batch"]
)
@pytest.mark.parametrize(
    ("given", "code"),
    [
        pytest.param([], "EmptyBatchRequest", id="none"),
        pytest.param([str(n) for n in range(11)], "TooManyEntriesInBatchRequest", id="eleven"),
        pytest.param(["a", "b", "a"], "BatchEntryIdsNotDistinct", id="twice the same id"),
        pytest.param(["a b"], "InvalidBatchEntryId", id="space in the id"),
        pytest.param(["a.b"], "InvalidBatchEntryId", id="dot in the id"),
        pytest.param(["a" * 81], "InvalidBatchEntryId", id="long id"),
    ],
)
def test_a_batch_that_breaks_the_rules_is_refused_as_a_whole(
    shop: Shop, operation: str, given: list[str], code: str
) -> None:
    url = shop.queue()
    members: dict[str, dict[str, Any]] = {
        "send_message_batch": {"MessageBody": "x"},
        "delete_message_batch": {"ReceiptHandle": "x"},
        "change_message_visibility_batch": {"ReceiptHandle": "x", "VisibilityTimeout": 1},
    }
    with refused(code):
        getattr(shop.sqs, operation)(
            QueueUrl=url, Entries=[{"Id": entry_id, **members[operation]} for entry_id in given]
        )
    assert shop.has_nothing(url)


def test_ten_messages_go_in_one_batch_each_with_its_own_answer(shop: Shop) -> None:
    url = shop.queue()
    answer = shop.sqs.send_message_batch(
        QueueUrl=url, Entries=entries(*(f"m{n}" for n in range(10)))
    )
    assert ids(answer["Successful"]) == [str(n) for n in range(10)]
    assert not answer.get("Failed")
    sent = {entry["MessageId"] for entry in answer["Successful"]}
    received = shop.receive_all(url, 10)
    assert {message["MessageId"] for message in received} == sent
    assert sorted(bodies(received)) == [f"m{n}" for n in range(10)]


def test_one_bad_entry_fails_alone(shop: Shop) -> None:
    url = shop.queue()
    given = entries("good", "bad", "good too")
    given[1]["DelaySeconds"] = 9_999
    answer = shop.sqs.send_message_batch(QueueUrl=url, Entries=given)
    assert ids(answer["Successful"]) == ["0", "2"]
    [failure] = answer["Failed"]
    assert failure["Id"] == "1"
    assert failure["SenderFault"] is True
    assert failure["Code"] == "InvalidParameterValue"
    assert failure["Message"]
    assert sorted(bodies(shop.receive_all(url, 2))) == ["good", "good too"]


def test_an_entry_with_a_refused_character_fails_alone(shop: Shop) -> None:
    answer = shop.sqs.send_message_batch(QueueUrl=shop.queue(), Entries=entries("good", "b\x00d"))
    assert ids(answer["Successful"]) == ["0"]
    assert ids(answer["Failed"]) == ["1"]


def test_an_entry_larger_than_the_queue_allows_fails_alone(shop: Shop) -> None:
    url = shop.queue(MaximumMessageSize=1_024)
    answer = shop.sqs.send_message_batch(QueueUrl=url, Entries=entries("a" * 1_025, "b"))
    assert ids(answer["Successful"]) == ["1"]
    assert ids(answer["Failed"]) == ["0"]


def test_a_batch_may_have_a_mebibyte_in_all_and_no_byte_more(shop: Shop) -> None:
    url = shop.queue()
    halves = entries("a" * (MIB // 2), "b" * (MIB // 2))
    assert len(shop.sqs.send_message_batch(QueueUrl=url, Entries=halves)["Successful"]) == 2
    halves[0]["MessageBody"] += "a"
    with refused("BatchRequestTooLong"):
        shop.sqs.send_message_batch(QueueUrl=url, Entries=halves)


def test_attributes_count_towards_a_batchs_size(shop: Shop) -> None:
    halves = entries("a" * (MIB // 2), "b" * (MIB // 2 - 10))
    halves[1]["MessageAttributes"] = {"n": {"DataType": "String", "StringValue": "v" * 8}}
    with refused("BatchRequestTooLong"):
        shop.sqs.send_message_batch(QueueUrl=shop.queue(), Entries=halves)


def test_messages_are_deleted_ten_at_a_time(shop: Shop) -> None:
    url = shop.queue()
    shop.sqs.send_message_batch(QueueUrl=url, Entries=entries(*"abcdefghij"))
    received = shop.receive_all(url, 10)
    answer = shop.sqs.delete_message_batch(
        QueueUrl=url,
        Entries=[{"Id": m["Body"], "ReceiptHandle": m["ReceiptHandle"]} for m in received],
    )
    assert sorted(ids(answer["Successful"])) == list("abcdefghij")
    assert not answer.get("Failed")


def test_a_handle_that_is_none_fails_alone(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    handle = shop.receive(url)["ReceiptHandle"]
    answer = shop.sqs.delete_message_batch(
        QueueUrl=url,
        Entries=[{"Id": "good", "ReceiptHandle": handle}, {"Id": "bad", "ReceiptHandle": "AQEB"}],
    )
    assert ids(answer["Successful"]) == ["good"]
    [failure] = answer["Failed"]
    assert (failure["Id"], failure["Code"]) == ("bad", "ReceiptHandleIsInvalid")
    assert failure["SenderFault"] is True


def test_a_batch_releases_and_keeps_hidden_at_once(shop: Shop) -> None:
    url = shop.queue()
    shop.sqs.send_message_batch(QueueUrl=url, Entries=entries("free", "kept", "wrong"))
    handles = {m["Body"]: m["ReceiptHandle"] for m in shop.receive_all(url, 3)}
    timeouts = {"free": 0, "kept": 600, "wrong": 43_201}
    answer = shop.sqs.change_message_visibility_batch(
        QueueUrl=url,
        Entries=[
            {"Id": body, "ReceiptHandle": handles[body], "VisibilityTimeout": seconds}
            for body, seconds in timeouts.items()
        ],
    )
    assert ids(answer["Successful"]) == ["free", "kept"]
    assert ids(answer["Failed"]) == ["wrong"]
    assert bodies(shop.receive_all(url, 1)) == ["free"]
