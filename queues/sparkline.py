"""A line of counts over the last half hour, as the path of an SVG: drawn by the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils import timezone

from queues.models.sample import KEPT, Sample

WIDTH, HEIGHT = 112, 26
# Nobody looked for that long: the line is broken there, nothing is drawn from what is not known.
GAP_SECONDS = 90


@dataclass(frozen=True)
class Sparkline:
    line: str
    area: str
    words: str
    """What a person who does not see it should know."""


def sparkline(samples: Sequence[Sample]) -> Sparkline | None:
    """None with fewer than two samples: a dot is no line."""
    if len(samples) < 2:
        return None
    counts = [sample.available for sample in samples]
    # What never changed is a line in the middle, not a full block.
    most = (max(counts) or 1) * (2 if min(counts) == max(counts) else 1)
    start = timezone.now() - KEPT
    points = [
        (
            (sample.at - start).total_seconds() / KEPT.total_seconds() * WIDTH,
            HEIGHT - 2 - sample.available / most * (HEIGHT - 4),
            sample.at,
        )
        for sample in samples
    ]
    runs = [[points[0]]]
    for before, point in pairwise(points):
        if (point[2] - before[2]).total_seconds() > GAP_SECONDS:
            runs.append([])
        runs[-1].append(point)
    lines, areas = [], []
    for run in runs:
        if len(run) > 1:
            line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in run)
            lines.append(line)
            areas.append(f"{line}L{run[-1][0]:.1f} {HEIGHT}L{run[0][0]:.1f} {HEIGHT}Z")
    if not lines:
        return None
    words = f"between {min(counts):,} and {max(counts):,} available in the last half hour"
    return Sparkline("".join(lines), "".join(areas), words)
