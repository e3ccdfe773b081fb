"""A message copied as a command or as code sends the very same message again."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from queues.connections_file import Connection
from queues.formats.aws_command import command
from queues.formats.boto3_code import code
from queues.formats.place import Place
from queues.formats.readable import readable
from queues.sqs.messages import receive, request_of, send
from queues.sqs.types import MessageAttribute, Outgoing

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ATTRIBUTES = {
    "colour": MessageAttribute("String.shade", 'it\'s "red" & $HOME `id` \\ !! ü'),
    "price": MessageAttribute("Number", "12.50"),
    "seal": MessageAttribute("Binary.png", bytes(range(256))),
    "file": MessageAttribute("String", "file:///etc/hostname"),
}
BODIES = {
    "plain": "hello",
    "JSON": '{"it\'s": "a \\"test\\"", "n": 1.10}',
    "of the shell": '\'; rm -rf ~ #\n$(id) `id` "$HOME" \\ !! %s %n * ? {a,b} ~',
    "several lines": "first\n  second\n\n'third'\n",
    "a file's address": "file:///etc/passwd",
    "a page's address": "https://evil.example/",
    "like an option": "--message-body",
    "controls": "a\tb\rc\r\nd",
    "cannot be seen": "abc\u202etxt\u200b\u2028\ufeff\u00a0",
    "any script": "naïve 日本 😀 \U000e0001",
    "long": "0123456789'\n" * 30_000,
    "long and of all kinds": "'é\t\\😀\r\n" * 20_000,
}
FAKE = """#!{python}
import json, os, sys
found = sys.argv[1:]
for at, word in enumerate(found):
    if word.startswith("file://"):
        found[at] = open(word.removeprefix("file://"), encoding="ascii", newline="").read()
json.dump(found, open(os.environ["FOUND"], "w"))
"""


@pytest.fixture
def place(sqs: SQSClient, connection: Connection) -> Place:
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    return Place("orders", url, connection.region, connection.endpoint_url or "")


Run = Callable[[str], list[str]]


@pytest.fixture(params=["bash", "sh"])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """Gives a command to a real shell, and returns the arguments that `aws` got."""
    program = tmp_path / "bin" / "aws"
    program.parent.mkdir()
    program.write_text(FAKE.format(python=sys.executable))
    program.chmod(0o755)
    found = tmp_path / "found.json"
    surroundings = {"PATH": f"{program.parent}:/usr/bin:/bin", "FOUND": str(found), "HOME": "/"}

    def give(text: str) -> list[str]:
        script = tmp_path / "script"
        script.write_text(text, encoding="utf-8", newline="")
        asked = [request.param, str(script)]
        subprocess.run(asked, env=surroundings, cwd=tmp_path, check=True, timeout=20)
        arguments: list[str] = json.loads(found.read_text())
        return arguments

    return give


def as_the_cli_would(arguments: list[str]) -> dict[str, Any]:
    """What `aws sqs send-message` makes of its arguments: JSON is parsed, blobs are base64. It
    takes no address for a value here: file:// was read, and no other may be left."""
    parser = argparse.ArgumentParser()
    names = [
        *("queue-url", "message-body", "message-attributes", "message-system-attributes"),
        *("message-group-id", "message-deduplication-id", "cli-input-json"),
        *("cli-binary-format", "region", "endpoint-url"),
    ]
    for name in names:
        parser.add_argument(f"--{name}")
    assert arguments[:2] == ["sqs", "send-message"]
    options = vars(parser.parse_args(arguments[2:]))
    request: dict[str, Any] = json.loads(options["cli_input_json"] or "{}")
    for name in ("message_body", "message_group_id", "message_deduplication_id", "queue_url"):
        if (value := options[name]) is not None:
            assert name == "queue_url" or not value.startswith(("file:", "fileb:", "http"))
            request[name.title().replace("_", "")] = value
    for name in ("message_attributes", "message_system_attributes"):
        if options[name] is not None:
            request[name.title().replace("_", "")] = json.loads(options[name])
    request["QueueUrl"] = request.pop("QueueUrl", None) or request.pop("queue_url")
    blobs = options["cli_binary_format"] == "base64"
    for terms in request.get("MessageAttributes", {}).values():
        if "BinaryValue" in terms:
            assert blobs
            terms["BinaryValue"] = b64decode(terms["BinaryValue"], validate=True)
    return request


