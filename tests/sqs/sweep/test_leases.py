"""Leases by themselves: times are given, so nobody waits."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from queues.sqs.sweep.keys import id_of, key_of
from queues.sqs.sweep.leases import EXTENSION, LONGEST, Due, Leases
from queues.sqs.sweep.news import Known
from queues.sqs.types import Message

G = 120.0


def message(name: str, handle: str = "handle", group: str | None = None) -> Message:
    return Message(name, handle, "body", "md5", {"MessageGroupId": group} if group else {})


@pytest.fixture
def leases() -> Iterator[Leases]:
    leases = Leases(G)
    yield leases
    leases.close()


def hold(leases: Leases, held: Message, at: float) -> bool:
    """Whether it is new."""
    [(_, new)] = leases.hold([held], at)
    return new


def names(leases: Leases, batches: list[list[int]]) -> list[list[str]]:
    return [[leases.ids([number])[number] for number in batch] for batch in batches]


def test_a_message_is_new_once_and_keeps_its_number(leases: Leases) -> None:
    assert leases.hold([message("a"), message("b")], 0) == [(0, True), (1, True)]
    assert leases.hold([message("b", "newer"), message("c")], 10) == [(1, False), (2, True)]
    assert leases.held().count == 3


def test_the_newest_handle_is_the_one_that_is_used(leases: Leases) -> None:
    hold(leases, message("a", "old"), 0)
    hold(leases, message("a", "new"), 10)
    assert leases.take_to_release(20) == [[0]]
    assert leases.handle(0) == "new"


def test_of_two_answers_that_overtook_each_other_the_later_receive_counts(leases: Leases) -> None:
    def received(handle: str, times: int) -> Message:
        return Message("a", handle, "body", "md5", {"ApproximateReceiveCount": str(times)})

    hold(leases, received("second", 2), 10)
    assert not hold(leases, received("first", 1), 9)
    assert leases.handle(0) == "second"
    assert leases.until(0) == 10 + G


def test_nothing_is_extended_before_half_its_time_is_over(leases: Leases) -> None:
    hold(leases, message("a"), 0)
    assert leases.take_due(G / 2 - 1) == []
    assert leases.take_due(G / 2) == [Due(0, "handle", EXTENSION)]


def test_what_is_hidden_for_longer_than_an_extension_is_extended_before_its_end() -> None:
    leases = Leases(3600, extension=900)
    hold(leases, message("a"), 0)
    assert leases.take_due(1800) == [], "that would make it shorter"
    assert leases.take_due(3600 - 900 / 2) == [Due(0, "handle", 900)]


def test_a_lease_taken_to_be_extended_is_not_taken_twice(leases: Leases) -> None:
    hold(leases, message("a"), 0)
    assert leases.take_due(G / 2)
    assert leases.take_due(G / 2) == []


def test_leases_are_extended_ten_at_a_time(leases: Leases) -> None:
    for number in range(23):
        hold(leases, message(f"m{number}"), 0)
    assert [len(leases.take_due(G / 2)) for _ in range(4)] == [10, 10, 3, 0]


def test_an_extension_lasts_a_quarter_of_an_hour_and_is_renewed_at_half_of_that(
    leases: Leases,
) -> None:
    hold(leases, message("a"), 0)
    [due] = leases.take_due(60)
    leases.extended(due, 60)
    assert leases.held().latest == 60 + EXTENSION
    assert leases.take_due(60 + EXTENSION / 2 - 1) == []
    assert len(leases.take_due(60 + EXTENSION / 2)) == 1


def test_no_lease_goes_past_twelve_hours_from_its_receive(leases: Leases) -> None:
    hold(leases, message("a"), 0)
    now, until = G / 2, G
    while extensions := leases.take_due(now):
        [due] = extensions
        until = now + due.seconds
        assert until <= LONGEST < 12 * 3600
        leases.extended(due, now)
        now += due.seconds / 2
    assert until > LONGEST - 60, "and nearly all of them are used"


def test_received_again_a_message_has_twelve_hours_more(leases: Leases) -> None:
    hold(leases, message("a"), 0)
    hold(leases, message("a", "new"), LONGEST - 1)
    assert leases.take_due(LONGEST - 1 + G / 2) == [Due(0, "new", EXTENSION)]


def test_an_extension_of_an_older_handle_changes_nothing(leases: Leases) -> None:
    hold(leases, message("a", "old"), 0)
    [due] = leases.take_due(60)
    hold(leases, message("a", "new"), 61)
    leases.extended(due, 60)
    assert not leases.gone(0, "old")
    assert leases.held().latest == 61 + G
    assert leases.held().count == 1


def test_what_could_not_be_extended_is_tried_again_while_it_lasts(leases: Leases) -> None:
    hold(leases, message("a"), 0)
    [due] = leases.take_due(60)
    leases.postponed(due, 61)
    assert leases.take_due(60.5) == []
    [due] = leases.take_due(61)
    leases.postponed(due, G + 1)
    assert leases.take_due(G + 1) == [], "it is visible again by then"


def test_after_a_lost_answer_a_lease_may_last_as_long_as_was_asked_for(leases: Leases) -> None:
    """Otherwise a message hidden for a quarter of an hour would not be released at the end."""
    hold(leases, message("a"), 0)
    [due] = leases.take_due(60)
    leases.postponed(due, 61, until=60 + due.seconds)
    assert leases.ours(0, G + 100)
    assert len(leases.take_to_release(G + 100)) == 1


def test_what_is_gone_is_neither_held_nor_new(leases: Leases) -> None:
    hold(leases, message("a"), 0)
    assert leases.gone(0, "handle")
    assert leases.held().count == 0
    assert leases.held().latest is None
    assert leases.take_due(G / 2) == []
    assert leases.take_to_release(1) == []
    assert not hold(leases, message("a", "again"), 2)
    assert leases.held().count == 1


def test_what_is_visible_again_by_itself_is_not_released(leases: Leases) -> None:
    hold(leases, message("early"), 0)
    hold(leases, message("late"), 100)
    assert names(leases, leases.take_to_release(G + 1)) == [["late"]]


def test_what_is_taken_to_release_is_held_until_it_is_released_but_taken_once(
    leases: Leases,
) -> None:
    hold(leases, message("a"), 0)
    assert len(leases.take_to_release(1)) == 1
    assert leases.take_to_release(1) == []
    assert leases.held().count == 1
    leases.gone(0, "handle")
    assert leases.held().count == 0


@pytest.mark.parametrize("answered_first", [True, False])
def test_what_is_received_again_while_it_is_released_is_released_once_more(
    leases: Leases, answered_first: bool
) -> None:
    """A poll still under way brings what was just let go of."""
    hold(leases, message("a", "old"), 0)
    leases.take_to_release(1)
    if answered_first:
        leases.gone(0, "old")
    hold(leases, message("a", "new"), 2)
    if not answered_first:
        leases.gone(0, "old")
    assert leases.take_to_release(3) == [[0]]


def test_what_is_being_sent_or_deleted_is_not_released_meanwhile(leases: Leases) -> None:
    leases.hold([message("a"), message("b")], 0)
    assert leases.order(0)
    assert not leases.order(0), "once at a time"
    assert list(leases.unsettled()) == [0]
    assert leases.take_to_release(1) == [[1]]
    leases.ordered_no_more(0)
    assert leases.take_to_release(2) == [[0]]


def test_messages_are_released_ten_at_a_time_in_the_order_received(leases: Leases) -> None:
    for number in range(23):
        hold(leases, message(f"m{number}"), number)
    batches = leases.take_to_release(24)
    assert [len(batch) for batch in batches] == [10, 10, 3]
    assert [number for batch in batches for number in batch] == list(range(23))


def test_a_group_is_released_in_one_piece_and_in_order(leases: Leases) -> None:
    for number in range(6):
        hold(leases, message(f"a{number}", group="a"), number)
        hold(leases, message(f"b{number}", group="b"), number)
    released = names(leases, leases.take_to_release(10))
    assert released == [[f"a{n}" for n in range(6)], [f"b{n}" for n in range(6)]]


def test_a_group_of_which_ten_came_is_full_while_any_of_it_is_held(leases: Leases) -> None:
    for number in range(10):
        hold(leases, message(f"a{number}", group="a"), 0)
    for number in range(9):
        hold(leases, message(f"b{number}", group="b"), 0)
    assert leases.full_groups() == 1
    for number in range(9):
        leases.gone(number, "handle")
    assert leases.full_groups() == 1, "one in flight is enough to keep back the rest"
    leases.gone(9, "handle")
    assert leases.full_groups() == 0, "now the rest of it can come"


def test_a_damaged_message_is_let_go_of_and_new_when_it_comes_sound(leases: Leases) -> None:
    assert leases.set_aside(message("a", "damaged"), 0)
    assert leases.take_due(G / 2) == [], "it shall reappear"
    assert leases.held().count == 0
    assert hold(leases, message("a", "sound"), G + 1)
    assert not hold(leases, message("a", "again"), G + 2)
    assert leases.take_aside(G + 3) == []


def test_damaged_messages_that_are_still_hidden_are_released_at_the_end(leases: Leases) -> None:
    leases.set_aside(message("a", "early"), 0)
    leases.set_aside(message("b", "late"), 50)
    assert leases.take_aside(G + 1) == ["late"], "the other is visible again by itself"
    assert leases.take_aside(G + 1) == []


def test_a_message_held_that_comes_again_damaged_stays_held(leases: Leases) -> None:
    hold(leases, message("a", "sound"), 0)
    assert not leases.set_aside(message("a", "damaged"), 10)
    assert not hold(leases, message("a", "sound again"), 20)
    assert not leases.set_aside(message("a", "damaged again"), 30)
    assert leases.take_due(30 + G / 2) == [Due(0, "damaged again", EXTENSION)]


def test_what_an_earlier_sweep_held_is_extended_first_of_all(leases: Leases) -> None:
    leases.adopt(Known(0, "a", "handle", until=1000 + 30, limit=1000 + LONGEST), now=1000)
    assert leases.held().count == 1
    assert leases.take_due(1000) == [Due(0, "handle", EXTENSION)]
    assert leases.hold([message("a", "again")], 1010) == [(0, False)]


def test_what_an_earlier_sweep_saw_and_let_go_of_is_known_but_not_held(leases: Leases) -> None:
    leases.adopt(Known(0, "a", "", until=0, limit=0), now=1000)
    leases.adopt(Known(3, "b", "lapsed", until=999, limit=2000), now=1000)
    assert leases.held().count == 0
    assert leases.take_due(1000) == []
    assert leases.take_to_release(1000) == []
    assert leases.hold([message("b"), message("a"), message("c")], 1001) == [
        (3, False),
        (0, False),
        (4, True),
    ]


def test_what_was_adopted_is_held_no_longer_than_from_its_first_receive(leases: Leases) -> None:
    leases.adopt(Known(0, "a", "handle", until=1030, limit=1100), now=1000)
    assert leases.take_due(1000) == [Due(0, "handle", 100)]


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
