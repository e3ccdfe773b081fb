"""A job under a profiler of all its threads, by processor time: waiting costs nothing there.

    profiled --trace|--no-trace, then what job.py takes

Without tracing it only tells each kind of thread's processor time, which tracing multiplies.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import sys
import sysconfig
import threading
import time
from collections import defaultdict
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from benchmarks.programs import job

Function = tuple[str, int, str]
HOUSE = Path(__file__).resolve().parent.parent.parent
LIBRARIES = Path(sysconfig.get_path("purelib"))
MOST = 14


class Profiler:
    """Kinds of threads are the beginnings of their names: sweep-3 is of kind sweep."""

    def __init__(self, *, trace: bool) -> None:
        self._trace = trace
        self._lock = threading.Lock()
        self.cpu: defaultdict[str, float] = defaultdict(float)
        self.threads: defaultdict[str, int] = defaultdict(int)
        self.profiles: defaultdict[str, list[cProfile.Profile]] = defaultdict(list)

    def install(self) -> None:
        run = threading.Thread.run

        def profiled(thread: threading.Thread) -> None:
            self.watch(lambda: run(thread))

        setattr(threading.Thread, "run", profiled)  # noqa: B010  # mypy: a method is no variable

    def watch(self, run: Any) -> None:
        profile, began = cProfile.Profile(time.thread_time), time.thread_time()
        if self._trace:
            profile.enable()
        try:
            run()
        finally:
            profile.disable()
            kind = threading.current_thread().name.partition("-")[0]
            with self._lock:
                self.cpu[kind] += time.thread_time() - began
                self.threads[kind] += 1
                self.profiles[kind].append(profile)

    def report(self) -> list[dict[str, Any]]:
        kinds = sorted(self.cpu, key=lambda kind: -self.cpu[kind])
        return [
            {"kind": kind, "threads": self.threads[kind], "cpu": self.cpu[kind]}
            | (_where(self.profiles[kind]) if self._trace else {})
            for kind in kinds
        ]


def _where(profiles: list[cProfile.Profile]) -> dict[str, Any]:
    """Own seconds by part (a built-in function's count for whoever calls it) and by function."""
    stats: Any = pstats.Stats(*profiles)
    parts: defaultdict[str, float] = defaultdict(float)
    functions: defaultdict[str, float] = defaultdict(float)
    for function, (_, _, own, _, callers) in stats.stats.items():
        functions[_name(function)] += own
        if function[0] != "~" or not callers:
            parts[_part(function)] += own
        else:
            for caller, (_, _, own_there, _) in callers.items():
                parts[_part(caller)] += own_there
    return {"parts": _largest(parts), "functions": _largest(functions)}


def _largest(seconds: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(seconds.items(), key=lambda item: -item[1])[:MOST]


def _part(function: Function) -> str:
    path = Path(function[0])
    if path.is_relative_to(LIBRARIES):
        return path.relative_to(LIBRARIES).parts[0]
    if path.is_relative_to(HOUSE):
        return ".".join(path.relative_to(HOUSE).with_suffix("").parts[:3])
    return "built-in" if function[0] == "~" else f"python's {path.parent.name}.{path.stem}"


def _name(function: Function) -> str:
    return function[2] if function[0] == "~" else f"{_part(function)}: {function[2]}"


def main() -> None:
    trace = sys.argv.pop(1) == "--trace"
    profiler = Profiler(trace=trace)
    profiler.install()
    with redirect_stdout(StringIO()):
        profiler.watch(job.main)
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(5)
    sys.stdout.write(json.dumps({"kinds": profiler.report()}) + "\n")
