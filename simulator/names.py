"""Queue names, URLs and ARNs."""

import re
from urllib.parse import urlsplit

from simulator.errors import SqsError

STANDARD_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}\Z")
FIFO_NAME = re.compile(r"[A-Za-z0-9_-]{1,75}\.fifo\Z")


def check_name(name: str, *, fifo: bool) -> None:
    if fifo and not FIFO_NAME.match(name):
        raise SqsError(
            "InvalidParameterValueException",
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or "
            "underscores, must end with .fifo suffix and be 1 to 80 in length.",
        )
    if not fifo and not STANDARD_NAME.match(name):
        raise SqsError(
            "InvalidParameterValueException",
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.",
        )


def split_url(url: str) -> tuple[str, str]:
    """A queue URL's account and name; its host says nothing, as with AWS."""
    try:
        parts = urlsplit(url).path.split("/")
    except ValueError:
        parts = []
    if len(parts) != 3 or not parts[1] or not parts[2]:
        raise SqsError("InvalidAddress", f"The address {url} is not valid for this endpoint.")
    return parts[1], parts[2]


def arn(region: str, account: str, name: str) -> str:
    return f"arn:aws:sqs:{region}:{account}:{name}"
