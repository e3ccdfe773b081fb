"""CreateQueue, GetQueueUrl, DeleteQueue."""

from collections.abc import Mapping

from simulator.account import Account
from simulator.errors import SqsError, no_such_queue, unknown_attribute
from simulator.names import check_name
from simulator.operations.call import Call
from simulator.operations.configuring import check_redrive
from simulator.parameters import required_text, text, text_map
from simulator.queue import Queue
from simulator.queue_attributes import QueueAttributes, invalid


def create_queue(call: Call) -> dict[str, str]:
    name = required_text(call.parameters, "QueueName")
    given = text_map(call.parameters, "Attributes")
    tags = text_map(call.parameters, "tags")
    fifo = _wants_fifo(given)
    check_name(name, fifo=fifo)
    asked = {key: value for key, value in given.items() if key != "FifoQueue"}
    attributes = QueueAttributes.defaults(fifo=fifo).changed(asked)
    existing = call.account.queues.get(name)
    if existing is not None:
        _check_same(existing, asked, attributes)
    else:
        _check_not_recent(call.account, name)
        check_redrive(call.account, call.account.arn(name), attributes, fifo=fifo)
        call.account.create(name, attributes).tags.update(tags)
    return {"QueueUrl": call.url(name)}


def _wants_fifo(given: Mapping[str, str]) -> bool:
    value = given.get("FifoQueue")
    if value == "false":
        # AWS knows the attribute only as "true".
        raise unknown_attribute("FifoQueue")
    if value not in (None, "true"):
        raise invalid("FifoQueue")
    return value == "true"


def _check_same(queue: Queue, asked: Mapping[str, str], attributes: QueueAttributes) -> None:
    for name in asked:
        if attributes.get(name) != queue.attributes.get(name):
            raise SqsError(
                "QueueNameExists",
                "A queue already exists with the same name and a different value for attribute "
                f"{name}",
            )


def _check_not_recent(account: Account, name: str) -> None:
    deleted_at = account.deleted.get(name)
    if deleted_at is None:
        return
    if account.clock.now() - deleted_at < account.settings.recently_deleted:
        raise SqsError(
            "QueueDeletedRecently",
            "You must wait 60 seconds after deleting a queue before you can create another with "
            "the same name.",
        )
    del account.deleted[name]


def get_queue_url(call: Call) -> dict[str, str]:
    owner = text(call.parameters, "QueueOwnerAWSAccountId")
    if owner not in (None, call.account.settings.account):
        raise no_such_queue()
    return {"QueueUrl": call.url(call.account.by_name(_name(call)).name)}


def _name(call: Call) -> str:
    return required_text(call.parameters, "QueueName")


def delete_queue(call: Call) -> dict[str, str]:
    call.account.delete(call.queue)
    return {}
