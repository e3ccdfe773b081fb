"""What has become of each message of a sweep, in memory: as the ledger has it, by number."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from queues.models import Settlement

State: TypeAlias = Settlement.State

CODES = {state: code for code, state in enumerate(State, start=1)}
STATES = {code: state for state, code in CODES.items()}
UNKNOWN_NUMBER, MATCHED = 0, 0x80


class Standing:
    """A byte each. `counts`: messages by state. `found`: how many of them are acted on."""

    def __init__(self) -> None:
        # The code of its state, and whether it is acted on.
        self._states = array("B")
        self.counts: Counter[State] = Counter()
        self.found = 0

    def __len__(self) -> int:
        """Messages that came, and were written down."""
        return sum(self.counts.values())

    def __iter__(self) -> Iterator[tuple[int, State, bool]]:
        """Number, state, and whether it is acted on."""
        for number, code in enumerate(self._states):
            if code != UNKNOWN_NUMBER:
                yield number, STATES[code & ~MATCHED], bool(code & MATCHED)

    def copy(self) -> Standing:
        other = Standing()
        other._states, other.counts, other.found = self._states[:], self.counts.copy(), self.found
        return other

    def enter(self, number: int, state: State, matched: bool) -> None:
        while len(self._states) <= number:
            self._states.append(UNKNOWN_NUMBER)
        self._states[number] = CODES[state] | (MATCHED if matched else 0)
        self.counts[state] += 1
        self.found += matched

    def matched(self, number: int) -> bool:
        return bool(self._states[number] & MATCHED)

    def state(self, number: int) -> State:
        return STATES[self._states[number] & ~MATCHED]

    def known(self, numbers: Sequence[int]) -> list[int]:
        return [number for number in numbers if number < len(self._states)]

    def those(self, numbers: Sequence[int], *states: State) -> list[int]:
        """Those of the numbers that are in one of the states."""
        codes = {CODES[state] for state in states}
        return [n for n in self.known(numbers) if self._states[n] & ~MATCHED in codes]

    def mark(self, state: State, numbers: Sequence[int]) -> None:
        code, before = CODES[state], Counter[int]()
        for number in numbers:
            was = self._states[number]
            before[was & ~MATCHED] += 1
            self._states[number] = code | was & MATCHED
        for was, many in before.items():
            if was != UNKNOWN_NUMBER:
                self.counts[STATES[was]] -= many
        self.counts[state] += len(numbers)
