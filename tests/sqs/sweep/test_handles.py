"""Receipt handles in a file."""

import os
from collections.abc import Iterator

import pytest

from queues.sqs.sweep.handles import Handles


@pytest.fixture
def handles() -> Iterator[Handles]:
    handles = Handles()
    yield handles
    handles.close()


def test_handles_of_any_length_are_found_again_by_number(handles: Handles) -> None:
    given = ["", "short", "h" * 1024, "größe", "x"]
    handles.put([0, 1], given[:2])
    handles.put([2, 3, 4], given[2:])
    assert [handles.get(number) for number in range(5)] == given


def test_a_newer_handle_takes_the_place_of_the_older_one(handles: Handles) -> None:
    handles.put([0, 1], ["old", "other"])
    handles.put([1, 0, 2], ["a longer one", "new", "third"])
    assert [handles.get(number) for number in range(3)] == ["new", "a longer one", "third"]


def test_the_same_number_twice_at_once_keeps_the_last(handles: Handles) -> None:
    handles.put([0, 0], ["first", "second"])
    assert handles.get(0) == "second"


def test_a_number_that_leaves_a_gap_is_refused(handles: Handles) -> None:
    with pytest.raises(IndexError):
        handles.put([1], ["nobody has number 0"])


def test_handles_are_found_wherever_they_lie() -> None:
    handles = Handles(block=100)
    given = [f"{number:04}" * (number % 9 + 1) for number in range(200)]
    for number, handle in enumerate(given):
        handles.put([number], [handle])
        assert handles.several([number, number // 2, 0]) == [handle, given[number // 2], given[0]]
    assert handles.several(range(200)) == given
    assert handles.several(range(199, 100, -7)) == given[199:100:-7]
    handles.close()


def test_the_newest_handle_is_known(handles: Handles) -> None:
    handles.put([0, 1], ["old", "other"])
    handles.put([0], ["new"])
    assert handles.is_newest(0, "new")
    assert not handles.is_newest(0, "old")
    assert handles.is_newest(1, "other")


def test_a_write_that_is_cut_short_is_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    handles, write = Handles(block=1), os.pwrite

    def write_a_part(fd: int, data: bytes, offset: int) -> int:
        return write(fd, data[:7] if offset == 0 else data, offset)

    monkeypatch.setattr(os, "pwrite", write_a_part)
    handles.put([0, 1], ["first handle", "second handle"])
    assert [handles.get(0), handles.get(1)] == ["first handle", "second handle"]
    handles.close()


def test_a_full_disk_is_told_and_nothing_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    handles, write = Handles(block=1), os.pwrite
    handles.put([0], ["old"])

    def full(fd: int, data: bytes, offset: int) -> int:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(OSError, match="no space left"):
        handles.put([1], ["new"])
    assert [handles.get(0), handles.get(1)] == ["old", "new"]
    monkeypatch.setattr(os, "pwrite", write)
    handles.put([2], ["later"])
    assert [handles.get(number) for number in range(3)] == ["old", "new", "later"]
    handles.close()
