"""What is said of a message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    MATCHES = "matches"
    DOES_NOT = "does not match"
    CANNOT_JUDGE = "cannot be judged"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`reason`: why it cannot be judged, else empty. Reasons hold nothing of the message, so that
    they can be counted. `key`: what a match is grouped under, if groups were asked for."""

    outcome: Outcome
    reason: str = ""
    key: str = ""

    @property
    def said(self) -> str:
        return self.reason or self.key


MATCHES = Judgement(Outcome.MATCHES)
DOES_NOT = Judgement(Outcome.DOES_NOT)


def cannot_judge(reason: str) -> Judgement:
    return Judgement(Outcome.CANNOT_JUDGE, reason)
