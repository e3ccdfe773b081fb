"""AWS's error codes for SQS, and what each means to an operator.

A sentence may use {Queue} and {queue} (the queue, named where known) and {detail} (AWS's words).
"""

from typing import NamedTuple

from queues.sqs import errors as ours


class Meaning(NamedTuple):
    error: type[ours.SqsError]
    sentence: str
    retryable: bool | None = None


# One error, several spellings: the JSON protocol's shape name, the query protocol's code that
# today's SQS sends beside it, and what AWS's shared front end says instead of SQS.
SPELLINGS = {
    "AccessDeniedException": "AccessDenied",
    "AuthorizationError": "AccessDenied",
    "ExpiredTokenException": "ExpiredToken",
    "InternalError": "InternalFailure",
    "InternalServerError": "InternalFailure",
    "InvalidAccessKeyId": "InvalidClientTokenId",
    "InvalidClientTokenIdException": "InvalidClientTokenId",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "KMS.AccessDeniedException": "KmsAccessDenied",
    "KMS.DisabledException": "KmsDisabled",
    "KMS.InvalidKeyUsageException": "KmsInvalidKeyUsage",
    "KMS.InvalidStateException": "KmsInvalidState",
    "KMS.NotFoundException": "KmsNotFound",
    "KMS.OptInRequired": "KmsOptInRequired",
    "KMS.ThrottlingException": "KmsThrottled",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "NonExistentQueue": "QueueDoesNotExist",
    "QueueAlreadyExists": "QueueNameExists",
    "RequestLimitExceeded": "RequestThrottled",
    "ServiceUnavailableException": "ServiceUnavailable",
    "Throttling": "RequestThrottled",
    "ThrottlingException": "RequestThrottled",
    "TooManyRequestsException": "RequestThrottled",
    "UnknownOperation": "UnsupportedOperation",
    "UnknownOperationException": "UnsupportedOperation",
    "UnrecognizedClientException": "InvalidClientTokenId",
    "InvalidAction": "UnsupportedOperation",
    "InvalidIdFormat": "ReceiptHandleIsInvalid",
    "MissingRequiredParameterException": "MissingParameter",
    "ValidationException": "ValidationError",
}

_KEYS = "Check the connection's credentials."
_OUR_FAULT = "This is a fault in sqsdash, not in the queue: {detail}"

