"""ListQueueTags, TagQueue, UntagQueue."""

from typing import Any

from simulator.errors import missing
from simulator.operations.call import Call
from simulator.parameters import text_map, texts


def list_queue_tags(call: Call) -> dict[str, Any]:
    return {"Tags": dict(call.queue.tags)} if call.queue.tags else {}


def tag_queue(call: Call) -> dict[str, Any]:
    tags = text_map(call.parameters, "Tags")
    if not tags:
        raise missing("Tags")
    call.queue.tags.update(tags)
    return {}


def untag_queue(call: Call) -> dict[str, Any]:
    for key in texts(call.parameters, "TagKeys"):
        call.queue.tags.pop(key, None)
    return {}
