"""Decoders that somebody might name in the settings: good, careless and broken ones."""

from __future__ import annotations

import os
import sys
import time


class Shouts:
    name = "shouts"
    label = "Shouting"
    automatic = False

    def decode(self, data: str | bytes) -> str | bytes | None:
        sys.stdout.write("what a decoder prints must not end up in its answer")
        sys.stdout.flush()
        return data.upper()


class Tagged:
    """Asked for every body that is no JSON."""

    name = "tagged"
    label = "Tagged"

    def decode(self, data: str | bytes) -> str | bytes | None:
        text = data if isinstance(data, str) else data.decode("latin-1")
        return text.removeprefix("tag:") if text.startswith("tag:") else None


class Loops(Shouts):
    name = "loops"
    label = "Looping"

    def decode(self, data: str | bytes) -> str | bytes | None:
        while True:
            pass


class Sleeps(Shouts):
    name = "sleeps"
    label = "Sleeping"

    def decode(self, data: str | bytes) -> str | bytes | None:
        time.sleep(600)
        return None


class Dawdles(Shouts):
    name = "dawdles"
    label = "Dawdling"

    def decode(self, data: str | bytes) -> str | bytes | None:
        time.sleep(0.05)
        return data.upper()


class Raises(Shouts):
    name = "raises"
    label = "Raising"

    def decode(self, data: str | bytes) -> str | bytes | None:
        raise ValueError(f"no <b>length</b> in {data!r}")


class Swells(Shouts):
    name = "swells"
    label = "Swelling"

    def decode(self, data: str | bytes) -> str | bytes | None:
        return "x" * (5 * 1024 * 1024 + 1)


class Eats(Shouts):
    name = "eats"
    label = "Eating"

    def decode(self, data: str | bytes) -> str | bytes | None:
        return bytes(1024 * 1024 * 1024)


class Dies(Shouts):
    name = "dies"
    label = "Dying"

    def decode(self, data: str | bytes) -> str | bytes | None:
        os._exit(9)


class Counts(Shouts):
    name = "counts"
    label = "Counting"

    def decode(self, data: str | bytes) -> str | bytes | None:
        return 17  # type: ignore[return-value]


class Spies(Shouts):
    name = "spies"
    label = "Spying"

    def decode(self, data: str | bytes) -> str | bytes | None:
        return repr(sorted(os.environ))


class Unnamed(Shouts):
    name = "Not A Name"


class Unlabelled(Shouts):
    label = ""


class Taken(Shouts):
    name = "base64"


class NeedsMore(Shouts):
    def __init__(self, schema: str) -> None:
        self.schema = schema


class DoesNothing:
    name = "nothing"
    label = "Nothing"
