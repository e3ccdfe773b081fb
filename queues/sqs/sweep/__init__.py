"""The sweep: how sqsdash reads a queue. See sweep.py; the other files are its parts."""

from queues.sqs.sweep.news import Arrival, Failure, Known, News, OnNews, Orders
from queues.sqs.sweep.report import (
    NotReleased,
    Phase,
    SweepOptions,
    SweepProgress,
    SweepResult,
    Verdict,
)
from queues.sqs.sweep.sweep import Sweep, threads_of

__all__ = [
    "Arrival",
    "Failure",
    "Known",
    "News",
    "NotReleased",
    "OnNews",
    "Orders",
    "Phase",
    "Sweep",
    "SweepOptions",
    "SweepProgress",
    "SweepResult",
    "Verdict",
    "threads_of",
]
