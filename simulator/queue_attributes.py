"""Queue attributes: names, ranges, defaults; what CreateQueue and SetQueueAttributes refuse."""

import json
from collections.abc import Iterator, Mapping

from simulator.contents import utf8_length
from simulator.errors import SqsError, unknown_attribute
from simulator.redrive_policy import RedriveAllowPolicy, RedrivePolicy

RANGES = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}
CHOICES = {
    "SqsManagedSseEnabled": ("true", "false"),
    "ContentBasedDeduplication": ("true", "false"),
    "DeduplicationScope": ("queue", "messageGroup"),
    "FifoThroughputLimit": ("perQueue", "perMessageGroupId"),
}
FIFO_ONLY = ("ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit")
LARGEST_POLICY = 8_192  # bytes
DOCUMENTS = ("Policy", "RedrivePolicy", "RedriveAllowPolicy")
SETTABLE = {*RANGES, *CHOICES, *DOCUMENTS, "KmsMasterKeyId"}

DEFAULTS = {
    "DelaySeconds": "0",
    "MaximumMessageSize": "1048576",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "VisibilityTimeout": "30",
    "SqsManagedSseEnabled": "true",
}
FIFO_DEFAULTS = {
    "FifoQueue": "true",
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
}


class QueueAttributes(Mapping[str, str]):
    """What is set, as AWS shows it; and the numbers a queue works with. Never changed."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        self.delay = int(values["DelaySeconds"])
        self.maximum_message_size = int(values["MaximumMessageSize"])
        self.retention = int(values["MessageRetentionPeriod"])
        self.visibility_timeout = int(values["VisibilityTimeout"])
        self.receive_wait = int(values["ReceiveMessageWaitTimeSeconds"])
        self.content_based_deduplication = values.get("ContentBasedDeduplication") == "true"
        self.deduplication_per_group = values.get("DeduplicationScope") == "messageGroup"
        redrive, allow = values.get("RedrivePolicy"), values.get("RedriveAllowPolicy")
        self.redrive = RedrivePolicy.parse(redrive) if redrive else None
        self.redrive_allow = RedriveAllowPolicy.parse(allow) if allow else None

    @classmethod
    def defaults(cls, *, fifo: bool) -> "QueueAttributes":
        return cls({**DEFAULTS, **FIFO_DEFAULTS} if fifo else DEFAULTS)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def changed(self, given: Mapping[str, str]) -> "QueueAttributes":
        """With the given values in place of the old ones, checked. An empty one takes away."""
        fifo = "FifoQueue" in self._values
        for name, value in given.items():
            _check(name, value, fifo=fifo)
        values = {**self._values, **_normal(given)}
        _settle_encryption(values, given)
        if (
            values.get("FifoThroughputLimit") == "perMessageGroupId"
            and values.get("DeduplicationScope") != "messageGroup"
        ):
            raise invalid("FifoThroughputLimit")
        return QueueAttributes({name: value for name, value in values.items() if value})


def invalid(name: str) -> SqsError:
    return SqsError("InvalidAttributeValue", f"Invalid value for the parameter {name}.")


def _check(name: str, value: str, *, fifo: bool) -> None:
    if name not in SETTABLE or (name in FIFO_ONLY and not fifo):
        raise unknown_attribute(name)
    if name in RANGES:
        lowest, highest = RANGES[name]
        if not (_is_whole(value) and lowest <= int(value) <= highest):
            raise invalid(name)
    elif name in CHOICES and value not in CHOICES[name]:
        raise invalid(name)
    elif name == "Policy" and value:
        _check_policy(value)


def _is_whole(value: str) -> bool:
    # int() alone would also take signs, underscores, spaces and other scripts' digits.
    return value.isascii() and value.isdigit() and len(value) <= 10


def _check_policy(value: str) -> None:
    try:
        policy = json.loads(value)
    except (ValueError, RecursionError):
        raise invalid("Policy") from None
    if not isinstance(policy, dict) or utf8_length(value) > LARGEST_POLICY:
        raise invalid("Policy")


def _normal(given: Mapping[str, str]) -> dict[str, str]:
    return {name: str(int(value)) if name in RANGES else value for name, value in given.items()}


def _settle_encryption(values: dict[str, str], given: Mapping[str, str]) -> None:
    """One kind of server-side encryption at a time (CreateQueue, API reference)."""
    wants_kms = bool(given.get("KmsMasterKeyId"))
    wants_sqs = given.get("SqsManagedSseEnabled") == "true"
    if wants_kms and wants_sqs:
        raise SqsError(
            "InvalidAttributeValue",
            "You can use one type of server-side encryption (SSE) at one time. You can either "
            "enable KMS SSE or SQS SSE.",
        )
    if wants_kms:
        values["SqsManagedSseEnabled"] = "false"
        values.setdefault("KmsDataKeyReusePeriodSeconds", "300")
    elif wants_sqs:
        values["KmsMasterKeyId"] = ""
