"""When messages were sent, as bars: drawn by the server, with the same numbers as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from queues.search.histogram import Bar

WIDTH, HEIGHT = 600, 44
# What is there at all is to be seen, and to be hit.
LEAST_HEIGHT = 2.0
LABELS = 4


@dataclass(frozen=True)
class Drawn:
    """A bar in the units of the picture; `address` finds what it stands for."""

    span: str
    count: int
    address: str
    x: str
    step: str
    width: str
    y: str
    height: str
    all_y: str
    all_height: str
    words: str


@dataclass(frozen=True)
class Histogram:
    bars: list[Drawn]
    labels: list[str]
    words: str

    @property
    def filled(self) -> list[Drawn]:
        return [bar for bar in self.bars if bar.count]


def histogram_of(
    bars: Sequence[Bar],
    unknown: int,
    address_of: Callable[[datetime, datetime], str],
    *,
    whole: bool,
) -> Histogram | None:
    """`unknown`: how many do not say when. `whole`: all were looked at. None where there is nothing
    to tell apart: no bar, or one."""
    if len(bars) < 2:
        return None
    most = max(bar.total for bar in bars) or 1
    step = WIDTH / len(bars)
    drawn = [draw(bar, at * step, step, most, address_of) for at, bar in enumerate(bars)]
    return Histogram(drawn, labels_of(bars), in_words(bars, unknown, whole))


def draw(
    bar: Bar, x: float, step: float, most: int, address_of: Callable[[datetime, datetime], str]
) -> Drawn:
    height, whole = height_of(bar.found, most), height_of(bar.total, most)
    span = span_of(bar)
    return Drawn(
        span=span,
        count=bar.found,
        address=address_of(bar.start, bar.end),
        x=f"{x:.2f}",
        step=f"{step:.2f}",
        width=f"{max(1.0, step * 0.78):.2f}",
        y=f"{HEIGHT - height:.1f}",
        height=f"{height:.1f}",
        all_y=f"{HEIGHT - whole:.1f}",
        all_height=f"{whole:.1f}",
        words=f"{bar.found:,} sent {span}",
    )


def height_of(count: int, most: int) -> float:
    return max(LEAST_HEIGHT, count / most * HEIGHT) if count else 0.0


def span_of(bar: Bar) -> str:
    """`21 Nov 08:00–09:00`; seconds, or less, only where bars are that narrow."""
    width = (bar.end - bar.start).total_seconds()
    if width >= 86_400:
        return f"{bar.start:%d %b}" if width == 86_400 else f"{bar.start:%d %b} – {bar.end:%d %b}"
    return f"{bar.start:%d %b} {clock(bar.start, width)}–{clock(bar.end, width)}"


def clock(moment: datetime, apart: float) -> str:
    """As finely as moments so many seconds apart need."""
    if apart >= 60:
        return f"{moment:%H:%M}"
    return f"{moment:%H:%M:%S}" + (f".{moment.microsecond // 1000:03}" if apart < 1 else "")


def labels_of(bars: Sequence[Bar]) -> list[str]:
    """Evenly spaced beneath the bars, the last one being the end."""
    first, last = bars[0].start, bars[-1].end
    width = (last - first) / LABELS
    moments = [first + width * n for n in range(LABELS + 1)]
    return [label_of(moment, (last - first).total_seconds()) for moment in moments]


def label_of(moment: datetime, seconds: float) -> str:
    if seconds > 4 * 86_400:
        return f"{moment:%d %b}"
    if seconds > 86_400:
        return f"{moment:%d %b %H:%M}"
    return clock(moment, seconds / LABELS if seconds <= 600 else 60)


def in_words(bars: Sequence[Bar], unknown: int, whole: bool) -> str:
    top = max(bars, key=lambda bar: bar.found)
    if not top.found:
        return "None of those found says when it was sent" if whole else "None so far"
    so_far = "" if whole else " so far"
    said = f"Most were sent {span_of(top)}: {top.found:,}{so_far}"
    return f"{said}; {unknown:,} do not say when" if unknown else said
