"""RedrivePolicy and RedriveAllowPolicy: the two JSON documents that pair queues."""

import json
from dataclasses import dataclass
from typing import Any

from simulator.errors import SqsError, invalid_value

MOST_RECEIVES = 1_000
MOST_SOURCES = 10


@dataclass(frozen=True)
class RedrivePolicy:
    target_arn: str
    max_receive_count: int

    @classmethod
    def parse(cls, document: str) -> "RedrivePolicy":
        policy = _json_map("RedrivePolicy", "Redrive policy", document)
        for name in ("deadLetterTargetArn", "maxReceiveCount"):
            if name not in policy:
                reason = f"Redrive policy does not contain mandatory attribute: {name}."
                raise invalid_value("RedrivePolicy", document, reason)
        unknown = set(policy) - {"deadLetterTargetArn", "maxReceiveCount"}
        if unknown:
            reason = f"Redrive policy contains unknown attribute: {min(unknown)}."
            raise invalid_value("RedrivePolicy", document, reason)
        return cls(str(policy["deadLetterTargetArn"]), _count(document, policy["maxReceiveCount"]))


@dataclass(frozen=True)
class RedriveAllowPolicy:
    permission: str
    source_arns: tuple[str, ...]

    @classmethod
    def parse(cls, document: str) -> "RedriveAllowPolicy":
        policy = _json_map("RedriveAllowPolicy", "Redrive allow policy", document)
        permission, sources = policy.get("redrivePermission"), policy.get("sourceQueueArns")
        if permission not in ("allowAll", "denyAll", "byQueue"):
            reason = "redrivePermission must be one of allowAll, denyAll, byQueue."
            raise invalid_value("RedriveAllowPolicy", document, reason)
        if (permission == "byQueue") != bool(sources):
            reason = "sourceQueueArns goes with redrivePermission byQueue, and only with it."
            raise invalid_value("RedriveAllowPolicy", document, reason)
        if sources and (not isinstance(sources, list) or len(sources) > MOST_SOURCES):
            reason = f"sourceQueueArns must be a list of at most {MOST_SOURCES} ARNs."
            raise invalid_value("RedriveAllowPolicy", document, reason)
        return cls(permission, tuple(map(str, sources or ())))

    def allows(self, source_arn: str) -> bool:
        return self.permission == "allowAll" or source_arn in self.source_arns


def refused(document: str, reason: str) -> SqsError:
    return invalid_value("RedrivePolicy", document, reason)


def _json_map(parameter: str, title: str, document: str) -> dict[str, Any]:
    try:
        policy = json.loads(document)
    except (ValueError, RecursionError):
        policy = None
    if not isinstance(policy, dict):
        raise invalid_value(parameter, document, f"{title} is not valid JSON map.")
    return policy


def _count(document: str, value: object) -> int:
    # The SDKs' own examples send it as a string as often as a number.
    digits = str(value)
    whole = digits.isascii() and digits.isdigit() and len(digits) <= 9
    if not (whole and 1 <= int(digits) <= MOST_RECEIVES):
        raise refused(
            document,
            f"Invalid value for maxReceiveCount: {value}, valid values are from 1 to "
            f"{MOST_RECEIVES} both inclusive.",
        )
    return int(digits)
