"""What Amazon SNS puts around a message on its way to a queue, unless raw delivery is on."""

from __future__ import annotations

from typing import Any

from queues.decoders.base import Decoder, Document, Fact, Step
from queues.decoders.told import facts, named, string, table

TOPIC = ("Topic", "TopicArn")
SENT = ("Published", "Timestamp")
ID = ("SNS message id", "MessageId")
UNCHECKED = "The signature is not checked here."


class SnsNotification(Decoder):
    """The document is what was published; what SNS says of it are the facts."""

    name = "sns"
    label = "SNS notification"
    unwraps = True
    marks = ('"TopicArn"', '"Message"', '"Notification"')

    def find(self, document: Document) -> Step | None:
        envelope = table(document.value)
        message = envelope.get("Message")
        if envelope.get("Type") != "Notification" or not string(envelope.get("TopicArn")):
            return None
        if not isinstance(message, str) or (message and not string(message)):
            return None
        return Step(
            message,
            facts=(*told(envelope), *attributes(envelope.get("MessageAttributes"))),
            title=named(envelope.get("Subject")),
            note=UNCHECKED,
        )


class SnsConfirmation(Decoder):
    """Nothing was published yet: SNS asks whether the queue wants to be subscribed, or no more."""

    name = "sns-confirmation"
    label = "SNS confirmation"
    marks = ('"TopicArn"', '"SubscribeURL"')

    def find(self, document: Document) -> Step | None:
        envelope = table(document.value)
        kind = envelope.get("Type")
        titles = {
            "SubscriptionConfirmation": "Confirm the subscription to",
            "UnsubscribeConfirmation": "Confirm the end of the subscription to",
        }
        if not isinstance(kind, str) or kind not in titles:
            return None
        topic = string(envelope.get("TopicArn"))
        return Step(
            facts=(*told(envelope), *facts(("Link", envelope.get("SubscribeURL")))),
            title=named(titles[kind], topic.rpartition(":")[2]),
            note="Whoever opens the link of SubscribeURL answers SNS. It is not opened here.",
        )


def told(envelope: dict[str, Any]) -> tuple[Fact, ...]:
    return facts(
        ("Subject", envelope.get("Subject")),
        *((label, envelope.get(name)) for label, name in (TOPIC, SENT, ID)),
        ("Sequence number", envelope.get("SequenceNumber")),
    )


def attributes(given: Any) -> tuple[Fact, ...]:
    """Those that the publisher gave; they stand in the envelope, not beside the body."""
    return facts(
        *(
            (f"{name} ({string(table(each).get('Type')) or 'no type'})", table(each).get("Value"))
            for name, each in table(given).items()
        )
    )
