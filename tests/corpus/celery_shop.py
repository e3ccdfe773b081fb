"""Celery itself, sending its tasks over SQS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celery import Celery

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

CHARGE = "orders.tasks.charge"


class Shop:
    """A program that sends tasks, and the queue they end in."""

    def __init__(
        self, endpoint: str, sqs: SQSClient, queue: str = "payments", **settings: Any
    ) -> None:
        options = {"region": "us-east-1", "is_secure": False, **settings.pop("transport", {})}
        host = endpoint.removeprefix("http://")
        self.app = Celery("shop", broker=f"sqs://any:any@{host}//", set_as_current=False)
        self.app.conf.update(
            broker_transport_options=options,
            result_backend="cache+memory://",
            task_default_queue=queue,
            **settings,
        )
        self.sqs, self.queue = sqs, queue

    def send(self, *args: Any, **options: Any) -> str:
        """The body that stands in the queue after a task was sent."""
        self.app.send_task(CHARGE, list(args), **options)
        return self.body()

    def body(self) -> str:
        url = self.sqs.get_queue_url(QueueName=self.queue)["QueueUrl"]
        (message,) = self.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)["Messages"]
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return message["Body"]
