"""Everything that can go wrong with SQS, in words an operator understands.

    SqsError
    ├── Unreachable                 no answer; whether the call was applied is unknown
    │   ├── NotConnected            the request never left, so it was not applied
    │   └── UnexpectedAnswer        an answer, but not one of SQS
    ├── ServerError                 SQS failed on its side
    ├── Throttled                   too many requests for now
    ├── CredentialsProblem          refused before anything was looked at
    │   ├── NoCredentials           none were chosen
    │   └── CredentialsExpired
    ├── AccessDenied                known, but not allowed
    ├── QueueNotFound
    ├── QueueExists                 with other attributes
    ├── QueueNotEmpty
    ├── QueueDeletedRecently
    ├── PurgeInProgress
    ├── InFlightLimit
    ├── KmsProblem                  SQS could not use the queue's key
    ├── ReceiptHandleProblem        the message is no longer ours to change
    ├── CorruptedAnswer             a checksum does not fit
    ├── UndecodableBody             a message class cannot read a body
    ├── MoveTaskNotFound
    └── InvalidRequest              SQS does not accept this, however often it is sent
        ├── MessageRefused          because of the message itself
        └── BatchProblem            because of how the batch was made up

No botocore exception leaves this package: every call is made inside `translate_errors`
(translation.py), which has the meaning of each of AWS's codes from error_codes.py (for some
operations from error_operations.py), and of each exception of botocore's from error_exceptions.py.
"""


class SqsError(Exception):
    """`sentence`: what happened, to what, and what to do. `code` and `detail`: AWS's own."""

    retryable = False

    def __init__(
        self, sentence: str, *, code: str = "", detail: str = "", retryable: bool | None = None
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.detail = detail
        if retryable is not None:
            self.retryable = retryable


class Unreachable(SqsError):
    retryable = True


class NotConnected(Unreachable):
    pass


class UnexpectedAnswer(Unreachable):
    pass


class ServerError(SqsError):
    retryable = True


class Throttled(SqsError):
    retryable = True


class CredentialsProblem(SqsError):
    pass


class NoCredentials(CredentialsProblem):
    pass


class CredentialsExpired(CredentialsProblem):
    pass


class AccessDenied(SqsError):
    pass


class QueueNotFound(SqsError):
    pass


class QueueExists(SqsError):
    pass


class QueueNotEmpty(SqsError):
    pass


class QueueDeletedRecently(SqsError):
    retryable = True


class PurgeInProgress(SqsError):
    retryable = True


class InFlightLimit(SqsError):
    retryable = True


class KmsProblem(SqsError):
    pass


class ReceiptHandleProblem(SqsError):
    pass


class CorruptedAnswer(SqsError):
    retryable = True


class UndecodableBody(SqsError):
    pass


class MoveTaskNotFound(SqsError):
    pass


class InvalidRequest(SqsError):
    pass


class MessageRefused(InvalidRequest):
    pass


class BatchProblem(InvalidRequest):
    pass
