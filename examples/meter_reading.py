"""A decoder of one's own, as an example: readings that meters send as twenty bytes, in base64.

    SQSDASH_DECODERS=examples.meter_reading.MeterReading

| bytes | what |
|---|---|
| 4 | `MTR1` |
| 8 | the meter's number |
| 4 | seconds since 1970 (UTC) |
| 4 | hundredths of a kilowatt hour |

all of them big-endian. `decode` is given text as it came from SQS, or bytes as they came out of
base64, gzip and the like. It gives text or bytes, which are read further (this one gives JSON), or
None for what is none of its own. It runs in a process of its own: one second for a message, no
environment, no output but what it gives. What it raises is shown beside the message.
"""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime

LAYOUT = struct.Struct(">4sQII")


class MeterReading:
    name = "meter-reading"
    label = "Meter reading"

    def decode(self, data: str | bytes) -> str | bytes | None:
        if isinstance(data, str) or not data.startswith(b"MTR1"):
            return None
        if len(data) != LAYOUT.size:
            raise ValueError(f"a reading has {LAYOUT.size} bytes, and this one {len(data)}")
        _, meter, seconds, hundredths = LAYOUT.unpack(data)
        reading = {
            "meter": meter,
            "read_at": datetime.fromtimestamp(seconds, UTC).isoformat(),
            "kilowatt_hours": hundredths / 100,
        }
        return json.dumps(reading)
