"""The sweep: how sqsdash reads a queue. See sweep.py; the other files are its parts."""

from queues.sqs.sweep.report import (
    NotReleased,
    Phase,
    SweepOptions,
    SweepProgress,
    SweepResult,
    Verdict,
)
from queues.sqs.sweep.sweep import Sweep

__all__ = [
    "NotReleased",
    "Phase",
    "Sweep",
    "SweepOptions",
    "SweepProgress",
    "SweepResult",
    "Verdict",
]
