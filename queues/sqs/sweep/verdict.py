"""What a sweep may claim of itself."""

from dataclasses import dataclass

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
    "delayed messages": (
        "About {delayed} messages were delayed at the start, and not all of them came."
    ),
    "damaged messages": (
        "{damaged} messages arrived with checksums that do not fit, each time they were received."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a sweep saw. `cause`: what cut it short, if anything. `seen`: different messages that
    came. `before`: the counts when it began, and `after`: those taken while all was still held, or
    None. They are approximate, but what contradicts them is not called whole."""

    cause: str
    seen: int
    held: int
    fifo: bool
    full_groups: int
    damaged: int
    too_new: int
    lost: int
    before: Counts
    after: Counts | None


def judge(saw: Evidence) -> tuple[Verdict, str, str]:
    """Verdict, cause and reason."""
    cause = saw.cause or _shortcoming(saw)
    if cause:
        return Verdict.PARTIAL, cause, _because(cause, saw)
    notes = _notes(saw)
    if not notes:
        lost = f" {saw.lost} answers were lost; what they hid was waited for." if saw.lost else ""
        found = "Every message that was in the queue came." if saw.seen else "The queue was empty."
        return Verdict.COMPLETE, "", f"{found}{lost}"
    if saw.lost:
        notes.append(f"{saw.lost} answers were lost; what they hid was waited for.")
    return Verdict.BEST_EFFORT, "", " ".join(notes)


def _shortcoming(saw: Evidence) -> str:
    if saw.fifo and saw.full_groups:
        return "message groups"
    if saw.damaged:
        return "damaged messages"
    if saw.seen < saw.before.available and not _accounted_for(saw):
        return "fewer than counted"
    if saw.before.delayed and saw.seen < saw.before.available + saw.before.delayed:
        return "delayed messages"
    return ""


def _accounted_for(saw: Evidence) -> bool:
    """Fewer came than were counted, but SQS says now that nothing else is available."""
    return saw.after is not None and saw.after.available == 0


def _because(cause: str, saw: Evidence) -> str:
    reason = _CAUSES[cause].format(
        groups=f"{saw.full_groups} message group{'' if saw.full_groups == 1 else 's'}",
        damaged=saw.damaged,
        seen=saw.seen,
        counted=saw.before.available,
        delayed=saw.before.delayed,
    )
    if saw.fifo and cause == "fewer than counted":
        reason += " SQS also keeps back the rest of a message group while a part of it is held."
    if saw.lost:
        reason += f" {saw.lost} answers were lost; what they hid reappears by itself."
    return reason


def _notes(saw: Evidence) -> list[str]:
    """What keeps a sweep that met its proof from being called complete."""
    notes = []
    if saw.before.in_flight:
        notes.append(
            f"Others held about {saw.before.in_flight} messages at the start; "
            "those they kept are not in it."
        )
    if saw.seen < saw.before.available:
        notes.append(
            f"SQS counted about {saw.before.available} available messages at the start and "
            f"{saw.seen} came; SQS says that no more are available, so others took the rest."
        )
    if saw.too_new:
        notes.append(f"{saw.too_new} messages that were sent after the start are left out.")
    if saw.after is not None and saw.after.in_flight > saw.held:
        notes.append("Others held messages at the end.")
    return notes
