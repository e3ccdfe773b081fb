"""Every duration and limit that the environment may change: the few that matter to who runs a
dashboard, then those for who must (a slow network, a strict host, a test in a hurry).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqsdash.setting import Setting, amount, seconds, whole

DAY = 24 * 60 * 60
# SQS: 43,200 s from the receive on, and a little is gone when the answer arrives.
LONGEST_LEASE = 43_195
days = amount(0.0001, 36_500, "days")
gigabytes = amount(0.0001, 1_000_000, "gigabytes")
megabytes = amount(0.001, 1_000_000, "megabytes")

KEEPING = (
    Setting("SQSDASH_DUMP_DAYS", days, "14", "how long a dump or an upload is kept"),
    Setting(
        "SQSDASH_BACKUP_DAYS",
        days,
        "30",
        "how long the backup of a clear, delete or move is kept: for as long it can be undone",
    ),
    Setting(
        "SQSDASH_STORE_GIGABYTES",
        gigabytes,
        "50",
        "all stored messages together; when they take more, jobs that would store end",
    ),
    Setting("SQSDASH_DUMP_GIGABYTES", gigabytes, "10", "the messages of one dump"),
    Setting(
        "SQSDASH_FREE_DISK_MEGABYTES",
        megabytes,
        "500",
        "what must stay free on the disks of the store and of temporary files",
    ),
    Setting("SQSDASH_UPLOAD_MEGABYTES", megabytes, "1024", "an uploaded file, packed and unpacked"),
)

WORK = (
    Setting("SQSDASH_JOB_THREADS", whole(1, 64), "4", "jobs that a worker runs at once"),
    Setting(
        "SQSDASH_SWEEP_MINUTES",
        amount(0.05, 690, "minutes"),
        "30",
        "the time limit of a job that receives, if none is given",
    ),
    Setting(
        "SQSDASH_SWEEP_HOLD_AT_MOST",
        whole(10, 119_990, "messages"),
        "100000",
        "messages of a queue held at once, of the 120,000 that SQS lets everybody hold together",
    ),
)

SWEEP = (
    Setting("SQSDASH_SWEEP_THREADS", whole(1, 64), "16", "threads that receive for one job"),
    Setting(
        "SQSDASH_SWEEP_VISIBILITY_SECONDS",
        whole(1, LONGEST_LEASE, "seconds"),
        "120",
        "how long a receive hides messages at first: what a lost answer hid returns after that",
    ),
    Setting(
        "SQSDASH_SWEEP_EXTENSION_SECONDS",
        whole(1, LONGEST_LEASE, "seconds"),
        "900",
        "how long what is still held is hidden at a time after that",
    ),
    Setting(
        "SQSDASH_SWEEP_WAIT_SECONDS",
        whole(1, 20, "seconds"),
        "5",
        "the long poll: how long a receive waits for messages",
    ),
    Setting(
        "SQSDASH_PATIENCE_SECONDS", seconds, "30", "an outage of SQS that a job waits out, at most"
    ),
    Setting(
        "SQSDASH_CALL_SECONDS", seconds, "40", "one request to SQS, from its start to its last byte"
    ),
    Setting("SQSDASH_CONNECT_SECONDS", seconds, "5", "to connect to SQS"),
    Setting("SQSDASH_READ_SECONDS", seconds, "25", "silence of SQS within a request"),
)

JOBS = (
    Setting(
        "SQSDASH_JOB_LEASE_SECONDS",
        seconds,
        "60",
        "a worker that was not heard of for so long has lost its job to another",
    ),
    Setting("SQSDASH_JOB_HEARTBEAT_SECONDS", seconds, "10", "how often a worker renews that lease"),
    Setting("SQSDASH_JOB_LOOK_SECONDS", seconds, "1", "how often a worker looks for a cancel"),
    Setting(
        "SQSDASH_JOB_RING_AGAIN_SECONDS",
        seconds,
        "45",
        "a job that no worker began is announced again after that",
    ),
    Setting("SQSDASH_REAP_SECONDS", seconds, "15", "how often such and abandoned jobs are sought"),
    Setting(
        "SQSDASH_JOB_ATTEMPTS",
        whole(1, 1000),
        "5",
        "a job is given up when so many workers died of it",
    ),
    Setting(
        "SQSDASH_DATABASE_SECONDS", seconds, "20", "how long SQLite waits while others write to it"
    ),
)

LIMITS = (*KEEPING, *WORK, *SWEEP, *JOBS)

# (longer, by more than how many times, shorter, why)
ORDER = (
    (
        "SQSDASH_JOB_LEASE_SECONDS",
        3,
        "SQSDASH_JOB_HEARTBEAT_SECONDS",
        "or a worker loses its job when one heartbeat comes late",
    ),
    (
        "SQSDASH_READ_SECONDS",
        1,
        "SQSDASH_SWEEP_WAIT_SECONDS",
        "or a receive is given up before SQS answers",
    ),
    (
        "SQSDASH_CALL_SECONDS",
        1,
        "SQSDASH_READ_SECONDS",
        "or no request is ever waited for as long as that",
    ),
)


def contradiction(values: Mapping[str, Any]) -> str | None:
    """What is wrong with these values together, as a sentence for who starts the program."""
    for longer, times, shorter, why in ORDER:
        if values[longer] <= values[shorter] * times:
            than = "" if times == 1 else f"{times} times "
            return (
                f"{longer} is {values[longer]:g}; it must be more than {than}"
                f"{shorter}, which is {values[shorter]:g}, {why}."
            )
    return None
