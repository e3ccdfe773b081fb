"""Queue names, URLs and ARNs. AWS: CreateQueue, "Amazon SQS queue and message identifiers"."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

MAX_LENGTH = 80
FIFO_SUFFIX = ".fifo"


def check_name(name: str) -> str | None:
    """None for a name SQS accepts, otherwise a sentence that says what is wrong with it.

    >>> check_name("orders.fifo") is None
    True
    >>> check_name("orders.v2")
    'A queue name may hold letters, digits, hyphens and underscores only, not ".".'
    """
    if not name.removesuffix(FIFO_SUFFIX):
        return "A queue needs a name."
    if len(name) > MAX_LENGTH:
        return (
            f"A queue name has at most {MAX_LENGTH} characters, {FIFO_SUFFIX} included; "
            f"this one has {len(name)}."
        )
    if refused := re.search(r"[^A-Za-z0-9_-]", name.removesuffix(FIFO_SUFFIX)):
        return (
            "A queue name may hold letters, digits, hyphens and underscores only, "
            f'not "{refused.group()}".'
        )
    return None


def is_fifo(name: str) -> bool:
    return name.endswith(FIFO_SUFFIX)


def name_from_url(url: str) -> str:
    """The queue's name: the last part of its URL's path. A bare name is returned as it is."""
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])


@dataclass(frozen=True, slots=True)
class QueueArn:
    partition: str
    region: str
    account: str
    name: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:sqs:{self.region}:{self.account}:{self.name}"


def parse_arn(arn: str) -> QueueArn:
    """
    >>> parse_arn("arn:aws:sqs:eu-west-1:123456789012:orders").name
    'orders'
    """
    parts = arn.split(":")
    if len(parts) != 6 or parts[0] != "arn" or parts[2] != "sqs" or not parts[5]:
        raise ValueError(f"{arn!r} is not the ARN of an SQS queue.")
    return QueueArn(partition=parts[1], region=parts[3], account=parts[4], name=parts[5])


def name_from_arn(arn: str) -> str:
    return parse_arn(arn).name
