"""What a setting is, and the checks its value may have to pass.

A check takes the text of the environment and returns the value, or raises ValueError with what
the value must be: it ends the sentence that the person who starts the program reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Setting:
    name: str
    parse: Callable[[str], Any]
    default: str | None
    meaning: str
    secret: bool = False


def text(value: str) -> str:
    return value


def interface(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", value):
        raise ValueError("a host name or an address, such as 127.0.0.1 or 0.0.0.0")
    return value


def whole(least: int, most: int, of: str = "") -> Callable[[str], int]:
    """A whole number of something."""
    noun = f"a whole number of {of}" if of else "a whole number"

    def check(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,15}", value) or not least <= int(value) <= most:
            raise ValueError(f"{noun} from {least} to {most}")
        return int(value)

    return check


def amount(least: float, most: float, of: str) -> Callable[[str], float]:
    """A number of something; fractions are allowed, with a point."""

    def check(value: str) -> float:
        plain = re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", value)
        if not plain or not least <= float(value) <= most:
            raise ValueError(f"a number of {of} from {least:,} to {most:,}, such as 2 or 0.5")
        return float(value)

    return check


port = whole(1, 65535)
seconds = amount(0.05, 1_000_000, "seconds")


def switch(value: str) -> bool:
    if value not in ("on", "off"):
        raise ValueError("on or off")
    return value == "on"


def folder(value: str) -> Path:
    path = Path(value).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("a folder, and this is a file")
    return path


def existing_file(value: str) -> Path:
    path = Path(value).expanduser().absolute()
    if not path.is_file():
        raise ValueError("a file that exists")
    return path


def names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def url(*schemes: str) -> Callable[[str], str]:
    wanted = f"a URL that starts with {' or '.join(f'{scheme}://' for scheme in schemes)}"

    def check(value: str) -> str:
        try:
            scheme, _ = urlsplit(value).scheme, urlsplit(value).port
        except ValueError:  # its own words would show part of what may be secret
            raise ValueError(f"{wanted}, with a host and a port that are well-formed") from None
        if scheme not in schemes:
            raise ValueError(wanted)
        return value

    return check
