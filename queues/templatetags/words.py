"""Numbers, times and sizes in the words of the pages; each filter is a function of its own."""

from __future__ import annotations

import base64
import math
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.template.defaultfilters import stringfilter
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from queues.decoders import visible
from queues.jobs.space import in_words
from queues.models import Dump, Job
from queues.sqs.names import name_from_arn
from queues.sqs.types import MessageAttribute

register = template.Library()

register.filter("visible", visible)

# The sampler asks every few seconds for what is in view; this is a few rounds of it.
STALE = timedelta(seconds=15)

ACTS: dict[str, str] = {
    Job.Kind.CLEAR: "a clear",
    Job.Kind.DELETE: "a delete",
    Job.Kind.MOVE: "a move",
    Job.Kind.REDRIVE: "a redrive",
    Job.Kind.RESEND: "an edit",
}
# The phases in which messages are worked through; before and after, a rate tells nothing.
MOVING = ("receiving", "sending")
UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


@register.filter
def number(value: Any) -> str:
    """12408 → 12,408; nothing known → a dash."""
    return "—" if value is None or value == "" else f"{int(value):,}"


@register.filter
def duration(seconds: float | timedelta | None) -> str:
    """45 → 45 s, 7260 → 2 h 1 min; the two largest units that are not zero."""
    if seconds is None:
        return "—"
    if isinstance(seconds, timedelta):
        seconds = seconds.total_seconds()
    left, parts = int(seconds), []
    for size, unit in UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


@register.filter
def clock(moment: datetime | None) -> SafeString | str:
    """12:02:11 today, with the date on another day; the exact moment as its title."""
    if moment is None:
        return "—"
    local = timezone.localtime(moment)
    same_day = local.date() == timezone.localdate()
    said = f"{local:%H:%M:%S}" if same_day else f"{local:%d %b %H:%M}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exactly(moment), said
    )


@register.filter
def from_now(moment: datetime) -> SafeString:
    """in 13 days, in 1 hour: one unit, rounded down; the exact moment as its title."""
    left = (moment - timezone.now()).total_seconds()
    said = "in less than a minute"
    for seconds, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if left >= seconds:
            count = int(left // seconds)
            said = f"in {count} {plural(unit, count)}"
            break
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exactly(moment), said
    )


@register.filter
def until(moment: datetime) -> SafeString:
    """in 1 min 20 s; the browser counts down."""
    left = (moment - timezone.now()).total_seconds()
    said = f"in {duration(left)}" if left > 0 else "any moment"
    return format_html(
        '<time datetime="{}" title="{}" data-until>{}</time>',
        moment.isoformat(timespec="milliseconds"),
        exactly(moment),
        said,
    )


@register.filter
def passed(moment: datetime | None) -> bool:
    return moment is not None and moment < timezone.now()


@register.filter
def time_left(job: Job) -> str:
    """2 min 5 s, from its rate; nothing where that says nothing."""
    known = job.state == Job.State.RUNNING and job.rate and job.expected
    if job.options.get("selection"):
        return ""  # how many lie before those that were chosen is not known
    if not known or job.phase not in MOVING or job.cancel_requested or job.silent_since:
        return ""
    left = (job.expected or 0) - job.seen
    return duration(math.ceil(left / (job.rate or 1))) if left > 0 else ""


@register.filter
def took(job: Job) -> str:
    if job.started_at is None or job.finished_at is None:
        return "—"
    return duration(job.finished_at - job.started_at)


@register.filter
def pace(rate: float) -> str:
    """1,240 a second, 2.5 a second."""
    return f"{rate:,.0f} a second" if rate >= 10 else f"{rate:.1f} a second"


@register.filter
def dollars(amount: float) -> str:
    """$0.0042, $12.30; less than a hundredth of a cent is said to be that."""
    if amount < 0.0001:
        return "less than $0.0001" if amount else "$0"
    return f"about ${amount:.4f}" if amount < 1 else f"about ${amount:,.2f}"


@register.filter
def kind(dump: Dump, job: Job | None) -> str:
    """Dump, Upload, Backup of a clear: what it is, and what made it."""
    act = ACTS.get(job.kind) if job and dump.kind == Dump.Kind.BACKUP else None
    return f"{dump.get_kind_display()} of {act}" if act else dump.get_kind_display()


@register.filter
def exactly(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S.%f}"[:-3] + " UTC"


@register.filter
def stale(moment: datetime | None) -> bool:
    """Older than anything on a live page should be."""
    return moment is not None and timezone.now() - moment > STALE


@register.filter
def size(count: int | None) -> str:
    """Bytes as people say them: 904 B, 1.4 kB, 2.0 MB, 3.1 GB."""
    return "—" if count is None else in_words(count)


@register.filter
@stringfilter
def plural(noun: str, count: Any) -> str:
    """{{ "message"|plural:n }}: one message, two messages; one try, two tries."""
    if count == 1:
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("try") else f"{noun}s"


@register.filter
def preview(head: bytes | memoryview | None) -> str:
    """The beginning of a body on one line; the last character may be cut."""
    text = bytes(head or b"").decode("utf-8", "ignore")
    return visible(" ".join(text.split()))


@register.filter
def queue_name(arn: str) -> str:
    return name_from_arn(arn)


@register.filter
def attribute_value(attribute: MessageAttribute) -> str:
    """As it was sent; binary in base64, as forms and files have it."""
    if isinstance(attribute.value, bytes):
        return base64.b64encode(attribute.value).decode("ascii")
    return visible(attribute.value)
