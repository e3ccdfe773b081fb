"""The comparisons, by letter. Two programs take turns; each ratio is of neighbours in time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.child import Programs, Run
from benchmarks.server import Server

KB = 1_024
WARM_UP = 1_000
# Within this, two loops count as equally fast.
NOISE = 0.03


@dataclass(frozen=True)
class Row:
    """One comparison: `ours` and `theirs` as shown, a value per turn, and the goal."""

    letter: str
    what: str
    ours: str
    theirs: str
    values: list[float]
    goal: float
    at_least: bool
    notes: list[str] = field(default_factory=list)

    @property
    def met(self) -> bool:
        value = median(self.values)
        return value >= self.goal if self.at_least else value <= self.goal


class Letters:
    def __init__(
        self,
        server: Server,
        programs: Programs,
        *,
        messages: int,
        repeats: int,
        yardstick: Path | None,
    ) -> None:
        self._server, self._programs = server, programs
        self._messages, self._repeats, self._yardstick = messages, repeats, yardstick
        self._dumps: list[Run] = []
        self._filled: set[tuple[str, int]] = set()

    def rows(self, letters: str) -> Iterator[Row | str]:
        """Comparisons as they are done; a sentence for what can't be done or is no comparison."""
        ways = {"a": self._a, "b": self._b, "c": self._c, "d": self._d, "e": self._e}
        for letter in letters:
            yield from ways[letter]()

    def _a(self) -> Iterator[Row | str]:
        queue = self._queue("a", self._messages)
        turns, yardsticks = self._turns(
            queue,
            lambda: self._dump(queue, self._messages),
            lambda: self._programs.bare(queue, self._messages),
            warm_up=lambda warm: (self._dump(warm, WARM_UP), self._programs.bare(warm, WARM_UP)),
            settle="release",
        )
        self._dumps = [ours for ours, _ in turns]
        yield _ratio("a", "dump / own bare loop, release", turns, 0.9)
        yield from self._bare_enough("a", turns, yardsticks)

    def _b(self) -> Iterator[Row | str]:
        few = self._messages // 4
        queue = self._queue("b", few)

        def boto2() -> Run:
            run = self._programs.boto2(queue, few)
            self._server.wait_for(queue, few)
            return run

        turns, _ = self._turns(queue, lambda: self._dump(queue, few), boto2)
        yield _ratio("b", "dump / boto 2.49's loop", turns, 6)
        yield from self._never_ends()

    def _never_ends(self) -> Iterator[str]:
        queue = self._queue("a", self._messages)
        _say(f"b: boto 2.49's loop on {self._messages:,}")
        loop = self._programs.boto2(queue, 3 * self._messages)
        self._server.wait_for(queue, self._messages)
        ended = "ended" if loop.said["ended"] else "had not ended"
        yield (
            f"b  boto 2.49's loop on {self._messages:,} messages {ended} after {loop.seconds:.0f} "
            f"s and {loop.said['received']:,} received, {loop.messages:,} different ones."
        )
        _say(f"b: dump of {self._messages:,}")
        ours = self._dump(queue, self._messages)
        yield (
            f"b  The dump of the same {self._messages:,} ended after {ours.seconds:.1f} s and "
            f"{ours.proof:.1f} s of proof: {ours.said['state']}, {ours.said['verdict']}, "
            f"{ours.said['received']:,} received, {ours.messages:,} different ones stored."
        )

    def _c(self) -> Iterator[Row | str]:
        queue = self._queue("a", self._messages)
        runs = self._dumps or [self._dump(queue, self._messages) for _ in range(self._repeats)]
        values = [run.requests / run.messages for run in runs]
        made = f"{median(run.requests for run in runs):,.0f} requests"
        yield Row("c", "requests / message, dump", made, "", values, 0.21, at_least=False)

    def _d(self) -> Iterator[Row | str]:
        many, few = 5 * self._messages, self._messages // 2
        large, small = self._queue("d-large", many), self._queue("d-small", few)
        turns, _ = self._turns(
            large, lambda: self._dump(large, many), lambda: self._dump(small, few)
        )
        values = [ours.peak_kb / theirs.peak_kb for ours, theirs in turns]
        yield Row(
            "d",
            f"peak memory, {many:,} / {few:,}",
            f"{median(ours.peak_kb for ours, _ in turns) / KB:,.0f} MB",
            f"{median(theirs.peak_kb for _, theirs in turns) / KB:,.0f} MB",
            values,
            1.3,
            at_least=False,
            notes=[f"d  {many:,}: {turns[-1][0].said['verdict']}. {turns[-1][0].said['said']}"],
        )

    def _e(self) -> Iterator[Row | str]:
        if "clear" not in self._programs.kinds:
            yield "e  Left out: there is no job that clears a queue yet."
            return

        def full(queue: str, messages: int) -> str:
            self._server.fill(queue, messages, KB)
            return queue

        def clear(queue: str, messages: int) -> Run:
            return self._programs.job("clear", full(queue, messages), messages)

        def bare(queue: str, messages: int) -> Run:
            return self._programs.bare(full(queue, messages), messages, "delete")

        turns, yardsticks = self._turns(
            "e",
            lambda: clear("e", self._messages),
            lambda: bare("e", self._messages),
            warm_up=lambda _: (clear("e-warm-up", WARM_UP), bare("e-warm-up", WARM_UP)),
            settle="delete",
        )
        yield _ratio("e", "clear / own bare loop, delete", turns, 0.85)
        yield from self._bare_enough("e", turns, yardsticks)

    def _turns(
        self,
        queue: str,
        ours: Callable[[], Run],
        theirs: Callable[[], Run],
        *,
        warm_up: Callable[[str], object] | None = None,
        settle: str = "",
    ) -> tuple[list[tuple[Run, Run]], list[float]]:
        """Each turn's two runs, and in `settle`'s case the yardstick's rate in each."""
        if warm_up:
            _say(f"{queue}: warm-up")
            warm_up(self._queue("warm-up", WARM_UP))
        turns, yardsticks = [], []
        for number in range(1, self._repeats + 1):
            first = ours()
            second = theirs()
            turns.append((first, second))
            rates = f"{first.rate:,.0f}/s, {second.rate:,.0f}/s"
            if self._yardstick and settle:
                if settle == "delete":
                    self._server.fill(queue, self._messages, KB)
                rate = self._programs.yardstick(self._yardstick, queue, self._messages, settle)
                yardsticks.append(rate)
                rates += f", yardstick {rate:,.0f}/s"
            _say(f"{queue}: turn {number} of {self._repeats}: {rates}")
        return turns, yardsticks

    def _bare_enough(
        self, letter: str, turns: list[tuple[Run, Run]], yardsticks: list[float]
    ) -> Iterator[Row]:
        if yardsticks:
            yield Row(
                letter,
                "own bare loop / yardstick",
                f"{median(bare.rate for _, bare in turns):,.0f}/s",
                f"{median(yardsticks):,.0f}/s",
                [bare.rate / rate for (_, bare), rate in zip(turns, yardsticks, strict=True)],
                1 - NOISE,
                at_least=True,
                notes=[
                    f"{letter}  The ratio above is to benchmarks/'s own bare loop, in which no "
                    "thread waits in a last empty poll; that of our job to the yardstick is "
                    f"{_over(turns, yardsticks):.2f}."
                ],
            )

    def _dump(self, queue: str, messages: int) -> Run:
        return self._programs.job("dump", queue, messages)

    def _queue(self, name: str, messages: int) -> str:
        """A queue with so many messages, filled the first time it is asked for."""
        if (name, messages) not in self._filled:
            _say(f"{name}: filling with {messages:,} messages")
            self._server.fill(name, messages, KB)
            self._filled.add((name, messages))
        return name


