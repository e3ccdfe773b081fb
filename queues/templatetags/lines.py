"""The lines of a body that is laid out. Written here, not in a template: five thousand lines take a
template, or format_html, two seconds; this a twentieth of one."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Protocol

from django import template
from django.utils.safestring import SafeString

register = template.Library()


class Row(Protocol):
    """See views/message_body.py."""

    @property
    def number(self) -> int: ...
    @property
    def depth(self) -> int: ...
    @property
    def indent(self) -> str: ...
    @property
    def tokens(self) -> list[tuple[str, str]]: ...
    @property
    def path(self) -> str: ...
    @property
    def opens(self) -> int: ...
    @property
    def cut(self) -> bool: ...


@register.simple_tag
def code_lines(rows: Iterable[Row]) -> SafeString:
    """<li>s as static/js/lines.js wants them. Every text of the message goes through escape()."""
    return SafeString("\n".join(_line(row) for row in rows))


def _line(row: Row) -> str:
    path = f' data-path="{escape(row.path)}"' if row.path else ""
    opens = f' data-opens="{row.opens}"' if row.opens else ""
    cut = " data-cut" if row.cut else ""
    fold = '<i class="fold"></i>' if row.opens else ""
    tokens = "".join(f'<i class="{escape(style)}">{escape(text)}</i>' for style, text in row.tokens)
    return (
        f'<li data-n="{row.number}" data-depth="{row.depth}"{path}{opens}{cut}>{fold}'
        f"<span>{row.indent}{tokens}</span></li>"
    )
