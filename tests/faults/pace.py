"""How fast the matrix runs: every duration at a twentieth of its default.

SQS's own unit is a whole second, so a long poll is one; the timeouts that must outlast it keep
their margins, at a twentieth.
"""

from __future__ import annotations

import os

WAIT = 1
VISIBILITY = 6
EXTENSION = 45
LEASE = 3.0
MARGIN = 1.0  # what the oracle waits beyond a visibility timeout

SETTINGS: dict[str, float | str] = {
    "SQSDASH_SWEEP_VISIBILITY_SECONDS": VISIBILITY,
    "SQSDASH_SWEEP_EXTENSION_SECONDS": EXTENSION,
    "SQSDASH_SWEEP_WAIT_SECONDS": WAIT,
    "SQSDASH_SWEEP_MINUTES": 1.5,
    "SQSDASH_SWEEP_THREADS": 4,
    "SQSDASH_PATIENCE_SECONDS": 1.5,
    "SQSDASH_CONNECT_SECONDS": 0.25,
    "SQSDASH_READ_SECONDS": WAIT + 1,
    "SQSDASH_CALL_SECONDS": WAIT + 1.75,
    "SQSDASH_JOB_LEASE_SECONDS": LEASE,
    "SQSDASH_JOB_HEARTBEAT_SECONDS": 0.5,
    "SQSDASH_JOB_LOOK_SECONDS": 0.05,
    "SQSDASH_JOB_RING_AGAIN_SECONDS": 2.25,
    "SQSDASH_REAP_SECONDS": 0.75,
    # No duration. On a machine under load more attempts are cut off than a row means to.
    "SQSDASH_JOB_ATTEMPTS": 12,
    "SQSDASH_DATABASE_SECONDS": 1,
}

# Real seconds. A job that has not ended so long after the last fault is stuck; a cancelled one,
# after the second. Not at a twentieth: the machine is as slow as it is.
STUCK = 60.0
LONGEST = 240.0
CANCELLED_WITHIN = 10.0

# Processes for each processor that want to run, from where on leases at this pace cannot be kept.
BUSY = 4.0


def kept() -> bool:
    """Has the machine been quick enough, lately, for a job to do all it is asked for?"""
    return os.getloadavg()[0] <= BUSY * (os.cpu_count() or 1)
