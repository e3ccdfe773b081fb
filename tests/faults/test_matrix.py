"""A part of the matrix that is small enough for every test run; `make faults` runs it whole."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.faults import plan
from tests.faults.rows import ROWS
from tests.running.dashboard import ROOT, clean_environment

LEAST_FAULTS = 300
LONGEST = 900  # for a run that hangs


def faults(*options: str) -> subprocess.CompletedProcess[str]:
    """As `make faults` does it: in a process that has no Django and no threads yet."""
    return subprocess.run(
        [sys.executable, "-m", "tests.faults", *options],
        env=clean_environment(),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )


def test_jobs_lose_double_and_hide_nothing_whatever_goes_wrong() -> None:
    ended = faults("--sample")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    totals = re.findall(r"faults=(\d+) .* lost=0 .* hidden=0 .* double_runs=0", ended.stdout)
    assert totals, ended.stdout
    assert int(totals[-1]) >= LEAST_FAULTS, ended.stdout


def test_every_row_has_runs_of_every_deed_it_names_and_seeds_of_its_own() -> None:
    runs = plan.rows(("sqlite", "postgres"))
    assert {(run.row, run.deed) for run in runs} == {
        (row.name, deed) for row in ROWS.values() for deed in row.deeds if row.runs
    }
    assert len({(run.row, run.seed) for run in runs}) == len(runs) >= 200
