"""The work behind the shop: search, stock, pictures, figures."""

from typing import Any

from simulator.samples.shelf import HOUR, MINUTE, Shelf, number, squeezed, string


def fill(shelf: Shelf) -> None:
    _search(shelf)
    _inventory(shelf)
    _media(shelf)
    _analytics(shelf)
    shelf.queue("reports-nightly", team="finance", DelaySeconds=300, VisibilityTimeout=3_600)


def _search(shelf: Shelf) -> None:
    queue = shelf.queue("search-index-updates", team="search")
    for age in shelf.ages(2_000, 5 * HOUR):
        action = shelf.rng.choice(["upsert", "upsert", "upsert", "delete"])
        body = {"action": action, "product": f"P-{shelf.rng.randint(1, 40_000):05}"}
        if action == "upsert":
            body["fields"] = shelf.rng.choice(["price", "stock", "title,description"])
        attributes = {"Shard": number(shelf.rng.randint(0, 15))}
        shelf.put(queue, body, age, MessageAttributes=attributes)


def _inventory(shelf: Shelf) -> None:
    queue = shelf.queue(
        "inventory-sync.fifo",
        team="warehouse",
        DeduplicationScope="messageGroup",
        FifoThroughputLimit="perMessageGroupId",
    )
    for age in shelf.ages(60, 40 * MINUTE):
        warehouse = f"warehouse-{shelf.rng.choice(['lis', 'waw', 'zrh', 'tyo'])}"
        body = {"warehouse": warehouse, "sku": "MUG-STONE-12", "change": shelf.rng.randint(-9, 40)}
        ids = {"MessageGroupId": warehouse, "MessageDeduplicationId": shelf.hex(32)}
        shelf.put(queue, body, age, **ids)


def _media(shelf: Shelf) -> None:
    queue = shelf.queue("media-transcode", team="media", VisibilityTimeout=7_200)
    for age in shelf.ages(18, 2 * HOUR):
        shelf.put(queue, _upload(shelf), age)
    # Someone is at work on three of them, and will be for a while.
    queue.hide(queue.take(3, everywhere=True, most_receives=None).live, 7_200)


def _upload(shelf: Shelf) -> dict[str, Any]:
    key = f"uploads/2026/11/{shelf.hex(10)}.mov"
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "us-east-1",
                "eventName": "ObjectCreated:Put",
                "s3": {
                    "bucket": {"name": "shop-media-incoming"},
                    "object": {"key": key, "size": shelf.rng.randint(10**6, 10**9)},
                },
            }
        ]
    }


def _analytics(shelf: Shelf) -> None:
    queue = shelf.queue("analytics-events", team="data", MessageRetentionPeriod=86_400)
    for age in shelf.ages(400, 50 * MINUTE):
        events = [
            {"event": shelf.rng.choice(["view", "basket", "search"]), "session": shelf.hex(12)}
            for _ in range(shelf.rng.randint(1, 12))
        ]
        small = len(events) < 9
        encoding = {"ContentEncoding": string("identity" if small else "gzip+base64")}
        body: Any = {"events": events} if small else squeezed({"events": events})
        shelf.put(queue, body, age, MessageAttributes=encoding)
    for age in shelf.ages(12, 3 * MINUTE):
        shelf.put(queue, {"events": [], "flush": True}, age, DelaySeconds=900)
