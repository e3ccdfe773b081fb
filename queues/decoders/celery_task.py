"""Celery's tasks, protocol 2 and 1, as they wait in SQS.

The document is made: what the worker would see, in one object, each value as it was sent. What
kombu wrote around it is the envelope.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from queues.decoders.base import CannotDecode, Decoder, Document, Fact, Shape, Step
from queues.decoders.celery_content import shown_content
from queues.decoders.json_document import elements, make_object
from queues.decoders.kombu_message import MARKS, KombuMessage, kombu_message
from queues.decoders.msgpack_values import as_json
from queues.decoders.told import facts, named, string, table, to_json

JSON = "application/json"
MSGPACK = "application/x-msgpack"
NOTED = "What Celery noted of them, perhaps shortened, stands in “argsrepr” and “kwargsrepr”."

# In the document whatever they are; the others only where they say something.
ALWAYS = ("eta", "expires", "retries")
FAMILY = ("root_id", "parent_id", "group", "origin")
REST = ("group_index", "timelimit", "shadow", "ignore_result", "replaced_task_nesting")
STAMPS = ("stamped_headers", "stamps")
PLAIN = ("lang", "task", "id", "argsrepr", "kwargsrepr", "compression")
KNOWN = {*ALWAYS, *FAMILY, *REST, *STAMPS, *PLAIN}
NOTHING = {"null", "false", "0", "[]", "{}", "[null, null]"}


@dataclass(frozen=True)
class Task:
    """`about`: its headers; in protocol 1, its body. `arguments`: raw JSON, and what stands for
    them where they cannot be had; `after`: raw JSON of what follows the task. `imports`: what a
    pickle of them would import."""

    about: dict[str, Any]
    arguments: dict[str, str]
    after: dict[str, str]
    note: str = ""
    imports: str = ""


class CeleryTask(Decoder):
    name = "celery"
    label = "Celery task"
    unwraps = True
    marks = MARKS

    def find(self, document: Document) -> Step | None:
        message = kombu_message(document)
        if message is None:
            return None
        try:
            task = protocol_2(message, document) or protocol_1(message, document)
            if task is None:
                return None
            made = make_object(members(task, message))
        except RecursionError:
            raise CannotDecode("it is nested too deeply.") from None
        return Step(
            made,
            shape=Shape.JSON,
            facts=told(task, message),
            title=named(task.about["task"]),
            note=task.note,
            problem=message.problem,
        )


def protocol_2(message: KombuMessage, document: Document) -> Task | None:
    """The task stands in the headers; the content is [args, kwargs, what follows the task]."""
    about = message.headers
    if not string(about.get("task")) or "id" not in about:
        return None
    content = Document(message.content, document.budget)
    if message.content_type == MSGPACK and isinstance(message.content, bytes):
        try:
            content = Document(as_json(message.content, document.budget), document.budget)
        except CannotDecode as cannot:
            return unread(message, content, str(cannot))
    if not isinstance(content.value, list) or len(content.value) != 3:
        return unread(message, content)
    args, kwargs, _ = elements(content.text or "")
    after = {name: to_json(value) for name, value in table(content.value[2]).items()}
    return Task(about, {"args": args, "kwargs": kwargs}, after)


def protocol_1(message: KombuMessage, document: Document) -> Task | None:
    """All of it is the content."""
    content = Document(message.content, document.budget)
    about = table(content.value)
    if not string(about.get("task")) or "args" not in about:
        return None
    raw = content.members
    arguments = {name: raw[name] for name in ("args", "kwargs") if name in raw}
    after = {name: raw[name] for name in ("callbacks", "errbacks", "chord") if name in raw}
    return Task(about, arguments, after)


def unread(message: KombuMessage, content: Document, why: str = "") -> Task:
    """A task whose arguments are shown as they are, with Celery's own note of them."""
    about = message.headers
    noted = [name for name in ("argsrepr", "kwargsrepr") if string(about.get(name))]
    arguments = {name: to_json(about[name]) for name in noted}
    arguments |= {"content_type": json.dumps(message.content_type)}
    found = shown_content(message, content)
    arguments |= {"content": found.json}
    notes = [found.note, why, NOTED if noted else ""]
    return Task(about, arguments, {}, " ".join(filter(None, notes)), found.imports)


def members(task: Task, message: KombuMessage) -> Iterator[tuple[str, str]]:
    """The document's names and raw values, in the order in which one reads them."""
    about = task.about
    yield "task", to_json(about["task"])
    yield "id", to_json(about.get("id"))
    yield from task.arguments.items()
    for name in ALWAYS:
        yield name, to_json(about.get(name))
    yield from whither(message)
    for name in FAMILY:
        yield name, to_json(about.get(name))
    rest = [(name, to_json(about.get(name))) for name in (*REST, *STAMPS)]
    priority = ("priority", to_json(message.properties.get("priority")))
    for name, value in (*task.after.items(), *rest, priority):
        if value not in NOTHING:
            yield name, value
    if own := {name: value for name, value in message.headers.items() if name not in KNOWN}:
        yield "headers", to_json(own)


def whither(message: KombuMessage) -> Iterator[tuple[str, str]]:
    """Celery's queue. Behind an exchange of another name its routing decides, which only the
    workers know."""
    exchange, key = message.delivery.get("exchange"), message.delivery.get("routing_key")
    yield "queue", to_json(queue_of(message))
    if exchange and exchange != key:
        yield "exchange", to_json(exchange)
        yield "routing_key", to_json(key)


def queue_of(message: KombuMessage) -> Any:
    """Without an exchange the key is the queue's name; Celery and kombu also give the exchange that
    they make for a queue the same name and key. None: not known here."""
    exchange, key = message.delivery.get("exchange"), message.delivery.get("routing_key")
    return key if not exchange or exchange == key else None


def told(task: Task, message: KombuMessage) -> tuple[Fact, ...]:
    about, ours = task.about, task.about.get("id")
    queue = queue_of(message)
    return facts(
        ("Task", about.get("task")),
        ("Task id", ours),
        ("Not before", about.get("eta")),
        ("Expires", about.get("expires")),
        ("Retries", about.get("retries")),
        ("Celery queue", queue),
        ("Exchange", message.delivery.get("exchange") if queue is None else ""),
        ("Routing key", message.delivery.get("routing_key") if queue is None else ""),
        ("Root task", about.get("root_id") if about.get("root_id") != ours else ""),
        ("Parent task", about.get("parent_id")),
        ("Group", about.get("group")),
        ("Sent by", about.get("origin")),
        ("Content type", message.content_type if message.content_type != JSON else ""),
        ("Compression", message.headers.get("compression")),
        ("Would import", task.imports),
    )
