"""One message as the boto3 code that sends another like it."""

from collections.abc import Iterator, Mapping
from typing import Any

from queues.formats.place import Place

# A text of this many lines is written line by line; a longer one is better left to one literal.
MOST_LINES = 60


def code(request: Mapping[str, Any], place: Place) -> str:
    """`request`: what SendMessage is to get, without the queue's URL. Credentials come from where
    boto3 finds them."""
    client = ['"sqs"']
    if place.region:
        client.append(f"region_name={place.region!r}")
    if place.endpoint_url:
        client.append(f"endpoint_url={place.endpoint_url!r}")
    url = repr(place.queue_url) if place.queue_url else _look_up(place)
    arguments = [f"    QueueUrl={url},", *_arguments(request)]
    return "\n".join(
        [
            "import boto3",
            "",
            f"sqs = boto3.client({', '.join(client)})",
            "sent = sqs.send_message(",
            *arguments,
            ")",
            'print(sent["MessageId"])',
            "",
        ]
    )


def _look_up(place: Place) -> str:
    return f'sqs.get_queue_url(QueueName={place.queue_name!r})["QueueUrl"]'


def _arguments(request: Mapping[str, Any]) -> Iterator[str]:
    for name, value in request.items():
        if isinstance(value, Mapping):
            yield f"    {name}={{"
            for key, terms in value.items():
                inner = ", ".join(f"{field!r}: {each!r}" for field, each in terms.items())
                yield f"        {key!r}: {{{inner}}},"
            yield "    },"
        elif isinstance(value, str) and 1 < len(lines := value.splitlines(True)) <= MOST_LINES:
            yield f"    {name}=("
            yield from (f"        {line!r}" for line in lines)
            yield "    ),"
        else:
            yield f"    {name}={value!r},"
