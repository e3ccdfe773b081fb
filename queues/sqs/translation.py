"""The one seam where botocore's exceptions become ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from queues.sqs import errors
from queues.sqs.error_codes import CODES, SPELLINGS, Meaning
from queues.sqs.error_exceptions import EXCEPTIONS
from queues.sqs.error_operations import OPERATION_CODES
from queues.sqs.names import name_from_url

# Exceptions of botocore's without a line in the table are caught too.
_CAUGHT: tuple[type[BaseException], ...] = (BotoCoreError, *EXCEPTIONS)


@contextmanager
def translate_errors(operation: str, queue: str = "") -> Iterator[None]:
    """Whatever botocore raises inside leaves as an SqsError. `queue`: its name or URL, if any."""
    try:
        yield
    except ClientError as error:
        raise from_answer(error, operation, name_from_url(queue)) from error
    except _CAUGHT as error:
        raise from_exception(error, operation, name_from_url(queue)) from error


def from_answer(error: ClientError, operation: str, queue: str) -> errors.SqsError:
    answer = error.response.get("Error", {})
    code, detail = str(answer.get("Code", "")), str(answer.get("Message", "")).strip()
    if error.operation_name in ("AssumeRole", "GetRoleCredentials"):
        return errors.CredentialsProblem(
            "The connection's role could not be assumed. Check its ARN, its trust policy and the "
            f"external id. AWS says: {detail or code}",
            code=code,
            detail=detail,
        )
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return from_code(code, detail, operation, queue, status)


def from_code(
    code: str, detail: str, operation: str, queue: str, status: int = 0
) -> errors.SqsError:
    """Also for the codes of a batch's failed entries, which have no HTTP status of their own."""
    plain = code.rpartition("#")[2].removeprefix("AWS.SimpleQueueService.")
    plain = SPELLINGS.get(plain, plain)
    meaning = (
        OPERATION_CODES.get((operation, plain))
        or CODES.get(plain)
        or _meaning_of_status(status, code)
    )
    return _explain(meaning, operation, queue, code, detail)


def from_exception(error: BaseException, operation: str, queue: str) -> errors.SqsError:
    for ancestor in type(error).__mro__:
        if ancestor in EXCEPTIONS:
            return _explain(
                EXCEPTIONS[ancestor], operation, queue, type(error).__name__, str(error)
            )
    sentence = f"{operation} failed in this server's AWS library: {error}"
    return errors.SqsError(sentence, code=type(error).__name__, detail=str(error))


def _meaning_of_status(status: int, code: str) -> Meaning:
    """For a code not in the table: the HTTP status still tells a passing failure from a refusal."""
    if status >= 500:
        return CODES["InternalFailure"]
    if status == 429:
        return CODES["RequestThrottled"]
    if status in (401, 403):
        return CODES["AccessDenied"]
    if code == str(status):  # botocore found no code of AWS's in the answer
        return NOT_SQS
    return UNKNOWN


NOT_SQS = Meaning(
    errors.UnexpectedAnswer,
    "What answers at this endpoint is not SQS (HTTP status {code}). Check the endpoint.",
    retryable=False,
)
UNKNOWN = Meaning(
    errors.SqsError, "SQS refused {operation} for {queue} with the error {code}. {detail}"
)


def _explain(
    meaning: Meaning, operation: str, queue: str, code: str, detail: str
) -> errors.SqsError:
    # Nobody needs to wonder about a request that only looks.
    only_looks = operation.startswith(("Get", "List", "Connect"))
    sentence = meaning.sentence.format(
        lost="" if only_looks else "Whether the request was carried out is not known.",
        queue=f'queue "{queue}"' if queue else "the queue",
        Queue=f'Queue "{queue}"' if queue else "The queue",
        operation=operation,
        code=code,
        detail=detail or code,
    )
    sentence = " ".join(sentence.split())
    return meaning.error(sentence, code=code, detail=detail, retryable=meaning.retryable)