def arrived(sqs: SQSClient, url: str) -> Outgoing:
    [message] = receive(sqs, url, wait=5)
    assert not message.corrupted
    return Outgoing(
        message.body,
        message.message_attributes,
        message_group_id=message.group_id,
        message_deduplication_id=message.deduplication_id,
        trace_header=message.attributes.get("AWSTraceHeader"),
    )


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_the_command_sends_the_same_message(
    body: str, run: Run, sqs: SQSClient, place: Place
) -> None:
    meant = Outgoing(body, ATTRIBUTES)
    request = as_the_cli_would(run(command(request_of(meant), place)))
    sqs.send_message(**request)
    assert arrived(sqs, place.queue_url) == meant


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_the_code_sends_the_same_message(
    body: str, sqs: SQSClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    meant = Outgoing(body, ATTRIBUTES)
    run_code(code(request_of(meant), place), monkeypatch)
    assert arrived(sqs, place.queue_url) == meant


def run_code(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "any")
    exec(compile(source, "copied.py", "exec"), {})


@pytest.mark.parametrize("group", ["g-1", "file://group", "--group"])
def test_what_a_fifo_queue_needs_is_copied_too(
    group: str, run: Run, sqs: SQSClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    meant = Outgoing(
        "body",
        message_group_id=group,
        message_deduplication_id="it's-`this`-$one",
        trace_header="Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
    )
    urls = [
        sqs.create_queue(QueueName=f"{n}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        for n in range(2)
    ]
    by_command, by_code = (Place("", url, place.region, place.endpoint_url) for url in urls)
    sqs.send_message(**as_the_cli_would(run(command(request_of(meant), by_command))))
    run_code(code(request_of(meant), by_code), monkeypatch)
    assert [arrived(sqs, url) for url in urls] == [meant, meant]


def test_a_queue_whose_address_is_not_known_is_asked_for(
    run: Run, sqs: SQSClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = Place("orders", "", place.region, place.endpoint_url)
    text = command({"MessageBody": "hello"}, unknown)
    assert '--queue-url "$(aws sqs get-queue-url --queue-name orders' in text
    run(text)
    run_code(code({"MessageBody": "hello"}, unknown), monkeypatch)
    assert arrived(sqs, place.queue_url).body == "hello"


def test_a_message_that_is_plain_makes_a_command_one_can_read(place: Place) -> None:
    request = request_of(Outgoing('{"n": 1}', {"a": MessageAttribute("String", "b")}))
    assert command(request, place) == (
        "aws sqs send-message \\\n"
        f"  --region us-east-1 \\\n"
        f"  --endpoint-url {place.endpoint_url} \\\n"
        f"  --queue-url {place.queue_url} \\\n"
        "  --message-body '{\"n\": 1}' \\\n"
        '  --message-attributes \'{"a": {"DataType": "String", "StringValue": "b"}}\'\n'
    )


def test_json_keeps_letters_and_escapes_what_cannot_be_seen() -> None:
    value = {"naïve 日本 😀": "a\u202eb\ud800\U000e0001\x7f\n\u00a0"}
    text = readable(value, indent=2)
    assert "naïve 日本 😀" in text
    assert json.loads(text) == value
    assert text.replace("\n", "").isprintable()


def test_a_message_of_the_simulator_itself_is_told_from_another(
    sqs: SQSClient, place: Place
) -> None:
    """So that the tests above can fail."""
    send(sqs, place.queue_url, Outgoing("other", ATTRIBUTES))
    assert arrived(sqs, place.queue_url) != Outgoing("hello", ATTRIBUTES)
