"""AWS JSON 1.0: from an HTTP request to an operation and back."""

import base64
import hashlib
import json
import logging
import re
import threading
import uuid
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from simulator.account import Account
from simulator.errors import SqsError
from simulator.faults import Kind, refusal
from simulator.http_server import Request, Response
from simulator.operations import NOT_YET, OPERATIONS, Call
from simulator.parameters import Parameters

CONTENT_TYPE = "application/x-amz-json-1.0"
TARGET = "AmazonSQS."
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/")
log = logging.getLogger(__name__)


class Protocol:
    def __init__(self, account: Account, endpoint: str) -> None:
        self._account = account
        self._endpoint = endpoint
        self._closing = threading.Event()

    def close(self) -> None:
        """Ends the waits that requested latency makes."""
        self._closing.set()

    def respond(self, request: Request) -> Response | None:
        """None where a fault swallows the answer."""
        target = request.headers.get("x-amz-target", "")
        if request.method != "POST" or not target.startswith(TARGET):
            return _not_spoken(request)
        operation = target[len(TARGET) :]
        try:
            parameters = _parameters(request.body)
            return self._call(operation, parameters, request)
        except SqsError as error:
            return _error_response(error)
        except Exception:
            log.exception("%s failed inside the simulator", operation)
            message = "The simulator itself failed; its log says how."
            return _error_response(
                SqsError("InternalFailure", message, status=500, sender_fault=False)
            )

    def _call(self, operation: str, parameters: Parameters, request: Request) -> Response | None:
        act = OPERATIONS.get(operation)
        if act is None:
            raise _no_operation(operation)
        account, queue = self._account, _queue_name(parameters)
        with account.lock:
            account.calls[operation] += 1
        self._faults_before(operation, queue)
        sender_id = _sender_id(request.headers.get("authorization", ""))
        with account.lock:
            result = act(Call(account, operation, parameters, sender_id, self._endpoint))
        if account.faults.strike(Kind.LOST_ANSWER, operation, queue):
            return None
        rule = account.faults.strike(Kind.ERROR_AFTER, operation, queue)
        if rule is not None:
            raise refusal(rule, operation)
        text = result if isinstance(result, str) else json.dumps(result)
        return Response(200, CONTENT_TYPE, text.encode(), _request_id())

    def _faults_before(self, operation: str, queue: str | None) -> None:
        faults = self._account.faults
        if not faults.rules:
            return
        rule = faults.strike(Kind.LATENCY, operation, queue)
        if rule is not None:
            self._closing.wait(faults.seconds(rule))
        for kind in (Kind.EXPIRED_TOKEN, Kind.ACCESS_DENIED, Kind.THROTTLED, Kind.ERROR_BEFORE):
            rule = faults.strike(kind, operation, queue)
            if rule is not None:
                raise refusal(rule, operation)


def _parameters(body: bytes) -> dict[str, Any]:
    try:
        parameters = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        parameters = None
    if not isinstance(parameters, dict):
        raise SqsError("SerializationException", "The request's body is not a JSON object.")
    return parameters


def _queue_name(parameters: Parameters) -> str | None:
    name = parameters.get("QueueName") or parameters.get("QueueUrl")
    return name.rpartition("/")[2] if isinstance(name, str) else None


@lru_cache(maxsize=256)
def _sender_id(authorization: str) -> str:
    """A user's unique id, as AWS has it in SenderId: always the same for the same access key."""
    found = _CREDENTIAL.search(authorization)
    digest = hashlib.sha256((found[1] if found else "").encode()).digest()
    return "AIDA" + base64.b32encode(digest).decode()[:17]


def _request_id() -> tuple[tuple[str, str], ...]:
    return (("x-amzn-RequestId", str(uuid.uuid4())),)


def _error_response(error: SqsError) -> Response:
    fault = "Sender" if error.sender_fault else "Receiver"
    body = json.dumps({"__type": f"com.amazonaws.sqs#{error.shape}", "message": error.message})
    headers = (*_request_id(), ("x-amzn-query-error", f"{error.code};{fault}"))
    return Response(error.status, CONTENT_TYPE, body.encode(), headers)


def _no_operation(operation: str) -> SqsError:
    if operation in NOT_YET:
        return SqsError("UnsupportedOperation", f"This simulator has not got {operation} yet.")
    return SqsError("UnknownOperationException", f"SQS has no operation {operation!r}.")


def _not_spoken(request: Request) -> Response:
    """For clients of the older query protocol, in that protocol's form."""
    message = (
        "This is a simulator of Amazon SQS. It speaks AWS JSON 1.0 alone: POST to / with "
        f"X-Amz-Target: {TARGET}<Operation>, as today's SDKs do. It does not know "
        f"{request.method} {request.path[:200]}"
    )
    if "x-www-form-urlencoded" in request.headers.get("content-type", ""):
        body = (
            "<ErrorResponse><Error><Type>Sender</Type><Code>UnsupportedOperation</Code>"
            f"<Message>{escape(message)}</Message></Error></ErrorResponse>"
        )
        return Response(400, "text/xml", body.encode())
    body = json.dumps({"__type": "com.amazonaws.sqs#UnsupportedOperation", "message": message})
    return Response(404 if request.method == "GET" else 400, CONTENT_TYPE, body.encode())
