"""ListQueues and ListDeadLetterSourceQueues, which page alike."""

import base64
import binascii
from typing import Any

from simulator.errors import SqsError
from simulator.operations.call import Call
from simulator.parameters import integer, text

MOST = 1_000


def list_queues(call: Call) -> dict[str, Any]:
    prefix = text(call.parameters, "QueueNamePrefix") or ""
    names = [name for name in sorted(call.account.queues) if name.startswith(prefix)]
    return _page(call, names, "QueueUrls")


def list_dead_letter_source_queues(call: Call) -> dict[str, Any]:
    names = sorted(queue.name for queue in call.account.dead_letter_sources(call.queue))
    return {"queueUrls": [], **_page(call, names, "queueUrls")}


def _page(call: Call, names: list[str], key: str) -> dict[str, Any]:
    """Without MaxResults: the first 1,000 and no word of the rest, as AWS does."""
    most = integer(call.parameters, "MaxResults", 1, MOST)
    token = text(call.parameters, "NextToken")
    if token:
        last = _read_token(token)
        names = [name for name in names if name > last]
    page = names[: most or MOST]
    answer: dict[str, Any] = {key: [call.url(name) for name in page]} if page else {}
    if most is not None and len(names) > len(page):
        answer["NextToken"] = base64.b64encode(page[-1].encode()).decode()
    return answer


def _read_token(token: str) -> str:
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, ValueError):
        raise SqsError("InvalidParameterValueException", "Invalid or expired next token.") from None
