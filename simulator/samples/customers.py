"""Mail to customers, and what comes back."""

import json
from typing import Any

from simulator.samples.shelf import DAY, HOUR, Shelf, number, string

TEMPLATES = ["order-confirmation", "parcel-on-its-way", "password-reset", "newsletter"]


def fill(shelf: Shelf) -> None:
    _outbound(shelf)
    _bounces(shelf)


def _outbound(shelf: Shelf) -> None:
    queue = shelf.queue("email-outbound", team="customers", ReceiveMessageWaitTimeSeconds=20)
    for age in shelf.ages(320, 90 * 60):
        template = shelf.rng.choice(TEMPLATES)
        address = _address(shelf)
        body = {
            "template": template,
            "to": [{"name": "Zoë Ångström-Müller", "address": address}],
            "variables": {"order": f"ORD-{shelf.rng.randint(100_000, 999_999)}", "emoji": "📦"},
        }
        attributes = {"Template": string(template), "Priority": number(shelf.rng.randint(1, 5))}
        # A fair queue: one big newsletter must not keep single mails waiting.
        shelf.put(queue, body, age, MessageAttributes=attributes, MessageGroupId=template)


def _bounces(shelf: Shelf) -> None:
    queue = shelf.queue("email-bounce", team="customers", MessageRetentionPeriod=1_209_600)
    for age in shelf.ages(25, 5 * DAY, HOUR):
        shelf.put(queue, _notification(shelf), age)


def _notification(shelf: Shelf) -> dict[str, Any]:
    """What SNS puts into a queue: its own envelope, with the mail service's JSON inside it."""
    topic = "arn:aws:sns:us-east-1:000000000000:ses-bounces"
    bounce = {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": shelf.rng.choice(["Permanent", "Transient"]),
            "bouncedRecipients": [{"emailAddress": _address(shelf), "status": "5.1.1"}],
        },
    }
    return {
        "Type": "Notification",
        "MessageId": shelf.uuid(),
        "TopicArn": topic,
        "Subject": "Amazon SES Email Event Notification",
        "Message": json.dumps(bounce),
        "Timestamp": "2026-11-20T09:14:03.581Z",
        "SignatureVersion": "1",
        "MessageAttributes": {"tenant": {"Type": "String", "Value": "shop-eu"}},
    }


def _address(shelf: Shelf) -> str:
    return f"customer{shelf.rng.randint(1, 9_999)}@example.com"
