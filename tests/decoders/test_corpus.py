"""Every body of the corpus, through every decoder: readable, bounded, and still what was sent."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from queues import decoders
from queues.decoders.told import LONGEST, MOST
from tests.corpus import others
from tests.corpus.case import Case
from tests.corpus.every import every_case

# Seconds of work: one to read and one to lay out, and what is under way when they are over.
AT_MOST = 2.5
KINDS = ("unsendable", "markup", "unseen", "evil", "broken", "huge", "")
kinds = pytest.mark.parametrize("kind", KINDS)


def of_kind(kind: str) -> list[Case]:
    """ "": those of others."""
    return [each for each in every_case() if kind_of(each) == kind]


def kind_of(case: Case) -> str:
    first = case.name.partition("-")[0]
    return first if first in KINDS else ""


@kinds
def test_it_is_read_in_time_and_nothing_of_it_is_changed(kind: str) -> None:
    for case in of_kind(kind):
        begun = time.thread_time()
        reading = decoders.read(case.body)
        lines = reading.pretty or []
        assert time.thread_time() - begun < AT_MOST, case.name
        assert reading.raw == case.body, case.name
        assert reading.layers, case.name
        assert failures(reading) == [], case.name
        assert len(lines) <= 20_000, case.name
        assert all(len(fact.value) <= LONGEST + 1 for fact in reading.facts), case.name
        assert len(reading.facts) <= len(reading.layers) * MOST * 2, case.name
        assert len(reading.title) <= LONGEST + 1, case.name


@kinds
def test_no_decoder_that_somebody_chooses_for_it_fails(kind: str) -> None:
    for case in of_kind(kind):
        wrapped = decoders.read(case.body).layers[0].name == "base64"
        for name, _ in decoders.names():
            chain = ["base64", name] if wrapped else [name]
            begun = time.thread_time()
            reading = decoders.read(case.body, chain)
            assert time.thread_time() - begun < AT_MOST, (case.name, name)
            assert reading.raw == case.body, (case.name, name)
            assert failures(reading) == [], (case.name, name)


@kinds
def test_what_a_search_finds_within_is_json_or_nothing(kind: str) -> None:
    """A body that begins like JSON is given as it is; the search itself parses it."""
    for case in of_kind(kind):
        for text in decoders.json_text(case.body):
            if text is not None and text != case.body and "deep" not in case.name:
                json.loads(text, parse_int=str, parse_float=str)


def failures(reading: decoders.Reading) -> list[str]:
    """What a decoder did not foresee; what it cannot do it says in other words."""
    return [problem for problem in reading.problems if "reading it failed" in problem]


def test_nothing_of_it_was_ever_carried_out() -> None:
    for case in every_case():
        decoders.read(case.body)
        decoders.read(case.body, ["pickle"])
    assert not Path("/tmp/sqsdash-was-here").exists()


# What each of the recorded and documented bodies is, and what a list calls it.
CELERY = "orders.tasks.charge"
TRAILS: dict[str, tuple[list[str], str]] = {
    "boto2-big": (["S3 address"], "s3://uploads/photos/2009/0f3c.jpg"),
    "boto2-encoded-headers": (["base64", "Headers"], ""),
    "boto2-headers": (["Headers"], ""),
    "boto2-json": (["base64", "JSON"], ""),
    "boto2-message-json": (["base64", "JSON"], ""),
    "boto2-message-short": (["Text"], ""),
    "boto2-message-text": (["base64", "Text"], ""),
    "boto2-raw": (["Text"], ""),
    "celery-plain-body": (["Celery task"], CELERY),
    "celery-unwrapped": (["Celery task"], CELERY),
    "kombu": (["base64", "kombu message", "JSON"], ""),
    "kombu-2": (["base64", "kombu message", "Text"], ""),
    "kombu-3": (["base64", "kombu message", "Binary"], ""),
    "cloudwatch-alarm": (["SNS notification", "CloudWatch alarm"], "ALARM: orders-dlq-not-empty"),
    "eventbridge-custom": (["EventBridge event"], "Order Paid"),
    "eventbridge-ec2": (["EventBridge event"], "EC2 Instance State-change Notification"),
    "eventbridge-s3": (["EventBridge event"], "Object Created photos/red flower.jpg"),
    "lambda-destination": (["Lambda invocation record"], "CardDeclined charge:$LATEST"),
    "pointer-java": (["S3 pointer"], "s3://big-messages/7e1a2f56-0d1b-4a6b-9a30-0b6d1d2f8c1e"),
    "pointer-through-sns": (["SNS notification", "S3 pointer"], "s3://big-messages/7e1a2f56"),
    "s3-put": (["S3 event"], "ObjectCreated:Put photos/red flower (1) ü.jpg"),
    "s3-several": (["S3 event"], "ObjectRemoved:Delete photos/a.jpg and 2 more"),
    "s3-test-event": (["S3 test event"], "s3:TestEvent uploads"),
    "s3-through-sns": (
        ["SNS notification", "S3 event"],
        "ObjectCreated:CompleteMultipartUpload photos/a.jpg",
    ),
    "sns-base64-gzip": (["SNS notification", "base64", "gzip", "JSON"], ""),
    "sns-confirmation": (["SNS confirmation"], "Confirm the subscription to orders"),
    "sns-json": (["SNS notification", "JSON"], ""),
    "sns-text": (["SNS notification", "Text"], "Paid"),
} | {name: (["base64", "Celery task"], CELERY) for name in others.FILES if "celery" in name}
TRAILS |= {name: (["Celery task"], CELERY) for name in ("celery-plain-body", "celery-unwrapped")}


@pytest.mark.parametrize("name", TRAILS)
def test_a_body_of_others_is_known_for_what_it_is(name: str) -> None:
    reading = decoders.read(others.body_of(name))
    assert (reading.trail, reading.title) == TRAILS[name]


def document(name: str) -> Any:
    reading = decoders.read(others.body_of(name))
    assert reading.text is not None
    return json.loads(reading.text)


@pytest.mark.parametrize("name", ["boto2-json", "sns-base64-gzip", "kombu"])
def test_the_document_is_what_was_wrapped(name: str) -> None:
    orders = {"boto2-json": 17, "sns-base64-gzip": 19, "kombu": 27}
    assert document(name)["order"] == orders[name]
