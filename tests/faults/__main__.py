"""`make faults`: the whole matrix; or, with options, one scenario: --row killed --kind dump.

The last line of the whole has the totals. It fails if any damage is not zero, or if less was tried
than it must be; no run is begun after fifty minutes.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time

from tests.faults.rows import EVERY, ROWS, SEVERAL
from tests.faults.scenario import Scenario, run
from tests.faults.stage import BACKENDS
from tests.faults.whole import Whole

MINUTES = 50.0


def main() -> int:
    # What was started and made goes with us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = vars(_parser().parse_args())
    as_json, minutes = options.pop("json"), options.pop("minutes")
    whole, sample = Whole(until=time.monotonic() + minutes * 60), options.pop("sample")
    if options["row"] is None:
        return whole.run_sample() if sample else whole.run()
    outcome = run(Scenario(**options))
    print(outcome.as_json if as_json else outcome.for_people)
    return 0 if outcome.sound else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.faults", description=__doc__)
    parser.add_argument("--row", choices=ROWS)
    parser.add_argument("--kind", choices=(*EVERY, SEVERAL), dest="deed", default="dump")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--backend", choices=BACKENDS, default="sqlite")
    parser.add_argument(
        "--at",
        help="the checkpoints to strike at, of one attempt after the other: 17,80; or of the first "
        "alone, by name and which time: 'after DeleteMessageBatch 2'",
    )
    parser.add_argument("--broken", default="", help="a guard to take out of the code first")
    parser.add_argument("--json", action="store_true", help="the outcome in one line")
    parser.add_argument("--sample", action="store_true", help="a part, as every test run has it")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="of the whole matrix")
    return parser


if __name__ == "__main__":
    sys.exit(main())
