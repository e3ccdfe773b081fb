"""Messages to judge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from queues.formats import Record
from queues.sqs.types import MessageAttribute

AT = datetime(2026, 11, 23, 18, 7, tzinfo=UTC)


def message(
    body: object = None,
    *,
    raw: str | None = None,
    message_id: str = "5fea7756-0ea4-451a-a703-a558b933e274",
    attributes: Mapping[str, str] | None = None,
    message_attributes: Mapping[str, MessageAttribute] | None = None,
) -> Record:
    """With `body` as JSON, or with `raw` as it is."""
    return Record(
        message_id=message_id,
        body=json.dumps(body) if raw is None else raw,
        md5_body="",
        received_at=AT,
        attributes=attributes or {},
        message_attributes=message_attributes or {},
    )
