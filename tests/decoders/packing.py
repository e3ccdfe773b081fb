"""Bodies as producers pack them."""

from __future__ import annotations

import base64


def b64(data: bytes | str) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode("ascii")
