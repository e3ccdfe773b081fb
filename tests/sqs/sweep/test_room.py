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
    assert room.full == "in-flight limit"


def test_messages_seen_before_take_up_none() -> None:
    room = Room(wanted=10, held=10)
    room.settle(room.reserve(), wanted=0, held=0)
    assert room.reserve() == 10
