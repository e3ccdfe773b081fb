"""AWS's errors, as its JSON protocol sends them."""

# The name in `__type` is the model's; the code in x-amzn-query-error is what the older query
# protocol called it, and what SDKs still show. Only where the two differ.
QUERY_CODES = {
    "BatchEntryIdsNotDistinct": "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
    "BatchRequestTooLong": "AWS.SimpleQueueService.BatchRequestTooLong",
    "EmptyBatchRequest": "AWS.SimpleQueueService.EmptyBatchRequest",
    "InvalidBatchEntryId": "AWS.SimpleQueueService.InvalidBatchEntryId",
    "MessageNotInflight": "AWS.SimpleQueueService.MessageNotInflight",
    "PurgeQueueInProgress": "AWS.SimpleQueueService.PurgeQueueInProgress",
    "QueueDeletedRecently": "AWS.SimpleQueueService.QueueDeletedRecently",
    "QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue",
    "QueueNameExists": "QueueAlreadyExists",
    "TooManyEntriesInBatchRequest": "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
    "KmsThrottled": "KMS.ThrottlingException",
    "UnsupportedOperation": "AWS.SimpleQueueService.UnsupportedOperation",
    "AccessDeniedException": "AccessDenied",
    "ExpiredTokenException": "ExpiredToken",
    "InvalidParameterValueException": "InvalidParameterValue",
    "MissingRequiredParameterException": "MissingParameter",
}


class SqsError(Exception):
    """A call refused: `shape` is the error's name in AWS's model of SQS."""

    def __init__(
        self, shape: str, message: str, *, status: int = 400, sender_fault: bool = True
    ) -> None:
        super().__init__(message)
        self.shape = shape
        self.message = message
        self.status = status
        self.sender_fault = sender_fault

    @property
    def code(self) -> str:
        return QUERY_CODES.get(self.shape, self.shape)


def invalid_value(name: str, value: object, reason: str) -> SqsError:
    return SqsError(
        "InvalidParameterValueException",
        f"Value {value} for parameter {name} is invalid. Reason: {reason}",
    )


def missing(name: str) -> SqsError:
    return SqsError(
        "MissingRequiredParameterException", f"The request must contain the parameter {name}."
    )


def no_such_queue() -> SqsError:
    return SqsError("QueueDoesNotExist", "The specified queue does not exist.")


def unknown_attribute(name: str) -> SqsError:
    return SqsError("InvalidAttributeName", f"Unknown Attribute {name}.")


def bad_receipt_handle() -> SqsError:
    return SqsError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
