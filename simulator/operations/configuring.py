"""GetQueueAttributes and SetQueueAttributes."""

from typing import Any

from simulator.account import Account
from simulator.errors import missing, unknown_attribute
from simulator.faults import Kind
from simulator.operations.call import Call
from simulator.parameters import text_map, texts
from simulator.queue import Queue
from simulator.queue_attributes import FIFO_DEFAULTS, SETTABLE, QueueAttributes
from simulator.redrive_policy import refused

OBSERVED = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "QueueArn",
)
KNOWN = {"All", *OBSERVED, *SETTABLE, *FIFO_DEFAULTS}


def get_queue_attributes(call: Call) -> dict[str, Any]:
    names = texts(call.parameters, "AttributeNames")
    for name in names:
        if name not in KNOWN:
            raise unknown_attribute(name)
    queue = call.queue
    # The rule works through the age of the published counts; here it is only counted.
    call.account.faults.strike(Kind.STALE_COUNTS, call.operation, queue.name)
    found = {**_observed(queue), **queue.attributes}
    if "All" not in names:
        found = {name: value for name, value in found.items() if name in names}
    return {"Attributes": found} if found else {}


def _observed(queue: Queue) -> dict[str, str]:
    counts = queue.approximate_counts()
    return {
        "ApproximateNumberOfMessages": str(counts.available),
        "ApproximateNumberOfMessagesDelayed": str(counts.delayed),
        "ApproximateNumberOfMessagesNotVisible": str(counts.in_flight),
        "CreatedTimestamp": str(int(queue.created)),
        "LastModifiedTimestamp": str(int(queue.modified)),
        "QueueArn": queue.arn,
    }


def set_queue_attributes(call: Call) -> dict[str, Any]:
    given = text_map(call.parameters, "Attributes")
    if "Attributes" not in call.parameters:
        raise missing("Attributes")
    queue = call.queue
    attributes = queue.attributes.changed(given)
    if "RedrivePolicy" in given:
        check_redrive(call.account, queue.arn, attributes, fifo=queue.fifo)
    queue.configure(attributes)
    # Retention may have become shorter, waiting times too.
    call.account.settle(queue)
    queue.changed.notify_all()
    return {}


def check_redrive(
    account: Account, source_arn: str, attributes: QueueAttributes, *, fifo: bool
) -> None:
    policy, document = attributes.redrive, attributes.get("RedrivePolicy", "")
    if policy is None:
        return
    target = account.by_arn(policy.target_arn)
    if target is None or target.arn == source_arn:
        raise refused(document, "Dead letter target does not exist.")
    if target.fifo != fifo:
        raise refused(document, "Dead-letter queue must be same type of queue as the source.")
    allow = target.attributes.redrive_allow
    if allow is not None and not allow.allows(source_arn):
        raise refused(document, "The dead-letter queue's RedriveAllowPolicy refuses this queue.")
