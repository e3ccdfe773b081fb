"""The third value of the logic: something that a message does not tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """`truth`: what is known of it all the same, as of `missing || true`. `path`: where something
    was looked for and not found, as far as it is known yet.

    It may stand inside a list or an object; whoever compares those, or writes them out, comes
    upon it and gets CannotJudge.
    """

    reason: str
    truth: bool | None = None
    path: str = ""

    @classmethod
    def missing(cls, path: str) -> Unknown:
        return cls(f"path missing: {path}", path=path)

    def below(self, parent: str) -> Unknown:
        """The same, seen from further up."""
        if not self.path:
            return self.undecided
        dot = "" if self.path.startswith("[") else "."
        return Unknown.missing(f"{parent}{dot}{self.path}")

    @property
    def undecided(self) -> Unknown:
        return Unknown(self.reason, path=self.path) if self.truth is not None else self

    def __eq__(self, other: object) -> NoReturn:
        raise CannotJudge(self)

    def __str__(self) -> NoReturn:
        raise CannotJudge(self)

    __hash__ = None  # type: ignore[assignment]


class CannotJudge(Exception):
    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason)
        self.unknown = unknown
