"""Leases by themselves: times are given, so nobody waits."""

from uuid import uuid4

import pytest

from queues.sqs.sweep.leases import EXTENSION, LONGEST, Leases, id_of, key_of
from queues.sqs.types import Message

G = 120.0


def message(name: str, handle: str = "handle", group: str | None = None) -> Message:
    return Message(name, handle, "body", "md5", {"MessageGroupId": group} if group else {})


@pytest.fixture
def leases() -> Leases:
    return Leases(G)


def test_a_message_is_new_once(leases: Leases) -> None:
    assert leases.hold(message("a"), 0)
    assert not leases.hold(message("a", "newer"), 10)
    assert leases.held(11).count == 1


def test_the_newest_handle_is_the_one_that_is_used(leases: Leases) -> None:
    leases.hold(message("a", "old"), 0)
    leases.hold(message("a", "new"), 10)
    [[(_, lease)]] = leases.take_to_release(20)
    assert lease.handle == "new"


def test_of_two_answers_that_overtook_each_other_the_later_receive_counts(leases: Leases) -> None:
    def received(handle: str, times: int) -> Message:
        return Message("a", handle, "body", "md5", {"ApproximateReceiveCount": str(times)})

    leases.hold(received("second", 2), 10)
    assert not leases.hold(received("first", 1), 9)
    [[(_, lease)]] = leases.take_to_release(20)
    assert lease.handle == "second"


def test_nothing_is_extended_before_half_its_time_is_over(leases: Leases) -> None:
    leases.hold(message("a"), 0)
    assert leases.take_due(G / 2 - 1) == []
    assert leases.take_due(G / 2) == [(key_of("a"), "handle", EXTENSION)]


def test_a_lease_taken_to_be_extended_is_not_taken_twice(leases: Leases) -> None:
    leases.hold(message("a"), 0)
    assert leases.take_due(G / 2)
    assert leases.take_due(G / 2) == []


def test_an_extension_lasts_a_quarter_of_an_hour_and_is_renewed_at_half_of_that(
    leases: Leases,
) -> None:
    leases.hold(message("a"), 0)
    [(key, handle, seconds)] = leases.take_due(60)
    leases.extended(key, handle, 60, seconds)
    assert leases.held(61).latest == 60 + EXTENSION
    assert leases.take_due(60 + EXTENSION / 2 - 1) == []
    assert len(leases.take_due(60 + EXTENSION / 2)) == 1


def test_no_lease_goes_past_twelve_hours_from_its_receive(leases: Leases) -> None:
    leases.hold(message("a"), 0)
    now, until = G / 2, G
    while due := leases.take_due(now):
        [(key, handle, seconds)] = due
        until = now + seconds
        assert until <= LONGEST < 12 * 3600
        leases.extended(key, handle, now, seconds)
        now += seconds / 2
    assert until > LONGEST - 60, "and nearly all of them are used"


def test_received_again_a_message_has_twelve_hours_more(leases: Leases) -> None:
    leases.hold(message("a"), 0)
    leases.hold(message("a", "new"), LONGEST - 1)
    [(_, handle, seconds)] = leases.take_due(LONGEST - 1 + G / 2)
    assert (handle, seconds) == ("new", EXTENSION)


def test_an_extension_of_an_older_handle_changes_nothing(leases: Leases) -> None:
    leases.hold(message("a", "old"), 0)
    [(key, handle, seconds)] = leases.take_due(60)
    leases.hold(message("a", "new"), 61)
    leases.extended(key, handle, 60, seconds)
    leases.gone(key, handle)
    assert leases.held(62).latest == 61 + G


def test_what_could_not_be_extended_is_tried_again_while_it_lasts(leases: Leases) -> None:
    leases.hold(message("a"), 0)
    [(key, handle, _)] = leases.take_due(60)
    leases.postponed(key, handle, 61)
    assert leases.take_due(60.5) == []
    assert len(leases.take_due(61)) == 1
    leases.postponed(key, handle, G + 1)
    assert leases.take_due(G + 1) == [], "it is visible again by then"


