"""What is due when: numbers in the order of their times, in little memory."""

from array import array
from collections import deque
from collections.abc import Sequence

NEVER = float("inf")


class Timetable:
    """One time for each number. Times that belong to the same `lane` come nearly in order, since
    a lane is a constant delay from now; so a lane is a plain queue, and nothing needs sorting."""

    def __init__(self, lanes: int) -> None:
        self._lanes: list[tuple[deque[int], deque[float]]] = [
            (deque(), deque()) for _ in range(lanes)
        ]
        self._due = array("d")

    def put(self, number: int, due: float, lane: int) -> None:
        """In place of the time it had."""
        self.put_all([number], due, lane)

    def put_all(self, some: Sequence[int], due: float, lane: int) -> None:
        numbers, times = self._lanes[lane]
        for number in some:
            self._due[number] = due
        numbers.extend(some)
        times.extend([due] * len(some))

    def never(self, number: int) -> None:
        """Where every number begins, one after the other."""
        if number == len(self._due):
            self._due.append(NEVER)
        else:
            self._due[number] = NEVER

    def take(self, now: float) -> int | None:
        """A number whose time has come; it has none any more."""
        for numbers, times in self._lanes:
            while numbers and times[0] <= now:
                number, due = numbers.popleft(), times.popleft()
                if self._due[number] == due:  # else it was given another time since
                    self._due[number] = NEVER
                    return number
        return None
