"""One message as the `aws sqs send-message` command that sends another like it.

For bash, zsh and their kin; AWS CLI version 2 where an attribute is binary (version 1 refuses
`--cli-binary-format` then, and so sends nothing wrong).

The AWS CLI reads what begins with `file://` or `http://` from there, a terminal may turn a tab or a
carriage return into something else, and one argument holds 128 KiB on Linux. Such a message goes
as JSON with escapes, through a file if it is long.
"""

import json
import shlex
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from queues.formats.place import Place
from queues.formats.readable import readable

# Of bytes, in one argument: MAX_ARG_STRLEN of Linux is 131,072.
LONGEST_ARGUMENT = 100_000
FILE = "message.json"
# How an option's value may not begin: the CLI would read an address, or take it for an option.
NOT_AS_IT_IS = ("-", "file://", "fileb://", "http://", "https://")
OPTIONS = {
    "MessageBody": "--message-body",
    "MessageAttributes": "--message-attributes",
    "MessageSystemAttributes": "--message-system-attributes",
    "MessageGroupId": "--message-group-id",
    "MessageDeduplicationId": "--message-deduplication-id",
}


def command(request: Mapping[str, Any], place: Place) -> str:
    """`request`: what SendMessage is to get, without the queue's URL."""
    whole = readable(_without_bytes(request))
    words = list(_options(request))
    if all(_fits(value) for value in words[1::2]):
        return _joined(place, request, words)
    if _size(whole) <= LONGEST_ARGUMENT:
        return _joined(place, request, ["--cli-input-json", whole])
    # The shell's own printf takes text of any length; ASCII is the same in every locale.
    text = shlex.quote(json.dumps(_without_bytes(request)))
    sent = _joined(place, request, ["--cli-input-json", f"file://{FILE}"])
    return f"printf %s {text} > {FILE} &&\n{sent}"


def _options(request: Mapping[str, Any]) -> Iterator[str]:
    for field, value in _without_bytes(request).items():
        yield OPTIONS[field]
        yield value if isinstance(value, str) else readable(value)


def _fits(value: str) -> bool:
    """May it stand in the command as it is?"""
    return (
        value.replace("\n", "").isprintable()
        and not value.startswith(NOT_AS_IT_IS)
        and _size(value) <= LONGEST_ARGUMENT
    )


def _joined(place: Place, request: Mapping[str, Any], words: list[str]) -> str:
    """One option a line."""
    if any("BinaryValue" in each for each in request.get("MessageAttributes", {}).values()):
        words = [*words, "--cli-binary-format", "base64"]
    where = _where(place)
    pairs = [
        *(f"{name} {shlex.quote(value)}" for name, value in where),
        f"--queue-url {_queue_url(place)}",
        *(f"{name} {shlex.quote(value)}" for name, value in _pairs(words)),
    ]
    return " \\\n  ".join(["aws sqs send-message", *pairs]) + "\n"


def _pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    return zip(words[::2], words[1::2], strict=True)


def _where(place: Place) -> list[tuple[str, str]]:
    found = [("--region", place.region), ("--endpoint-url", place.endpoint_url)]
    return [(name, value) for name, value in found if value]


def _queue_url(place: Place) -> str:
    if place.queue_url:
        return shlex.quote(place.queue_url)
    options = [("--queue-name", place.queue_name), *_where(place)]
    asked = " ".join(f"{name} {shlex.quote(value)}" for name, value in options)
    return f'"$(aws sqs get-queue-url {asked} --query QueueUrl --output text)"'


def _without_bytes(value: Any) -> Any:
    """Bytes in base64, as the CLI's JSON has them."""
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return {name: _without_bytes(each) for name, each in value.items()}
    return value


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
