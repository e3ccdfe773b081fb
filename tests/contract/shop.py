"""The few verbs the contract's stories are told in, over a plain boto3 client."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

Message = dict[str, Any]


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """The block must end in an error with one of the codes, in either of SQS's spellings."""
    with pytest.raises(ClientError) as caught:
        yield
    error: dict[str, Any] = dict(caught.value.response["Error"])
    assert {error["Code"], error.get("QueryErrorCode")} & set(codes), error


class Shop:
    """Parameters in `more` go to SQS as they are, so that wrong ones can be sent as well."""

    def __init__(self, sqs: "SQSClient", *, samples: bool) -> None:
        """`samples`: a short poll may miss messages, as AWS's do."""
        self._polls_to_be_sure = 25 if samples else 1
        # Any: the point of many tests is a call that the type checker would refuse.
        self.sqs: Any = sqs

    def queue(
        self,
        attributes: Mapping[str, object] | None = None,
        *,
        fifo: bool = False,
        name: str | None = None,
        **more_attributes: object,
    ) -> str:
        name = name or f"q-{uuid.uuid4().hex[:12]}"
        given = {
            key: str(value) for key, value in {**(attributes or {}), **more_attributes}.items()
        }
        if fifo:
            name, given = f"{name}.fifo", {"FifoQueue": "true", **given}
        url: str = self.sqs.create_queue(QueueName=name, Attributes=given)["QueueUrl"]
        return url

    def queue_with_dead_letters(
        self, receives: int, *, fifo: bool = False, **attributes: object
    ) -> tuple[str, str]:
        dead = self.queue(attributes, fifo=fifo)
        policy = {"deadLetterTargetArn": self.arn(dead), "maxReceiveCount": receives}
        source = self.queue({"RedrivePolicy": json.dumps(policy), **attributes}, fifo=fifo)
        return source, dead

    def arn(self, url: str) -> str:
        return self.attributes(url)["QueueArn"]

    def attributes(self, url: str, *names: str) -> dict[str, str]:
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names or ["All"])
        found: dict[str, str] = answer.get("Attributes", {})
        return found

    def send(self, url: str, body: str = "hello", **more: Any) -> dict[str, Any]:
        sent: dict[str, Any] = self.sqs.send_message(QueueUrl=url, MessageBody=body, **more)
        return sent

    def send_in_group(self, url: str, group: str, *bodies: str) -> None:
        for body in bodies:
            self.send(url, body, MessageGroupId=group, MessageDeduplicationId=uuid.uuid4().hex)

    def poll(self, url: str, **more: Any) -> list[Message]:
        """One receive; a long poll of a second unless `more` says otherwise."""
        asked = {
            "MaxNumberOfMessages": 10,
            "WaitTimeSeconds": 1,
            "MessageSystemAttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
            **more,
        }
        messages: list[Message] = self.sqs.receive_message(QueueUrl=url, **asked).get(
            "Messages", []
        )
        return messages

    def receive(self, url: str, **more: Any) -> Message:
        [message] = self.poll(url, MaxNumberOfMessages=1, **more)
        return message

    def receive_all(self, url: str, count: int, **more: Any) -> list[Message]:
        """Polls until that many have come; fails if they do not."""
        found: list[Message] = []
        for _ in range(count + 2):
            found += self.poll(url, **more)
            if len(found) >= count:
                break
        assert len(found) == count
        return found

    def has_nothing(self, url: str) -> bool:
        """Asks often enough that no short poll's sampling could hide a message."""
        polls = range(self._polls_to_be_sure)
        return not any(self.poll(url, WaitTimeSeconds=0) for _ in polls)

    def delete(self, url: str, message: Message) -> None:
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def set_visibility(self, url: str, message: Message, seconds: int) -> None:
        self.sqs.change_message_visibility(
            QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=seconds
        )

    def release(self, url: str, message: Message) -> None:
        self.set_visibility(url, message, 0)


def bodies(messages: list[Message]) -> list[str]:
    return [message["Body"] for message in messages]
