"""May this user do this? Every view, every download and every job asks here, and only here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import PermissionDenied

from queues.models import Dump

Action = Literal[
    "list queues",
    "create queue",
    "change settings",
    "delete queue",
    "peek",
    "send",
    "dump",
    "read dump",
    "set up reading",
    "pin dump",
    "delete dump",
    "clear",
    "delete selected",
    "move",
    "redrive",
    "move task",
    "restore",
    "resend",
    "upload",
    "see jobs",
    "cancel job",
    "undo",
    "release held",
]


@dataclass(frozen=True)
class Decision:
    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Decision(True)


def may(
    user: Any,
    action: Action,
    connection: str = "",
    queue_name: str = "",
    dump: Dump | None = None,
) -> Decision:
    """The one permission function. Today every active user may do everything they can see;
    a peek can be seen only by who peeked."""
    if not user.is_authenticated or not user.is_active:
        return Decision(False, "Sign in first.")
    if dump is not None and dump.kind == Dump.Kind.PEEK and dump.created_by != user.get_username():
        return Decision(False, "A peek can be seen only by who peeked.")
    if dump is not None and dump.kind == Dump.Kind.PEEK and action == "pin dump":
        return Decision(False, "A peek is kept for an hour; what is to be kept longer is a dump.")
    return YES


def require(
    user: Any,
    action: Action,
    connection: str = "",
    queue_name: str = "",
    dump: Dump | None = None,
) -> None:
    decision = may(user, action, connection, queue_name, dump)
    if not decision:
        raise PermissionDenied(decision.reason)
