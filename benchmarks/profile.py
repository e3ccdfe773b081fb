"""`--profile`: where a dump's processor time goes, by kind of thread."""

from __future__ import annotations

from typing import Any

from benchmarks.child import Programs


def show(programs: Programs, queue: str, messages: int) -> None:
    """One plain run for true times, one traced run, several times as slow, for where they go."""
    plain = programs.profile("dump", queue, trace=False)["kinds"]
    traced = programs.profile("dump", queue, trace=True)["kinds"]
    print(f"Dump of {messages:,} messages: processor time by kind of thread")
    for kind in plain:
        each = kind["cpu"] / messages * 1_000_000
        name = f"{kind['kind']} ({kind['threads']})"
        print(f"  {name:<20} {kind['cpu']:6.2f} s  {each:6.0f} us a message")
    slower = sum(kind["cpu"] for kind in traced) / sum(kind["cpu"] for kind in plain)
    print(
        f"\nShares of each kind's own time, by part and by function. Tracing took {slower:.1f} "
        "times as much, most of it for small functions: trust large differences only."
    )
    for kind in traced:
        if kind["cpu"] >= 0.05:
            _show_kind(kind)


def _show_kind(kind: dict[str, Any]) -> None:
    total = sum(seconds for _, seconds in kind["parts"]) or 1
    print(f"\n{kind['kind']}, traced: {kind['cpu']:.2f} s")
    for (part, in_part), (function, in_function) in zip(
        kind["parts"], kind["functions"], strict=False
    ):
        left = f"{in_part / total:5.1%} {part}"
        print(f"  {left:<44} {in_function / total:5.1%} {function}")
