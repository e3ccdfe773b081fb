"""What the three batch operations share: their rules, and an outcome for each entry."""

import re
from collections.abc import Callable
from typing import Any

from simulator.errors import SqsError
from simulator.faults import Kind
from simulator.operations.call import Call
from simulator.parameters import Parameters, serialization_error

MOST = 10
_ID = re.compile(r"[A-Za-z0-9_-]{1,80}\Z")


def batch_entries(call: Call) -> list[Parameters]:
    entries = call.parameters.get("Entries")
    if not isinstance(entries, list | None) or not all(isinstance(e, dict) for e in entries or ()):
        raise serialization_error("Entries", "a list of entries")
    if not entries:
        kind = f"{call.operation}RequestEntry"
        raise SqsError("EmptyBatchRequest", f"There should be at least one {kind} in the request.")
    if len(entries) > MOST:
        raise SqsError(
            "TooManyEntriesInBatchRequest",
            f"Maximum number of entries per request are {MOST}. You have sent {len(entries)}.",
        )
    _check_ids([entry.get("Id") for entry in entries])
    return entries


def _check_ids(ids: list[Any]) -> None:
    for entry_id in ids:
        if not isinstance(entry_id, str) or not _ID.match(entry_id):
            raise SqsError(
                "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and "
                "underscores. It can be at most 80 letters long.",
            )
    for place, entry_id in enumerate(ids):
        if entry_id in ids[:place]:
            raise SqsError("BatchEntryIdsNotDistinct", f"Id {entry_id} repeated.")


def each_entry(
    call: Call, entries: list[Parameters], act: Callable[[Parameters], dict[str, Any]]
) -> dict[str, Any]:
    """Acts on the entries in order; one that fails leaves the others alone."""
    successful, failed = [], []
    unlucky = _unlucky(call, len(entries))
    for place, entry in enumerate(entries):
        try:
            if place in unlucky:
                raise unlucky[place]
            successful.append({"Id": entry["Id"], **act(entry)})
        except SqsError as error:
            failed.append(
                {
                    "Id": entry["Id"],
                    "SenderFault": error.sender_fault,
                    "Code": error.code,
                    "Message": error.message,
                }
            )
    # Like AWS, an empty list is left out.
    found = {"Successful": successful, "Failed": failed}
    return {name: outcomes for name, outcomes in found.items() if outcomes}


def _unlucky(call: Call, size: int) -> dict[int, SqsError]:
    faults = call.account.faults
    rule = faults.strike(Kind.BATCH_FAILURE, call.operation, call.queue.name)
    if rule is None:
        return {}
    error = (
        SqsError("InvalidParameterValueException", "A fault of the sender, on request.")
        if rule.sender_fault
        else SqsError("InternalError", "An internal error, on request.", sender_fault=False)
    )
    return dict.fromkeys(faults.pick(rule, range(size)), error)
