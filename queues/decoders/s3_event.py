"""Event notifications of Amazon S3, versions 2.1 to 2.3, and of what speaks like it."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from queues.decoders.base import Decoder, Document, Fact, Step
from queues.decoders.told import facts, named, string, table

ENCODED = "The key is URL-encoded in the document; above it is decoded."


class S3Event(Decoder):
    name = "s3"
    label = "S3 event"
    marks = ('"s3',)

    def find(self, document: Document) -> Step | None:
        body = table(document.value)
        if body.get("Event") == "s3:TestEvent":
            return test_event(body)
        records = body.get("Records")
        if not isinstance(records, list) or not records or not all(map(is_s3, records)):
            return None
        first = records[0]
        event, key = string(first.get("eventName")), key_of(first)
        return Step(
            facts=told(first, len(records)),
            title=named(event, key, f"and {len(records) - 1} more" if len(records) > 1 else ""),
            note=ENCODED if key != raw_key(first) else "",
        )


def is_s3(record: Any) -> bool:
    """`aws:s3`; MinIO and Ceph write `minio:s3` and `ceph:s3`."""
    record = table(record)
    return string(record.get("eventSource")).endswith(":s3") and isinstance(record.get("s3"), dict)


def told(record: dict[str, Any], number: int) -> tuple[Fact, ...]:
    s3 = table(record.get("s3"))
    item = table(s3.get("object"))
    failed = table(record.get("replicationEventData"))
    restored = table(table(record.get("glacierEventData")).get("restoreEventData"))
    return facts(
        ("Records", f"{number}; this is the first" if number > 1 else ""),
        ("Event", record.get("eventName")),
        ("Bucket", table(s3.get("bucket")).get("name")),
        ("Key", key_of(record)),
        ("Bytes", item.get("size")),
        ("Version id", item.get("versionId")),
        ("Replication failed", failed.get("failureReason")),
        ("Restored until", restored.get("lifecycleRestorationExpiryTime")),
        ("Time", record.get("eventTime")),
        ("Region", record.get("awsRegion")),
        ("By", table(record.get("userIdentity")).get("principalId")),
        ("From", table(record.get("requestParameters")).get("sourceIPAddress")),
    )


def raw_key(record: dict[str, Any]) -> str:
    return string(table(table(record.get("s3")).get("object")).get("key"))


def key_of(record: dict[str, Any]) -> str:
    """As the object is called: `red+flower.jpg` is "red flower.jpg". What is no UTF-8 stays."""
    try:
        return unquote_plus(raw_key(record), errors="strict")
    except UnicodeDecodeError:
        return raw_key(record)


def test_event(body: dict[str, Any]) -> Step:
    return Step(
        facts=facts(
            ("Event", body.get("Event")), ("Bucket", body.get("Bucket")), ("Time", body.get("Time"))
        ),
        title=named(body.get("Event"), body.get("Bucket")),
        note="S3 sends this once, when notifications are set up. No object is behind it.",
        label="S3 test event",
    )
