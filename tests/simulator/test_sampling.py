"""What makes the simulator like AWS and unlike emulators: samples, loose order, late counts."""

from simulator import Simulator
from tests.contract.shop import Shop, bodies
from tests.simulator.conftest import Connect


def fill(shop: Shop, url: str, count: int) -> list[str]:
    sent = [str(number) for number in range(count)]
    for start in range(0, count, 10):
        entries = [{"Id": body, "MessageBody": body} for body in sent[start : start + 10]]
        shop.sqs.send_message_batch(QueueUrl=url, Entries=entries)
    return sent


def short_polls(shop: Shop, url: str, count: int) -> list[int]:
    return [len(shop.poll(url, WaitTimeSeconds=0, VisibilityTimeout=0)) for _ in range(count)]


def test_a_short_poll_may_find_nothing_in_a_queue_that_holds_a_message(shop: Shop) -> None:
    url = shop.queue()
    shop.send(url)
    found = short_polls(shop, url, 40)
    assert 0 in found
    assert 1 in found


def test_a_short_poll_of_a_short_queue_may_come_back_short(shop: Shop) -> None:
    url = shop.queue()
    fill(shop, url, 30)
    assert any(0 < found < 10 for found in short_polls(shop, url, 40))


def test_a_short_poll_of_a_long_queue_finds_all_it_asked_for(shop: Shop) -> None:
    url = shop.queue()
    fill(shop, url, 1_000)
    assert set(short_polls(shop, url, 40)) == {10}


def test_who_stops_at_the_first_empty_short_poll_misses_messages(shop: Shop) -> None:
    url = shop.queue()
    fill(shop, url, 60)
    seen = 0
    while found := shop.poll(url, WaitTimeSeconds=0):
        seen += len(found)
    assert 0 < seen < 60
    assert len(shop.receive_all(url, 60 - seen)) == 60 - seen


def test_long_polls_find_every_message(shop: Shop) -> None:
    url = shop.queue()
    sent = fill(shop, url, 55)
    assert sorted(bodies(shop.receive_all(url, 55)), key=int) == sent


def test_order_is_only_roughly_that_of_arrival(shop: Shop) -> None:
    url = shop.queue()
    sent = fill(shop, url, 400)
    received = bodies(shop.receive_all(url, 400))
    assert received != sent
    displaced = [abs(place - int(body)) for place, body in enumerate(received)]
    assert max(displaced) < 200
    assert sum(displaced) / len(displaced) < 50


def test_messages_received_three_times_go_to_the_back(connect: Connect) -> None:
    with Simulator(seed=1, sampling=False) as simulator:
        shop = connect(simulator)
        url = shop.queue()
        fill(shop, url, 3)
        looks = [shop.receive(url, VisibilityTimeout=0)["Body"] for _ in range(7)]
    assert looks == ["0", "0", "0", "1", "1", "1", "2"]


def test_without_sampling_everything_is_found_in_order(connect: Connect) -> None:
    with Simulator(seed=1, sampling=False) as simulator:
        shop = connect(simulator)
        url = shop.queue()
        sent = fill(shop, url, 40)
        received = [body for _ in range(4) for body in bodies(shop.poll(url, WaitTimeSeconds=0))]
    assert received == sent


def test_the_same_seed_gives_the_same_run(connect: Connect) -> None:
    def run(seed: int) -> list[list[tuple[str, str]]]:
        with Simulator(seed=seed) as simulator:
            shop = connect(simulator)
            url = shop.queue(name="replayed")
            fill(shop, url, 50)
            return [
                [(m["MessageId"], m["ReceiptHandle"]) for m in shop.poll(url, WaitTimeSeconds=0)]
                for _ in range(15)
            ]

    assert run(11) == run(11)
    assert run(11) != run(12)


def test_counts_are_late_but_by_a_second_at_most(simulator: Simulator, shop: Shop) -> None:
    simulator.clock.freeze()
    url = shop.queue()
    shop.send(url)
    assert shop.attributes(url)["ApproximateNumberOfMessages"] == "0"
    simulator.clock.advance(1)
    assert shop.attributes(url)["ApproximateNumberOfMessages"] == "1"


def test_counts_can_be_made_exact(connect: Connect) -> None:
    with Simulator(count_lag=0) as simulator:
        shop = connect(simulator)
        url = shop.queue()
        for expected in ("1", "2", "3"):
            shop.send(url)
            assert shop.attributes(url)["ApproximateNumberOfMessages"] == expected
