"""AWS JSON 1.0: from an HTTP request to an operation and back."""

import base64
import hashlib
import json
import logging
import re
import threading
import uuid
from email.utils import formatdate
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from simulator.account import Account
from simulator.deliveries import closed, dripping, reset, truncated
from simulator.errors import SqsError
from simulator.faults import ENCRYPTED, Kind, refusal
from simulator.http_server import Request, Response
from simulator.operations import NOT_YET, OPERATIONS, Call
from simulator.parameters import Parameters

CONTENT_TYPE = "application/x-amz-json-1.0"
TARGET = "AmazonSQS."
# The faults that refuse a call, in the order AWS would: who asks, how often, and only then what.
REFUSALS = (
    Kind.EXPIRED_TOKEN,
    Kind.ACCESS_DENIED,
    Kind.THROTTLED,
    Kind.KMS_THROTTLED,
    Kind.ERROR_BEFORE,
)
NOTHING = Response(200, CONTENT_TYPE, b"", deliver=closed)
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/")
log = logging.getLogger(__name__)


class Protocol:
    def __init__(self, account: Account, endpoint: str) -> None:
        self._account = account
        self._endpoint = endpoint
        self._closing = threading.Event()

    def close(self) -> None:
        """Ends the waits that faults make."""
        self._closing.set()

    def respond(self, request: Request) -> Response:
        target = request.headers.get("x-amz-target", "")
        if request.method != "POST" or not target.startswith(TARGET):
            return _not_spoken(request)
        operation = target[len(TARGET) :]
        try:
            parameters = _parameters(request.body)
            return self._call(operation, parameters, request)
        except SqsError as error:
            return self._refuse(error)
        except Exception:
            log.exception("%s failed inside the simulator", operation)
            message = "The simulator itself failed; its log says how."
            return self._refuse(
                SqsError("InternalFailure", message, status=500, sender_fault=False)
            )

    def _call(self, operation: str, parameters: Parameters, request: Request) -> Response:
        act = OPERATIONS.get(operation)
        if act is None:
            raise _no_operation(operation)
        account, queue = self._account, _queue_name(parameters)
        with account.lock:
            account.calls[operation] += 1
        broken = self._faults_before(operation, queue) if account.faults.rules else None
        if broken is not None:
            return broken
        sender_id = _sender_id(request.headers.get("authorization", ""))
        with account.lock:
            result = act(Call(account, operation, parameters, sender_id, self._endpoint))
        text = result if isinstance(result, str) else json.dumps(result)
        response = Response(200, CONTENT_TYPE, text.encode(), self._headers())
        if account.faults.rules:
            return self._faults_after(operation, queue, response)
        return response

    def _headers(self) -> tuple[tuple[str, str], ...]:
        """The date is the simulator's own, which also stamps the messages."""
        date = _http_date(int(self._account.clock.now()))
        return (("Date", date), ("x-amzn-RequestId", str(uuid.uuid4())))

    def _refuse(self, error: SqsError) -> Response:
        fault = "Sender" if error.sender_fault else "Receiver"
        body = json.dumps({"__type": f"com.amazonaws.sqs#{error.shape}", "message": error.message})
        headers = (*self._headers(), ("x-amzn-query-error", f"{error.code};{fault}"))
        return Response(error.status, CONTENT_TYPE, body.encode(), headers)

    def _faults_before(self, operation: str, queue: str | None) -> Response | None:
        """None: the call takes place. SqsError where a fault refuses it."""
        faults = self._account.faults
        rule = faults.strike(Kind.LATENCY, operation, queue)
        if rule is not None:
            self._closing.wait(faults.seconds(rule))
        for kind in REFUSALS:
            if kind is Kind.KMS_THROTTLED and operation not in ENCRYPTED:
                continue
            rule = faults.strike(kind, operation, queue)
            if rule is not None:
                raise refusal(rule, operation)
        if faults.strike(Kind.RESET, operation, queue, applied=False):
            return NOTHING._replace(deliver=reset)
        rule = faults.strike(Kind.HANG, operation, queue, applied=False)
        if rule is not None:
            self._closing.wait(faults.seconds(rule))
            return NOTHING
        return None

    def _faults_after(self, operation: str, queue: str | None, response: Response) -> Response:
        """What becomes of the answer. SqsError where another stands in its place."""
        faults = self._account.faults
        if faults.strike(Kind.LOST_ANSWER, operation, queue):
            return NOTHING
        if faults.strike(Kind.RESET, operation, queue, applied=True):
            return NOTHING._replace(deliver=reset)
        rule = faults.strike(Kind.ERROR_AFTER, operation, queue)
        if rule is not None:
            raise refusal(rule, operation)
        rule = faults.strike(Kind.HANG, operation, queue, applied=True)
        if rule is not None:
            self._closing.wait(faults.seconds(rule))
        if faults.strike(Kind.TRUNCATED_ANSWER, operation, queue):
            return response._replace(deliver=truncated)
        rule = faults.strike(Kind.DRIPPING_ANSWER, operation, queue)
        if rule is not None:
            return response._replace(deliver=dripping(faults.seconds(rule), self._closing.wait))
        return response


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
    if isinstance(name, str):
        return name.rpartition("/")[2]
    source = parameters.get("SourceArn")
    return source.rpartition(":")[2] if isinstance(source, str) else None


@lru_cache(maxsize=256)
def _sender_id(authorization: str) -> str:
    """A user's unique id, as AWS has it in SenderId: always the same for the same access key."""
    found = _CREDENTIAL.search(authorization)
    digest = hashlib.sha256((found[1] if found else "").encode()).digest()
    return "AIDA" + base64.b32encode(digest).decode()[:17]


@lru_cache(maxsize=4)
def _http_date(second: int) -> str:
    return formatdate(second, usegmt=True)


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