CODES = {
    # The queue
    "QueueDoesNotExist": Meaning(
        ours.QueueNotFound,
        "{Queue} does not exist in this account and region. Check its name; it may have been "
        "deleted a moment ago.",
    ),
    "QueueNameExists": Meaning(
        ours.QueueExists,
        "{Queue} already exists with other settings. Open it, or take another name.",
    ),
    "QueueDeletedRecently": Meaning(
        ours.QueueDeletedRecently,
        "{Queue} was deleted less than 60 seconds ago. SQS gives its name free after that: wait a "
        "minute and create it again.",
    ),
    "PurgeQueueInProgress": Meaning(
        ours.PurgeInProgress,
        "{Queue} was purged less than 60 seconds ago. SQS allows one purge a minute.",
    ),
    "OverLimit": Meaning(
        ours.InFlightLimit,
        "{Queue} has as many messages in flight as SQS allows (about 120,000). Nothing more can be "
        "received until some are deleted or become visible again.",
    ),
    "ResourceNotFoundException": Meaning(
        ours.MoveTaskNotFound,
        "The queue or the message move task named here does not exist. The task may have ended.",
    ),
    # The message
    "InvalidMessageContents": Meaning(
        ours.MessageRefused,
        "SQS refused the message: it holds characters outside of the Unicode that SQS allows. "
        "{detail}",
    ),
    "MessageNotInflight": Meaning(
        ours.ReceiptHandleProblem,
        "The message is visible in {queue} again, so its visibility timeout cannot be changed. "
        "Receive it once more.",
    ),
    "ReceiptHandleIsInvalid": Meaning(
        ours.ReceiptHandleProblem,
        "The message's receipt handle is not valid for {queue} or has expired. Receive the message "
        "once more.",
    ),
    # The queue's key
    "KmsAccessDenied": Meaning(
        ours.KmsProblem,
        "The credentials may not use the KMS key that encrypts {queue}. They need kms:Decrypt to "
        "receive, and kms:GenerateDataKey too to send.",
    ),
    "KmsDisabled": Meaning(
        ours.KmsProblem,
        "The KMS key that encrypts {queue} is disabled. Its messages cannot be read or sent until "
        "the key is enabled again.",
    ),
    "KmsInvalidKeyUsage": Meaning(
        ours.KmsProblem,
        "The KMS key that encrypts {queue} is not a key for encryption and decryption "
        "(ENCRYPT_DECRYPT). Choose another key in the queue's settings.",
    ),
    "KmsInvalidState": Meaning(
        ours.KmsProblem,
        "The KMS key that encrypts {queue} is in a state that does not allow its use; it may be "
        "about to be deleted. Look at the key in KMS.",
    ),
    "KmsNotFound": Meaning(
        ours.KmsProblem,
        "The KMS key that encrypts {queue} does not exist, or is in another region. Messages "
        "encrypted with a deleted key cannot be read any more.",
    ),
    "KmsOptInRequired": Meaning(
        ours.KmsProblem,
        "The AWS account has not signed up for KMS, which {queue} needs for its encryption.",
    ),
    "KmsThrottled": Meaning(
        ours.KmsProblem,
        "KMS is asked too often for the key of {queue}. Wait a little; a longer data key reuse "
        "period in the queue's settings asks KMS less often.",
        retryable=True,
    ),
    # Who asks
    "AccessDenied": Meaning(
        ours.AccessDenied,
        "The credentials are valid but not allowed to do this with {queue}. AWS says: {detail}",
    ),
    "ExpiredToken": Meaning(
        ours.CredentialsExpired,
        "The connection's temporary credentials have expired. Renew them; with SSO: sign in again.",
    ),
    "InvalidClientTokenId": Meaning(
        ours.CredentialsProblem, f"AWS does not know this access key or session token. {_KEYS}"
    ),
    "SignatureDoesNotMatch": Meaning(
        ours.CredentialsProblem, f"The secret key does not belong to the access key. {_KEYS}"
    ),
    "IncompleteSignature": Meaning(
        ours.CredentialsProblem, f"AWS could not read the request's signature. {_KEYS}"
    ),
    "MissingAuthenticationToken": Meaning(
        ours.CredentialsProblem, f"The request came to AWS without credentials. {_KEYS}"
    ),
    "RequestExpired": Meaning(
        ours.CredentialsProblem,
        "AWS refused the request as too old. Set this server's clock right.",
    ),
    "OptInRequired": Meaning(
        ours.CredentialsProblem, "The AWS account is not signed up for this service or region."
    ),
    "InvalidSecurity": Meaning(
        ours.InvalidRequest,
        "{Queue} accepts encrypted connections only. Use an https endpoint for this connection.",
    ),
    "InvalidAddress": Meaning(
        ours.InvalidRequest,
        "{Queue} does not belong to the endpoint that was asked. Check the connection's region and "
        "endpoint.",
    ),
    # How often, and whose fault
    "RequestThrottled": Meaning(
        ours.Throttled, "SQS is asked too often by this account just now. Wait a moment, try again."
    ),
    "InternalFailure": Meaning(
        ours.ServerError, "SQS failed on its side. Try again; the AWS Health Dashboard knows more."
    ),
    "ServiceUnavailable": Meaning(
        ours.ServerError, "SQS is not available just now. Try again in a moment."
    ),
    # What was asked
    "InvalidAttributeName": Meaning(
        ours.InvalidRequest, "SQS does not know one of the attributes named here. {detail}"
    ),
    "InvalidAttributeValue": Meaning(
        ours.InvalidRequest, "SQS does not accept the value of an attribute. {detail}"
    ),
    "InvalidParameterValue": Meaning(
        ours.InvalidRequest, "SQS does not accept a value in this request. {detail}"
    ),
    "InvalidParameterCombination": Meaning(
        ours.InvalidRequest, "SQS does not accept these values together. {detail}"
    ),
    "MissingParameter": Meaning(ours.InvalidRequest, "A value that SQS needs is missing. {detail}"),
    "ValidationError": Meaning(
        ours.InvalidRequest, "SQS does not accept a value in this request. {detail}"
    ),
    "UnsupportedOperation": Meaning(
        ours.InvalidRequest, "SQS does not support this for {queue}. {detail}"
    ),
    # How a batch was made up
    "BatchEntryIdsNotDistinct": Meaning(
        ours.BatchProblem, f"Two entries of a batch have the same id. {_OUR_FAULT}"
    ),
    "BatchRequestTooLong": Meaning(
        ours.BatchProblem,
        "The messages of a batch are together larger than SQS allows (1 MiB). Send fewer or "
        "smaller ones.",
    ),
    "EmptyBatchRequest": Meaning(ours.BatchProblem, f"A batch has no entries. {_OUR_FAULT}"),
    "InvalidBatchEntryId": Meaning(
        ours.BatchProblem, f"The id of a batch entry is not valid. {_OUR_FAULT}"
    ),
    "TooManyEntriesInBatchRequest": Meaning(
        ours.BatchProblem, f"A batch has more than ten entries. {_OUR_FAULT}"
    ),
}