def _ratio(letter: str, what: str, turns: list[tuple[Run, Run]], goal: float) -> Row:
    ours, theirs = [mine for mine, _ in turns], [other for _, other in turns]
    return Row(
        letter,
        what,
        f"{median(run.rate for run in ours):,.0f}/s",
        f"{median(run.rate for run in theirs):,.0f}/s",
        [mine.rate / other.rate for mine, other in turns],
        goal,
        at_least=True,
        notes=[_limit(letter, "ours", ours), _limit(letter, "theirs", theirs)],
    )


def _over(turns: list[tuple[Run, Run]], yardsticks: list[float]) -> float:
    return median(ours.rate / rate for (ours, _), rate in zip(turns, yardsticks, strict=True))


def _limit(letter: str, whose: str, runs: list[Run]) -> str:
    """What a side spends its time on. A Python process cannot use more than about one core."""
    client, server = median(run.client for run in runs), median(run.server for run in runs)
    if client >= 0.85:
        limit = "the client's interpreter lock"
    elif server >= 0.85:
        limit = "the simulator's"
    else:
        limit = "waiting: for latency, the disk or each other"
    proof = median(run.proof for run in runs)
    beside = f"; proof of {proof:.1f} s not counted" if proof else ""
    return (
        f"{letter}  {whose}: client {client:.2f} cores, simulator {server:.2f}: limited by {limit}"
        f"{beside}."
    )


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
