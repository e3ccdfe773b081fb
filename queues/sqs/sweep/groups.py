"""FIFO groups of a sweep's messages: how many of each came and are held, and how to release them
without parting them."""

from array import array
from collections.abc import Iterable

from queues.sqs.batch_call import MAX_ENTRIES

# AWS: so many messages of a group are delivered at a time, and the rest when these are settled.
GROUP_FULL = 10
NO_GROUP = -1


class Groups:
    """By number, counting from 0. Used under the lock of the leases."""

    def __init__(self) -> None:
        self._group = array("i")
        # By group, how many came and how many of them are held.
        self._places: dict[str, int] = {}
        self._came, self._held = array("L"), array("L")

    def add(self, group: str | None) -> None:
        """The group of the next number; None: it has none."""
        place = NO_GROUP
        if group is not None:
            place = self._places.setdefault(group, len(self._came))
            if place == len(self._came):
                self._came.append(0)
                self._held.append(0)
            self._came[place] += 1
        self._group.append(place)

    def count(self, number: int, change: int) -> None:
        """So many more of the number's group are held."""
        if (group := self._group[number]) != NO_GROUP:
            self._held[group] += change

    def full(self) -> int:
        """Groups of which ten or more messages came, and some are held."""
        return sum(
            came >= GROUP_FULL and held > 0
            for came, held in zip(self._came, self._held, strict=True)
        )

    def batches(self, numbers: list[int]) -> list[list[int]]:
        """Of at most ten, in the order given, that do not part a group if they can help it."""
        if not self._places:  # a hundred thousand pieces would take more memory than all the rest
            return [numbers[at : at + MAX_ENTRIES] for at in range(0, len(numbers), MAX_ENTRIES)]
        return _batches(self._pieces(numbers))

    def _pieces(self, numbers: list[int]) -> Iterable[list[int]]:
        pieces: dict[int, list[int]] = {}
        for number in numbers:
            group = self._group[number]
            # Those without a group are pieces of their own: below all groups' places.
            pieces.setdefault(group if group >= 0 else -2 - number, []).append(number)
        return pieces.values()


def _batches(pieces: Iterable[list[int]]) -> list[list[int]]:
    batches: list[list[int]] = []
    for piece in pieces:
        if not batches or len(batches[-1]) + len(piece) > MAX_ENTRIES:
            batches.append([])
        for number in piece:
            if len(batches[-1]) == MAX_ENTRIES:
                batches.append([])
            batches[-1].append(number)
    return batches
