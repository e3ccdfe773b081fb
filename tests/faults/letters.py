"""What the queues of a run hold: letters made from a seed, and how one is known again.

Every body carries a key of its own, so that a letter is found again whatever became of it: in a
dump, in another queue, sent anew with another MessageId. Its fingerprint covers what must arrive
unchanged: the body, the message attributes, the group and the trace header.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, tuple[str, str | bytes]]

KEY = re.compile(r"letter-[0-9a-f]{16}-\d+")
# What is easily damaged on the way: line ends, both planes of UTF-8, what looks like markup.
ODDITIES = (
    "\r\n\r\n",
    "\t",
    "žluťoučký kůň",
    "日本語",
    "\U0001f4ec",
    "\U0010fffd",
    "</script>",
    '"\\',
)
STATUSES = ("paid", "open", "late")


@dataclass(frozen=True)
class Letter:
    """`status`: what a filter goes by; None where the body is no JSON, and cannot be judged."""

    key: str
    body: str
    status: str | None
    attributes: Values = field(default_factory=dict)
    group: str | None = None
    trace: str | None = None

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.body, self.attributes, self.group, self.trace)


def fingerprint(body: str, attributes: Values, group: str | None, trace: str | None) -> str:
    parts: list[Any] = [body, group, trace]
    for name, (data_type, value) in sorted(attributes.items()):
        parts += [name, data_type, value if isinstance(value, str) else value.hex()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def key_in(body: str) -> str:
    """The key of the letter with this body; what is no letter is its own key, and unexpected."""
    found = KEY.search(body)
    return found[0] if found else f"no letter: {body[:60]!r}"


def number_in(key: str) -> int:
    """A letter's place in the order of sending."""
    return int(key.rpartition("-")[2])


def write(rng: random.Random, count: int, *, groups: int = 0, start: int = 0) -> list[Letter]:
    """`groups`: 0 for a standard queue, whose letters seldom have one."""
    return [_one(rng, start + number, groups) for number in range(count)]


def _one(rng: random.Random, number: int, groups: int) -> Letter:
    key = f"letter-{rng.getrandbits(64):016x}-{number}"
    text = "".join(rng.choices(ODDITIES, k=rng.randrange(4))) + "x" * _length(rng)
    status = rng.choice(STATUSES) if rng.random() < 0.85 else None
    if status is None:
        body = f"{text} {key} is no JSON"
    else:
        body = json.dumps({"key": key, "status": status, "text": text}, ensure_ascii=False)
    group = f"group-{rng.randrange(groups)}" if groups else None
    if not groups and rng.random() < 0.05:
        group = f"tenant-{rng.randrange(3)}"  # a fair queue's
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793" if rng.random() < 0.1 else None
    return Letter(key, body, status, _attributes(rng), group, trace)


def _length(rng: random.Random) -> int:
    return rng.randrange(20_000) if rng.random() < 0.01 else rng.randrange(300)


def _attributes(rng: random.Random) -> Values:
    if rng.random() < 0.6:
        return {}
    possible: dict[str, tuple[str, str | bytes]] = {
        "kind": ("String", rng.choice(ODDITIES[2:])),
        "weight": ("Number", f"{rng.random():.9f}00"),
        "amount": ("Number.int", str(rng.getrandbits(70))),
        "seal": ("Binary", rng.randbytes(rng.randrange(1, 40))),
        "picture": ("Binary.png", b"\x00\xff" + rng.randbytes(8)),
    }
    names = rng.sample(sorted(possible), rng.randrange(1, len(possible) + 1))
    return {name: possible[name] for name in names}
