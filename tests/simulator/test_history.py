"""What an outside judge can learn: every message that came, and when and why it left."""

import json

import pytest

from simulator import Simulator
from tests.contract.shop import Shop
from tests.simulator.conftest import Connect
from tests.simulator.test_control_plane import Control


def name(url: str) -> str:
    return url.rpartition("/")[2]


def test_deleted_messages_are_remembered_with_the_time(connect: Connect) -> None:
    with Simulator(history=True) as simulator:
        shop = connect(simulator)
        url = shop.queue()
        simulator.clock.freeze()
        kept, deleted = shop.send(url, DelaySeconds=900), shop.send(url)
        arrived = simulator.clock.now()
        simulator.clock.advance(5)
        shop.delete(url, shop.receive(url))
        stays = {stay.message_id: stay for stay in simulator.history(name(url))}
        left = stays[deleted["MessageId"]]
        assert (left.arrived, left.left, left.how) == (arrived, arrived + 5, "deleted")
        assert stays[kept["MessageId"]].left is None


def test_messages_that_were_not_deleted_say_how_they_left(connect: Connect) -> None:
    with Simulator(history=True) as simulator:
        shop = connect(simulator)
        simulator.clock.freeze()
        url, dead = shop.queue_with_dead_letters(1, MessageRetentionPeriod=600)
        shop.send(url)
        shop.receive_all(url, 1, VisibilityTimeout=0)
        assert shop.has_nothing(url)
        shop.sqs.start_message_move_task(SourceArn=shop.arn(dead))
        simulator.clock.advance(1)
        assert [stay.how for stay in simulator.history(name(dead))] == ["moved"]
        shop.sqs.purge_queue(QueueUrl=url)
        shop.send(url)
        simulator.clock.advance(601)
        hows = [stay.how for stay in simulator.history(name(url))]
        assert hows == ["dead_lettered", "purged", "expired"]


def test_a_duplicate_that_a_fifo_queue_dropped_never_came(connect: Connect) -> None:
    with Simulator(history=True) as simulator:
        shop = connect(simulator)
        url = shop.queue(fifo=True)
        for _ in range(2):
            shop.send(url, MessageGroupId="g", MessageDeduplicationId="once")
        assert len(simulator.history(name(url))) == 1


def test_history_can_be_switched_on_later_and_read_over_http(
    simulator: Simulator, shop: Shop
) -> None:
    control, url = Control(simulator), shop.queue()
    before = shop.send(url, "before")
    path = f"queues/{name(url)}/history"
    status, answer = control.ask("GET", path)
    assert status == 400
    assert "/_simulator/history" in answer["error"]
    assert control.ask("POST", "history", {"keep": True})[0] == 200
    shop.delete(url, shop.receive(url))
    later = shop.queue()
    shop.send(later, "later")
    [stay] = control.ask("GET", path)[1]["history"]
    assert (stay["message_id"], stay["how"]) == (before["MessageId"], "deleted")
    assert stay["arrived"] <= stay["left"]
    [stay] = control.ask("GET", f"queues/{name(later)}/history")[1]["history"]
    assert stay["left"] is None


@pytest.mark.parametrize("asked", [{}, {"keep": False}, {"remember": True}])
def test_what_history_does_not_understand_is_refused(simulator: Simulator, asked: object) -> None:
    assert Control(simulator).ask("POST", "history", asked)[0] == 400


def test_without_being_asked_nothing_is_remembered(simulator: Simulator, shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    with pytest.raises(ValueError, match=json.dumps({"keep": True})):
        simulator.history(name(url))
