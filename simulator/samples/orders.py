"""Orders, payments and invoices."""

from typing import Any

from simulator.samples.shelf import DAY, HOUR, MINUTE, Shelf, binary, number, squeezed, string

CITIES = [("Lisboa", "PT"), ("Łódź", "PL"), ("Zürich", "CH"), ("Malmö", "SE"), ("東京", "JP")]
GOODS = [
    ("MUG-STONE-12", "Stoneware mug", 1_490),
    ("LAMP-ARC-02", "Arc floor lamp", 18_900),
    ("RUG-WOOL-200", "Wool rug 200 × 140", 34_500),
    ("CHAIR-OAK-7", "Oak chair “Nº 7”", 12_900),
]
FAILURES = {
    "CARRIER_TIMEOUT": "The carrier's label service did not answer within 10 s",
    "ADDRESS_INVALID": "The postal code does not fit the city",
    "LABEL_REJECTED": "The label was refused: parcel above 31.5 kg",
    "STOCK_MISMATCH": "Reserved 2, found 1",
}
LEGACY = (
    "ORDER;LEGACY-4471;2 x MUG-STONE-12\n"
    'note from customer: <img src=x onerror=alert(1)> please ring "twice" & wait\n'
    "from: warehouse terminal 3"
)
XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<order xmlns="urn:shop:order:1" id="XML-20931"><line sku="LAMP-ARC-02" quantity="1"/>'
    "<remark>Leave with the neighbour &amp; ring</remark></order>"
)


def fill(shelf: Shelf) -> None:
    _fulfilment(shelf)
    _payments(shelf)
    _invoices(shelf)


def order(shelf: Shelf) -> dict[str, Any]:
    city, country = shelf.rng.choice(CITIES)
    lines: list[dict[str, Any]] = [
        {"sku": sku, "title": title, "quantity": shelf.rng.randint(1, 3), "unitPrice": price}
        for sku, title, price in shelf.rng.sample(GOODS, shelf.rng.randint(1, 3))
    ]
    return {
        "orderId": f"ORD-{shelf.rng.randint(100_000, 999_999)}",
        "customer": {"id": f"C-{shelf.rng.randint(1_000, 9_999)}", "tier": "standard"},
        "shipTo": {"city": city, "country": country, "coordinates": [47.37, 8.54]},
        "lines": lines,
        "total": {
            "amount": sum(line["quantity"] * line["unitPrice"] for line in lines),
            "currency": "EUR",
        },
        "giftWrap": shelf.rng.random() < 0.2,
        "coupon": None,
    }


def _attributes(shelf: Shelf) -> dict[str, Any]:
    return {
        "EventType": string("OrderPlaced"),
        "SchemaVersion": number(3),
        "WeightKg": number(round(shelf.rng.uniform(0.4, 30), 2), "float"),
        "TraceContext": string(f"00-{shelf.hex(32)}-{shelf.hex(16)}-01", "w3c"),
        "Signature": binary(shelf.rng.randbytes(32)),
        "Thumbnail": binary(b"\x89PNG\r\n\x1a\n" + shelf.rng.randbytes(24), "png"),
    }


def _fulfilment(shelf: Shelf) -> None:
    queue, dead = shelf.queue_with_dead_letters("orders-fulfilment", 5, team="fulfilment")
    for age in shelf.ages(120, 3 * HOUR):
        body: Any = order(shelf)
        if shelf.rng.random() < 0.1:
            body = squeezed(body)
        shelf.put(queue, body, age, MessageAttributes=_attributes(shelf))
    shelf.put(queue, LEGACY, 40 * MINUTE)
    shelf.put(queue, XML, 25 * MINUTE, MessageAttributes={"ContentType": string("text/xml")})
    for age in shelf.ages(6, 2 * MINUTE):
        shelf.put(queue, order(shelf), age, DelaySeconds=900)
    codes = shelf.rng.choices(list(FAILURES), weights=[38, 12, 7, 3], k=60)
    for age, code in zip(shelf.ages(60, 3 * DAY, 20 * MINUTE), codes, strict=True):
        error = {"code": code, "message": FAILURES[code], "retryable": code == "CARRIER_TIMEOUT"}
        body = {**order(shelf), "lastError": error}
        attributes = {**_attributes(shelf), "ErrorCode": string(code)}
        shelf.put_dead(dead, queue, body, age, MessageAttributes=attributes)


def _payments(shelf: Shelf) -> None:
    queue, dead = shelf.queue_with_dead_letters(
        "payments-webhooks", 4, team="payments", VisibilityTimeout=60
    )
    kinds = ["charge.succeeded", "charge.refunded", "payout.paid", "dispute.created"]
    for age in shelf.ages(75, 2 * HOUR):
        shelf.put(queue, _webhook(shelf, shelf.rng.choice(kinds)), age)
    for age in shelf.ages(9, 2 * DAY, HOUR):
        attributes = {"ErrorCode": string("SIGNATURE_EXPIRED"), "HttpStatus": number(401)}
        body = _webhook(shelf, "dispute.created")
        shelf.put_dead(dead, queue, body, age, MessageAttributes=attributes)


def _webhook(shelf: Shelf, kind: str) -> dict[str, Any]:
    return {
        "id": f"evt_{shelf.hex(24)}",
        "type": kind,
        "livemode": False,
        "data": {
            "object": {
                "id": f"ch_{shelf.hex(24)}",
                "amount": shelf.rng.randint(500, 90_000),
                "currency": "eur",
                "metadata": {"order": f"ORD-{shelf.rng.randint(100_000, 999_999)}"},
            }
        },
    }


def _invoices(shelf: Shelf) -> None:
    queue, dead = shelf.queue_with_dead_letters(
        "billing-invoices.fifo", 3, team="billing", ContentBasedDeduplication="true"
    )
    for age in shelf.ages(45, 6 * HOUR):
        invoice = _invoice(shelf)
        shelf.put(queue, invoice, age, MessageGroupId=invoice["customer"])
    for age in shelf.ages(4, DAY, 2 * HOUR):
        invoice = {**_invoice(shelf), "error": "VAT_ID_UNKNOWN"}
        ids = {"MessageGroupId": invoice["customer"], "MessageDeduplicationId": shelf.hex(32)}
        shelf.put_dead(dead, queue, invoice, age, **ids)


def _invoice(shelf: Shelf) -> dict[str, Any]:
    return {
        "invoice": f"INV-2026-{shelf.rng.randint(10_000, 99_999)}",
        "customer": f"customer-{shelf.rng.randint(1, 9)}",
        "net": f"{shelf.rng.randint(10, 900)}.{shelf.rng.randint(10, 99)}",
        "vat": {"rate": "0.081", "country": "CH"},
        "sendAs": ["pdf", "e-invoice"],
    }
