"""The rows of the matrix: what goes wrong in each, in which deeds, and how often it is tried.

The numbers are those of the list of faults that the design goes by; 0 is what it does not list.
How a row strikes stands in strikes.py, so that nothing here needs Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SWEEPS = ("dump", "clear", "clear-matching", "delete", "move", "move-matching", "redrive")
SENDS = ("restore", "resend", "undo-clear", "undo-move", "undo-resend")
WITH_CONSUMERS = ("dump", "clear", "clear-matching", "move", "redrive")
EVERY = (*SWEEPS, *SENDS)
# What is done by the real programs, at once: these deeds, under one name.
SEVERAL = "several"
TOGETHER = ("dump", "clear", "move", "restore")
LOST = ("lost_answer", "reset")
ERRORS = ("error_before", "error_after")


@dataclass(frozen=True)
class Row:
    """`runs`: in the whole matrix, besides walks; `samples`: in every test run. `share`: the least
    number of faults the whole matrix must have of this row. `counted`: the simulator's faults that
    are this row's; others only make it harder. `whole`: whether the job must do all that it was
    asked for."""

    number: int
    name: str
    runs: int
    share: int
    deeds: tuple[str, ...] = EVERY
    counted: tuple[str, ...] = ()
    whole: bool = True
    backends: tuple[str, ...] = ("sqlite", "postgres")
    samples: int = 1

    @property
    def together(self) -> bool:
        return self.deeds == (SEVERAL,)


ROWS: Mapping[str, Row] = {
    row.name: row
    for row in (
        Row(0, "peace", 0, 0),
        Row(1, "lost-answers", 40, 500, counted=LOST),
        Row(2, "server-errors", 40, 500, counted=ERRORS),
        Row(3, "throttling", 30, 500, counted=("throttled", "kms_throttled")),
        Row(4, "slow-answers", 30, 300, counted=("hang", "dripping_answer", "truncated_answer")),
        Row(5, "failed-entries", 30, 600, counted=("batch_failure",), samples=2),
        Row(5, "refused-entries", 20, 300, counted=("batch_failure",), whole=False),
        Row(6, "lying-queue", 42, 800, SWEEPS, counted=("duplicate", "empty_receive")),
        Row(7, "in-flight-limit", 14, 14, SWEEPS, whole=False),
        Row(8, "damaged-bodies", 28, 300, SWEEPS, counted=("corrupted_body",), whole=False),
        Row(9, "killed", 40, 1000, samples=3),
        Row(10, "frozen", 40, 200, samples=2),
        Row(10, "workers-killed", 12, 12, (SEVERAL,)),
        Row(10, "workers-frozen", 12, 12, (SEVERAL,)),
        Row(11, "rung-again", 20, 80),
        Row(11, "bells-repeated", 8, 100, (SEVERAL,)),
        Row(12, "broker-killed", 16, 16, (SEVERAL,), backends=("postgres",)),
        Row(12, "broker-away-at-first", 6, 6, (SEVERAL,), backends=("postgres",)),
        Row(13, "failing-writes", 30, 50, whole=False),
        Row(13, "full-disk", 30, 30, whole=False),
        Row(14, "locked-database", 30, 30, whole=False),
        Row(14, "cut-connections", 20, 20, backends=("postgres",), whole=False),
        Row(14, "killed-database", 16, 16, backends=("postgres",), whole=False),
        Row(16, "meddling", 30, 15, whole=False),
        Row(16, "refused-calls", 30, 15, whole=False),
        Row(17, "traffic", 20, 20, WITH_CONSUMERS, whole=False),
        Row(18, "cancelled", 30, 20, whole=False),
        Row(19, "told-to-end", 30, 20),
        Row(19, "workers-told-to-end", 12, 12, (SEVERAL,)),
        Row(0, "everything", 50, 2000, counted=(*LOST, *ERRORS, "batch_failure"), whole=False),
    )
}
