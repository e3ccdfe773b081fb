"""What is due when."""

import random

import pytest

from queues.sqs.sweep.timetable import Timetable

SOON, LATE = 0, 1


@pytest.fixture
def timetable() -> Timetable:
    timetable = Timetable(2)
    for number in range(100):
        timetable.never(number)
    return timetable


def taken(timetable: Timetable, now: float) -> list[int]:
    found = []
    while (number := timetable.take(now)) is not None:
        found.append(number)
    return found


def test_nothing_is_due_where_nothing_was_put(timetable: Timetable) -> None:
    assert timetable.take(1e12) is None


def test_a_number_is_due_from_its_time_on_and_taken_once(timetable: Timetable) -> None:
    timetable.put(7, 60, SOON)
    assert timetable.take(59.9) is None
    assert timetable.take(60) == 7
    assert timetable.take(61) is None


def test_only_the_last_time_given_counts(timetable: Timetable) -> None:
    timetable.put(7, 60, SOON)
    timetable.put(7, 450, LATE)
    timetable.put(8, 61, SOON)
    assert taken(timetable, 100) == [8]
    assert taken(timetable, 450) == [7]


def test_an_earlier_time_may_take_the_place_of_a_later_one(timetable: Timetable) -> None:
    timetable.put(7, 450, LATE)
    timetable.put(7, 60, SOON)
    assert taken(timetable, 60) == [7]
    assert taken(timetable, 450) == []


def test_what_shall_never_be_is_not(timetable: Timetable) -> None:
    timetable.put(7, 60, SOON)
    timetable.never(7)
    assert taken(timetable, 60) == []
    timetable.put(7, 70, SOON)
    assert taken(timetable, 70) == [7]


def test_the_same_time_given_twice_is_taken_once(timetable: Timetable) -> None:
    timetable.put(7, 60, SOON)
    timetable.put(7, 60, SOON)
    assert taken(timetable, 60) == [7]


def test_one_that_is_not_due_holds_up_none_of_another_lane(timetable: Timetable) -> None:
    timetable.put(1, 450, LATE)
    timetable.put(2, 60, SOON)
    assert taken(timetable, 60) == [2]


def test_through_a_thousand_changes_it_agrees_with_a_simple_list(timetable: Timetable) -> None:
    rng, expected, now = random.Random(7), dict[int, float](), 0.0
    delays = {SOON: 60.0, LATE: 450.0}
    for _ in range(1000):
        now += rng.random() * 5
        number, lane = rng.randrange(100), rng.choice([SOON, LATE])
        timetable.put(number, now + delays[lane], lane)
        expected[number] = now + delays[lane]
        due = {number for number, time in expected.items() if time <= now}
        assert set(taken(timetable, now)) == due
        for number in due:
            del expected[number]
