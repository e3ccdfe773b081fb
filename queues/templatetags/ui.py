"""What templates need to draw the interface: icons, htmx's nonce, ages, meters.

Built in: templates use these without `{% load %}`.
"""

import math
import re
from datetime import UTC, datetime
from functools import cache
from typing import Literal

from django import template
from django.contrib.staticfiles import finders
from django.template import Context, TemplateSyntaxError
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

SPRITE = "icons/sprite.svg"
METER_WIDTH = 72
Tone = Literal["", "ok", "warn", "bad", "mute"]


@cache
def icon_names() -> frozenset[str]:
    """The icons there are: the ids of the sprite's symbols."""
    path = finders.find(SPRITE)
    if path is None:
        raise FileNotFoundError(f"static file {SPRITE} is missing")
    with open(path) as sprite:
        return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite.read()))


@register.simple_tag
def icon(name: str, size: Literal["", "xs", "s", "l"] = "", spin: bool = False) -> SafeString:
    """An icon of the sprite; it says nothing to screen readers, the text beside it does."""
    if name not in icon_names():
        raise TemplateSyntaxError(f"no icon {name!r} in {SPRITE}")
    classes = " ".join(filter(None, ("i", size, "spin" if spin else "")))
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        classes,
        static(SPRITE),
        name,
    )


@register.simple_tag(takes_context=True)
def hx(context: Context) -> SafeString:
    """Every element with an hx- attribute carries this: hx-csp strips the attributes of others."""
    return format_html('hx-nonce="{}"', str(context["request"].csp_nonce))


@register.simple_tag(takes_context=True)
def dialog_post(context: Context) -> SafeString | str:
    """The attributes of a form which may stand in the dialog: nothing on a page of its own.

    The server answers 422 with the form and its errors, or HX-Redirect.
    """
    request = context["request"]
    if not request.htmx:
        return ""
    return format_html(
        'hx-post="{}" hx-target="#dialog" hx-swap="innerHTML" hx-status:422="swap:innerMorph" '
        'hx-disable="find [type=submit]" {}',
        request.get_full_path(),
        hx(context),
    )


def age_in_words(seconds: float) -> str:
    """`12 s`, `5 min`, `3 h`, `2 d`: one unit, rounded down. static/js/ages.js says the same."""
    whole = max(0, int(seconds))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if whole >= size:
            return f"{whole // size} {unit}"
    return f"{whole} s"


@register.simple_tag
def ago(when: datetime | None) -> SafeString | str:
    """How long ago that was; the browser keeps it up to date."""
    if when is None:
        return "never"
    moment = when.astimezone(UTC)
    return format_html(
        '<time datetime="{}" title="{} UTC" data-ago>{} ago</time>',
        moment.isoformat(timespec="milliseconds"),
        moment.strftime("%Y-%m-%d %H:%M:%S"),
        age_in_words((timezone.now() - moment).total_seconds()),
    )


@register.simple_tag
def meter(value: int, of: int, tone: Tone = "") -> SafeString:
    """A bar under a count, on a logarithmic scale: 3 and 90,000 are both to be seen."""
    if value <= 0:
        return SafeString("")
    share = min(1.0, math.log1p(value) / math.log1p(max(value, of)))
    return format_html(
        '<svg class="meter {}" viewBox="0 0 {w} 3" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{w}" height="3" rx="1.5"/><rect width="{}" height="3" rx="1.5"/></svg>',
        tone,
        f"{share * METER_WIDTH:.1f}",
        w=METER_WIDTH,
    )
