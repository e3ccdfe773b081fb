"""A stored message as a search looks at it: as little of it is unpacked as there can be."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import NamedTuple

from queues.formats import Record
from queues.formats.json_lines import attributes_from_json

NOWHEN = datetime(1970, 1, 1, tzinfo=UTC)
# In attributes as they are stored, where a quote within a text has a backslash before it.
SENT = re.compile(r'"SentTimestamp": "(\d{1,14})"', re.ASCII)


class Row(NamedTuple):
    """`body`: UTF-8, lone surrogates included. The attributes: as the store keeps them."""

    ordinal: int
    message_id: str | None
    body: bytes
    attributes_json: str
    own_attributes_json: str

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "surrogatepass")

    @property
    def attributes(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.attributes_json)
        return found

    @property
    def sent(self) -> int | None:
        """In milliseconds; None where SQS did not say, or an upload says nonsense."""
        found = SENT.search(self.attributes_json)
        return int(found[1]) if found else None

    @property
    def record(self) -> Record:
        """Without what no search looks at."""
        return Record(
            self.message_id or "",
            self.text,
            "",
            NOWHEN,
            self.attributes,
            attributes_from_json(json.loads(self.own_attributes_json)),
        )
