"""How many messages the next receive may ask for."""

from queues.sqs.sweep.room import Room


def test_no_more_is_asked_for_than_is_wanted() -> None:
    room = Room(wanted=15, held=1000)
    assert [room.reserve(), room.reserve(), room.reserve()] == [10, 5, 0]
    assert room.reserve() == 0, "two receives are under way, and may bring less"
    room.settle(10, wanted=4, held=4)
    assert room.reserve() == 6
    room.settle(6, wanted=6, held=6)
    room.settle(5, wanted=5, held=5)
    assert room.full == "number limit"
    assert not room.receiving


def test_what_is_not_wanted_takes_up_room_all_the_same() -> None:
    room = Room(wanted=None, held=12)
    assert room.reserve() == 10
    room.settle(10, wanted=0, held=10)
    assert room.reserve() == 2
    room.settle(2, wanted=2, held=2)
    assert room.reserve() == 0
    assert room.full == "", "there may be nothing more"


def test_when_all_room_is_taken_single_messages_tell_whether_there_is_more() -> None:
    room = Room(wanted=None, held=10)
    assert room.probe() == 0, "there is room"
    room.settle(room.reserve(), wanted=10, held=10)
    assert [room.probe(), room.probe()] == [1, 1]
    assert room.receiving
    room.settle(1)
    assert room.full == ""
    room.settle(1, wanted=1, held=1)
    assert room.full == "in-flight limit"
    assert room.probe() == 0


def test_messages_seen_before_take_up_none() -> None:
    room = Room(wanted=10, held=10)
    room.settle(room.reserve(), wanted=0, held=0)
    assert room.reserve() == 10


def test_what_is_held_no_more_makes_room_and_what_is_wanted_is_still_bounded() -> None:
    room = Room(wanted=15, held=10)
    room.settle(room.reserve(), wanted=10, held=10)
    assert room.reserve() == 0
    room.freed(10)
    assert room.reserve() == 5, "of what was asked for, five are missing"
    room.settle(5, wanted=5, held=5)
    room.freed(15)
    assert room.full == "number limit"
