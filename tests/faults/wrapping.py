"""Putting a function of ours around, or in the place of, one of the product's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def wrap(owner: Any, name: str, around: Callable[[Any], Any]) -> None:
    """`around` gets what stands there now, and returns what is to stand there."""
    setattr(owner, name, around(getattr(owner, name)))
