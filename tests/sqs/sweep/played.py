"""An SQS that answers as it is told, for the parts of a sweep by themselves."""

from collections.abc import Callable
from typing import Any

from queues.sqs.errors import SqsError
from queues.sqs.md5 import md5_of_body
from queues.sqs.sweep.calls import Call


class Played:
    """Every batch succeeds, but for what `refuse` says of an entry; `requests` keeps them all."""

    def __init__(self) -> None:
        self.requests: list[list[dict[str, Any]]] = []
        self.refuse: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda entry: None
        self.meanwhile: Callable[[], None] = lambda: None

    def _batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        self.requests.append(Entries)
        self.meanwhile()
        answer: dict[str, Any] = {"Successful": [], "Failed": []}
        for entry in Entries:
            if refusal := self.refuse(entry):
                answer["Failed"].append({"Id": entry["Id"], **refusal})
            else:
                stored = {"MessageId": f"new {entry['Id']}"}
                if "MessageBody" in entry:
                    stored["MD5OfMessageBody"] = md5_of_body(entry["MessageBody"])
                answer["Successful"].append({"Id": entry["Id"], **stored})
        return answer

    send_message_batch = delete_message_batch = change_message_visibility_batch = _batch


def make(call: Call) -> None:
    """Plays a thread of the crew."""
    try:
        answer = call.ask()
    except SqsError as error:
        call.failed(error)
    else:
        call.answered(answer)
