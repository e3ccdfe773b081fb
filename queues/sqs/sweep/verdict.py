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
        "Of {groups} ten or more messages came. SQS keeps the rest of such a "
        "group back while these are held."
    ),
    "fewer than counted": (
        "SQS counted about {counted} available messages at the start, and {seen} came. Others may "
        "have taken or held the rest, or SQS gave no more of them."
    ),
    "damaged messages": (
        "{damaged} messages arrived with checksums that do not fit, each time they were received."
    ),
}


def judge(
    cause: str,
    *,
    seen: int,
    fifo: bool,
    full_groups: int,
    damaged: int,
    too_new: int,
    lost: int,
    before: Counts,
) -> tuple[Verdict, str, str]:
    """Verdict, cause and reason. `seen`: different messages that came. `before`: the counts when
    the sweep began; they are approximate, but what contradicts them is not called whole."""
    if not cause and full_groups:
        cause = "message groups"
    if not cause and damaged:
        cause = "damaged messages"
    if not cause and seen < before.available:
        cause = "fewer than counted"
    if cause:
        reason = _CAUSES[cause].format(
            groups=f"{full_groups} message group{'' if full_groups == 1 else 's'}",
            damaged=damaged,
            seen=seen,
            counted=before.available,
        )
        if fifo and cause == "fewer than counted":
            reason += " SQS also keeps back the rest of a message group while a part of it is held."
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
