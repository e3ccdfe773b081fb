"""What a sweep may claim of itself."""

from queues.sqs.sweep.report import Verdict
from queues.sqs.types import Counts

_CAUSES = {
    "cancelled": "It was stopped before its end.",
    "time limit": "The time limit was reached before the queue was swept through.",
    "number limit": "The number of messages asked for was reached; the queue may hold more.",
    "in-flight limit": (
        "As many messages are held as may be in flight at a time; the queue holds more."
    ),
    "message groups": (
        "Of {groups} message groups ten or more messages came. SQS keeps the rest of such a "
        "group back while these are held."
    ),
    "damaged messages": (
        "{damaged} messages arrived with checksums that do not fit, each time they were received."
    ),
}


def judge(
    cause: str, *, full_groups: int, damaged: int, too_new: int, lost: int, before: Counts
) -> tuple[Verdict, str, str]:
    """Verdict, cause and reason. `before`: the counts when the sweep began."""
    if not cause and full_groups:
        cause = "message groups"
    if not cause and damaged:
        cause = "damaged messages"
    if cause:
        reason = _CAUSES[cause].format(groups=full_groups, damaged=damaged)
        if lost:
            reason += f" {lost} answers were lost; what they hid reappears by itself."
        return Verdict.PARTIAL, cause, reason
    notes = ["SQS gave no more messages; those that consumers held meanwhile are not in it."]
    if before.in_flight:
        notes.append(f"Others held about {before.in_flight} messages at the start.")
    if before.delayed:
        notes.append(f"About {before.delayed} messages were delayed at the start.")
    if too_new:
        notes.append(f"{too_new} messages that were sent after the start are left out.")
    if lost:
        notes.append(f"{lost} answers were lost; what they hid was waited for.")
    return Verdict.BEST_EFFORT, "", " ".join(notes)
