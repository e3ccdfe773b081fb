"""EventBridge, S3, CloudWatch, Lambda: the document stays whole; title and facts say what it is."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

import pytest

from queues import decoders
from queues.decoders import Reading
from tests.corpus.others import body_of

WHOLE = [
    "eventbridge-custom",
    "eventbridge-s3",
    "s3-put",
    "s3-test-event",
    "pointer-java",
    "lambda-destination",
]


def facts(reading: Reading) -> dict[str, str]:
    return {fact.label: fact.value for fact in reading.facts}


def s3(**changed: Any) -> dict[str, Any]:
    """An event of S3 with one record, of which these members are others."""
    record = json.loads(body_of("s3-put"))["Records"][0]
    return {"Records": [record | changed]}


def read(document: Any) -> Reading:
    return decoders.read(json.dumps(document))


@pytest.mark.parametrize("name", WHOLE)
def test_the_document_is_the_body_to_the_last_character(name: str) -> None:
    body = body_of(name)
    reading = decoders.read(body)
    assert reading.text == body
    assert reading.envelope is None
    assert decoders.json_text(body) == (body, None)


def test_an_event_of_eventbridge_says_what_happened_where_and_when() -> None:
    told = facts(decoders.read(body_of("eventbridge-ec2")))
    assert told["Event"] == "EC2 Instance State-change Notification"
    assert told["Source"] == "aws.ec2"
    assert told["Resources"] == "arn:aws:ec2:eu-west-1:123456789012:instance/i-abcd1111"
    assert told["Time"] == "2026-05-02T00:54:06Z"


@pytest.mark.parametrize("missing", ["detail-type", "source", "detail"])
def test_without_its_three_marks_it_is_json(missing: str) -> None:
    event = json.loads(body_of("eventbridge-custom"))
    del event[missing]
    assert read(event).trail == ["JSON"]


def test_an_event_of_s3_names_the_object_as_people_do_and_says_so() -> None:
    reading = decoders.read(body_of("s3-put"))
    told = facts(reading)
    assert told["Key"] == "photos/red flower (1) ü.jpg"
    assert told["Bucket"] == "uploads"
    assert told["Bytes"] == "18231"
    assert "URL-encoded" in reading.notes[0]
    assert "red+flower" in (reading.text or "")


def test_a_key_that_means_what_it_says_needs_no_note() -> None:
    assert decoders.read(body_of("s3-several")).notes == []


@pytest.mark.parametrize("key", ["a b/ü.jpg", "100% sure+.txt", "<script>", "日本/😀"])
def test_every_key_comes_back_as_it_was(key: str) -> None:
    item = {"key": quote_plus(key)}
    record = s3()["Records"][0]["s3"] | {"object": item}
    assert facts(read(s3(s3=record)))["Key"] == key


@pytest.mark.parametrize("key", ["%ff%fe", "%zz", "%"])
def test_a_key_that_is_no_text_stays_as_it_was_sent(key: str) -> None:
    record = s3()["Records"][0]["s3"] | {"object": {"key": key}}
    assert facts(read(s3(s3=record)))["Key"] == key


def test_of_several_records_the_first_is_told_and_all_are_counted() -> None:
    reading = decoders.read(body_of("s3-several"))
    assert facts(reading)["Records"] == "3; this is the first"
    assert reading.title.endswith("and 2 more")


def test_versions_2_2_and_2_3_tell_what_they_add() -> None:
    failed = facts(decoders.read(body_of("s3-replication-2.2")))
    assert failed["Replication failed"] == "AssumeRoleNotPermitted"
    restored = facts(decoders.read(body_of("s3-restore-2.3")))
    assert restored["Restored until"] == "2026-05-01T00:00:00.000Z"


def test_the_event_of_a_test_has_no_object() -> None:
    reading = decoders.read(body_of("s3-test-event"))
    assert facts(reading)["Bucket"] == "uploads"
    assert "No object" in reading.notes[0]


def test_minio_speaks_like_s3() -> None:
    assert read(s3(eventSource="minio:s3")).title.startswith("ObjectCreated:Put")


@pytest.mark.parametrize(
    "document",
    [
        {"Records": []},
        {"Records": "s3"},
        {"Records": [17], "x": "s3"},
        s3(eventSource="aws:sqs"),
        s3(s3=None),
        {"Event": "s3:testevent"},
    ],
    ids=str,
)
def test_other_records_are_json(document: Any) -> None:
    assert read(document).trail == ["JSON"]


def test_an_alarm_comes_with_its_state_and_reason() -> None:
    reading = decoders.read(body_of("cloudwatch-alarm"))
    assert reading.title == "ALARM: orders-dlq-not-empty"
    assert facts(reading)["Reason"].startswith("Threshold Crossed")
    assert facts(reading)["State before"] == "OK"


def test_a_failed_invocation_says_of_which_function_and_why() -> None:
    reading = decoders.read(body_of("lambda-destination"))
    told = facts(reading)
    assert (told["Condition"], told["Invocations"]) == ("RetriesExhausted", "3")
    assert told["Error message"] == "insufficient funds"
    assert reading.title == "CardDeclined charge:$LATEST"


@pytest.mark.parametrize(
    ("name", "made_by"),
    [
        ("pointer-java", "software.amazon.payloadoffloading.PayloadS3Pointer"),
        ("pointer-java-1", "com.amazon.sqs.javamessaging.MessageS3Pointer"),
        ("pointer-python", "software.amazon.payloadoffloading.PayloadS3Pointer"),
    ],
)
def test_a_pointer_says_where_the_body_is_and_that_it_was_not_fetched(
    name: str, made_by: str
) -> None:
    reading = decoders.read(body_of(name))
    told = facts(reading)
    assert (told["Bucket"], told["Class"]) == ("big-messages", made_by)
    assert reading.title == f"s3://big-messages/{told['Key']}"
    assert reading.notes == ["S3 pointer: The body itself is in S3. sqsdash does not fetch it."]


def test_a_pointer_without_a_class_is_one_too() -> None:
    assert read({"s3BucketName": "b", "s3Key": "k"}).title == "s3://b/k"


@pytest.mark.parametrize(
    "document",
    [
        ["x.Other", {"s3BucketName": "b", "s3Key": "k"}],
        ["x.S3Pointer", {"s3BucketName": "b", "s3Key": 17}],
        ["x.S3Pointer", {"s3BucketName": "", "s3Key": "k"}],
        ["x.S3Pointer", {"s3BucketName": "b", "s3Key": "k"}, 3],
        [{"s3BucketName": "b", "s3Key": "k"}],
        {"s3BucketName": "b", "s3Key": "k", "order": 17},
    ],
    ids=str,
)
def test_what_points_nowhere_is_json(document: Any) -> None:
    assert read(document).trail == ["JSON"]


def test_an_address_alone_is_taken_for_a_body_in_s3_and_the_guess_is_said() -> None:
    reading = decoders.read(body_of("boto2-big"))
    assert reading.text == "s3://uploads/photos/2009/0f3c.jpg"
    assert facts(reading)["Bucket"] == "uploads"
    assert "boto 2's BigMessage" in reading.notes[0]


@pytest.mark.parametrize(
    "text", ["s3://", "s3://Uploads/a", "see s3://uploads/a", "s3://uploads/a b"]
)
def test_other_text_with_an_address_is_text(text: str) -> None:
    assert decoders.read(text).trail == ["Text"]
