"""Numbers, times and sizes in the words of the pages; each filter is a function of its own."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.template.defaultfilters import stringfilter
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from queues.decoders import visible
from queues.sqs.names import name_from_arn
from queues.sqs.types import MessageAttribute

register = template.Library()

register.filter("visible", visible)

# The sampler asks every few seconds for what is in view; this is a few rounds of it.
STALE = timedelta(seconds=15)

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
    """Bytes as people say them: 904 B, 1.4 kB, 2.0 MB."""
    if count is None:
        return "—"
    if count < 1000:
        return f"{count} B"
    if count < 999_950:
        return f"{count / 1000:.1f} kB"
    return f"{count / 1_000_000:,.1f} MB"


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
