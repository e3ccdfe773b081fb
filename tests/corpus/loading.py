"""The corpus as a file that can be uploaded."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tests.corpus.case import Case


def json_lines(cases: Iterable[Case]) -> bytes:
    """What SQS would take; the others keep their place with their name as body."""
    return b"".join(line(case) for case in cases)


def line(case: Case) -> bytes:
    fields = {
        "body": case.body if case.sendable else case.name,
        "attributes": {"MessageGroupId": case.group} if case.group else {},
        "message_attributes": dict(case.attributes),
    }
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"