def test_after_a_lost_answer_a_lease_may_last_as_long_as_was_asked_for(leases: Leases) -> None:
    """Otherwise a message hidden for a quarter of an hour would not be released at the end."""
    leases.hold(message("a"), 0)
    [(key, handle, seconds)] = leases.take_due(60)
    leases.postponed(key, handle, 61, until=60 + seconds)
    assert leases.held(G + 100).count == 1
    assert len(leases.take_to_release(G + 100)) == 1


def test_what_is_gone_is_neither_held_nor_new(leases: Leases) -> None:
    leases.hold(message("a"), 0)
    leases.gone(key_of("a"), "handle")
    assert leases.held(1).count == 0
    assert leases.take_to_release(1) == []
    assert not leases.hold(message("a", "again"), 2)
    assert leases.held(3).count == 1


def test_what_is_visible_again_by_itself_is_not_released(leases: Leases) -> None:
    leases.hold(message("early"), 0)
    leases.hold(message("late"), 100)
    [[(key, _)]] = leases.take_to_release(G + 1)
    assert id_of(key) == "late"


def test_what_is_taken_to_release_is_held_until_it_is_released_but_taken_once(
    leases: Leases,
) -> None:
    leases.hold(message("a"), 0)
    assert len(leases.take_to_release(1)) == 1
    assert leases.take_to_release(1) == []
    assert leases.held(1).count == 1
    leases.gone(key_of("a"), "handle")
    assert leases.held(1).count == 0


def test_messages_are_released_ten_at_a_time_in_the_order_received(leases: Leases) -> None:
    for number in range(23):
        leases.hold(message(f"m{number}"), number)
    batches = leases.take_to_release(24)
    assert [len(batch) for batch in batches] == [10, 10, 3]
    assert [id_of(key) for batch in batches for key, _ in batch] == [f"m{n}" for n in range(23)]


def test_a_group_is_released_in_one_piece_and_in_order(leases: Leases) -> None:
    for number in range(6):
        leases.hold(message(f"a{number}", group="a"), number)
        leases.hold(message(f"b{number}", group="b"), number)
    released = [[id_of(key) for key, _ in batch] for batch in leases.take_to_release(10)]
    assert released == [[f"a{n}" for n in range(6)], [f"b{n}" for n in range(6)]]


def test_a_group_of_ten_is_full(leases: Leases) -> None:
    for number in range(10):
        leases.hold(message(f"a{number}", group="a"), 0)
    for number in range(9):
        leases.hold(message(f"b{number}", group="b"), 0)
    assert leases.full_groups() == 1


def test_a_damaged_message_is_let_go_of_and_new_when_it_comes_sound(leases: Leases) -> None:
    leases.set_aside(message("a", "damaged"), 0)
    assert leases.take_due(G / 2) == [], "it shall reappear"
    assert leases.hold(message("a", "sound"), G + 1)
    assert not leases.hold(message("a", "again"), G + 2)
    leases.set_aside(message("b", "damaged"), G + 2)
    assert len(leases.take_to_release(G + 3)[0]) == 2


def test_a_message_held_that_comes_again_damaged_stays_held(leases: Leases) -> None:
    leases.hold(message("a", "sound"), 0)
    leases.set_aside(message("a", "damaged"), 10)
    assert not leases.hold(message("a", "sound again"), 20)
    leases.set_aside(message("a", "damaged again"), 30)
    assert len(leases.take_due(30 + G / 2)) == 1


@pytest.mark.parametrize(
    "message_id",
    [
        "5fea7756-0ea4-451a-a703-a558b933e274",
        "5FEA7756-0EA4-451A-A703-A558B933E274",
        "5fea77560ea4451aa703a558b933e274",
        "1",
        "x" * 16,
        "x" * 17,
        "id-" + "y" * 97,
        "größe",
    ],
)
def test_an_id_survives_being_kept_small(message_id: str) -> None:
    assert id_of(key_of(message_id)) == message_id


def test_a_uuid_takes_sixteen_bytes_and_no_other_id_does() -> None:
    assert len(key_of(str(uuid4()))) == 16
    assert all(len(key_of("x" * length)) != 16 for length in range(1, 40))
