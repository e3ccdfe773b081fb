"""`python -m benchmarks`, or `make bench BENCH="options"`. See CONTRIBUTING.md."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks import searching, server
from benchmarks.child import Failed, Programs
from benchmarks.letters import KB, Letters, Row
from benchmarks.profile import show
from benchmarks.table import HEAD, line


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with (
        tempfile.TemporaryDirectory(prefix="sqsdash-bench-") as scratch,
        server.running(options.latency / 1_000) as simulator,
    ):
        try:
            programs = Programs(simulator, Path(scratch), options.threads)
            if options.profile:
                simulator.fill("profile", options.messages, KB)
                show(programs, "profile", options.messages)
                return 0
            letters = Letters(
                simulator,
                programs,
                messages=options.messages,
                repeats=options.repeats,
                yardstick=options.yardstick,
            )
            _compare(letters, programs, options)
            return 0
        except Failed as failed:
            print(f"bench: {failed}", file=sys.stderr)
            return 1


def _compare(letters: Letters, programs: Programs, options: argparse.Namespace) -> None:
    results = list(letters.rows(options.letters.replace("f", "")))
    if "f" in options.letters:
        results += searching.rows(programs, options.messages, options.repeats)
    rows = [result for result in results if isinstance(result, Row)]
    print(
        f"{options.messages:,} messages of 1 KB, {options.latency:g} ms of latency, "
        f"{options.threads} threads, turns: {options.repeats}, {os.cpu_count()} cores\n{HEAD}"
    )
    for row in rows:
        print(line(row))
    print()
    for result in results:
        for note in result.notes if isinstance(result, Row) else [result]:
            print(note)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("letters", nargs="?", default="abcdef", type=_letters, help="such as: ab")
    parser.add_argument("--messages", type=_number, default=20_000, help="in (a); others follow")
    parser.add_argument("--repeats", type=_number, default=3)
    parser.add_argument("--threads", type=_number, default=16)
    parser.add_argument("--latency", type=float, default=10, help="milliseconds")
    parser.add_argument(
        "--yardstick",
        type=Path,
        default=os.environ.get("BENCH_YARDSTICK") or None,
        help="another bare loop (ENDPOINT QUEUE N --threads --settle), which ours is held against",
    )
    parser.add_argument("--profile", action="store_true", help="where a dump's processor time goes")
    return parser.parse_args()


def _letters(text: str) -> str:
    if not text or set(text) - set("abcdef"):
        raise argparse.ArgumentTypeError(f"{text!r} is not some of the letters a to f")
    return text


def _number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
