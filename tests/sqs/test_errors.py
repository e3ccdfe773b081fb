"""Whatever botocore can raise becomes one of ours, in words; and the tables miss nothing."""

import http.client
import inspect
from collections.abc import Iterator

import botocore.exceptions
import botocore.loaders
import pytest
import urllib3.exceptions
from botocore.exceptions import ClientError

from queues.sqs import errors
from queues.sqs.error_codes import CODES, SPELLINGS
from queues.sqs.error_exceptions import EXCEPTIONS
from queues.sqs.translation import from_code, translate_errors

MODEL = botocore.loaders.Loader().load_service_model("sqs", "service-2")
MODELLED = sorted(name for name, shape in MODEL["shapes"].items() if shape.get("exception"))


def subclasses(parent: type) -> Iterator[type]:
    yield parent
    for child in parent.__subclasses__():
        yield from subclasses(child)


CONNECTION_ERRORS = sorted(
    {
        error
        for parent in (
            botocore.exceptions.ConnectionError,
            botocore.exceptions.HTTPClientError,
            urllib3.exceptions.HTTPError,
            http.client.HTTPException,
            ConnectionError,
            TimeoutError,
        )
        for error in subclasses(parent)
        if error.__module__.split(".")[0] in ("botocore", "urllib3", "http", "builtins")
    },
    key=lambda error: (error.__module__, error.__name__),
)


def raised_for(
    code: str, status: int = 400, message: str = "AWS's words", operation: str = "SendMessage"
) -> errors.SqsError:
    answer = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    with pytest.raises(errors.SqsError) as caught, translate_errors(operation, "orders"):
        raise ClientError(answer, operation)  # type: ignore[arg-type]
    return caught.value


def blank(error: type[BaseException]) -> BaseException:
    """One of that class, without the arguments that each class wants of its own."""
    members = {"__init__": lambda self: None, "__str__": lambda self: "something happened"}
    instance: BaseException = type(error.__name__, (error,), members)()
    return instance


@pytest.mark.parametrize("shape", MODELLED)
def test_every_error_of_botocores_sqs_model_has_a_meaning_of_its_own(shape: str) -> None:
    error = raised_for(shape)
    assert type(error) is not errors.SqsError
    assert error.code == shape
    assert error.sentence.endswith((".", ")", "words"))
    assert "{" not in error.sentence


def test_the_model_has_the_errors_this_suite_thinks_it_has() -> None:
    assert len(MODELLED) == 28


@pytest.mark.parametrize("error", CONNECTION_ERRORS, ids=lambda e: f"{e.__module__}.{e.__name__}")
def test_every_connection_error_means_that_sqs_is_out_of_reach(error: type[BaseException]) -> None:
    with pytest.raises(errors.Unreachable) as caught, translate_errors("ListQueues"):
        raise blank(error)
    assert caught.value.retryable


def test_no_public_exception_of_botocore_leaves_untranslated() -> None:
    public = [
        error
        for _, error in inspect.getmembers(botocore.exceptions, inspect.isclass)
        if issubclass(error, botocore.exceptions.BotoCoreError)
    ]
    assert len(public) > 80
    for error in public:
        with pytest.raises(errors.SqsError), translate_errors("ListQueues"):
            raise blank(error)


def test_errors_that_are_no_concern_of_sqs_pass_through() -> None:
    with pytest.raises(ZeroDivisionError), translate_errors("ListQueues"):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("QueueDoesNotExist", errors.QueueNotFound),
        ("AWS.SimpleQueueService.NonExistentQueue", errors.QueueNotFound),
        ("com.amazonaws.sqs#QueueDoesNotExist", errors.QueueNotFound),
        ("QueueAlreadyExists", errors.QueueExists),
        ("AWS.SimpleQueueService.PurgeQueueInProgress", errors.PurgeInProgress),
        ("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", errors.BatchProblem),
        ("AccessDenied", errors.AccessDenied),
        ("AccessDeniedException", errors.AccessDenied),
        ("ExpiredToken", errors.CredentialsExpired),
        ("ExpiredTokenException", errors.CredentialsExpired),
        ("InvalidClientTokenId", errors.CredentialsProblem),
        ("UnrecognizedClientException", errors.CredentialsProblem),
        ("SignatureDoesNotMatch", errors.CredentialsProblem),
        ("RequestExpired", errors.CredentialsProblem),
        ("ThrottlingException", errors.Throttled),
        ("RequestThrottled", errors.Throttled),
        ("InternalError", errors.ServerError),
        ("InternalFailure", errors.ServerError),
        ("ServiceUnavailable", errors.ServerError),
        ("InvalidParameterValue", errors.InvalidRequest),
        ("MissingParameter", errors.InvalidRequest),
        ("KMS.DisabledException", errors.KmsProblem),
        ("OverLimit", errors.InFlightLimit),
        ("ReceiptHandleIsInvalid", errors.ReceiptHandleProblem),
    ],
)
def test_each_spelling_of_a_code_means_the_same(code: str, meaning: type[errors.SqsError]) -> None:
    assert type(raised_for(code)) is meaning


def test_every_spelling_leads_to_a_code_with_a_meaning() -> None:
    assert set(SPELLINGS.values()) <= set(CODES)
    assert not set(SPELLINGS) & set(CODES)


def test_the_sentence_names_the_queue() -> None:
    assert raised_for("QueueDoesNotExist").sentence.startswith('Queue "orders" does not exist')


def test_each_trouble_with_a_key_has_a_sentence_of_its_own() -> None:
    sentences = {raised_for(code).sentence for code in MODELLED if code.startswith("Kms")}
    assert len(sentences) == 7
    assert raised_for("KmsThrottled").retryable
    assert not raised_for("KmsDisabled").retryable


def test_aws_says_itself_who_may_not_do_what() -> None:
    message = "User: arn:aws:iam::1:user/bob is not authorized to perform: sqs:sendmessage"
    assert message in raised_for("AccessDenied", 403, message).sentence


def test_an_unknown_code_keeps_its_name_and_aws_words() -> None:
    error = raised_for("BrandNewTrouble")
    assert type(error) is errors.SqsError
    assert (error.code, error.detail) == ("BrandNewTrouble", "AWS's words")
    assert "BrandNewTrouble" in error.sentence
    assert "AWS's words" in error.sentence


@pytest.mark.parametrize(
    ("code", "status", "meaning"),
    [
        ("502", 502, errors.ServerError),
        ("BrandNewTrouble", 500, errors.ServerError),
        ("429", 429, errors.Throttled),
        ("403", 403, errors.AccessDenied),
        ("404", 404, errors.UnexpectedAnswer),
    ],
)
def test_without_a_known_code_the_http_status_decides(
    code: str, status: int, meaning: type[errors.SqsError]
) -> None:
    assert type(raised_for(code, status)) is meaning


def test_a_role_that_cannot_be_assumed_is_not_mistaken_for_a_queue_without_permission() -> None:
    error = raised_for("AccessDenied", 403, operation="AssumeRole")
    assert type(error) is errors.CredentialsProblem
    assert "role could not be assumed" in error.sentence


def test_the_most_specific_exception_decides() -> None:
    with pytest.raises(errors.NotConnected), translate_errors("ListQueues"):
        raise botocore.exceptions.EndpointConnectionError(endpoint_url="http://x", error="refused")
    with pytest.raises(errors.Unreachable) as caught, translate_errors("SendMessage"):
        raise botocore.exceptions.ReadTimeoutError(endpoint_url="http://x", error="slow")
    assert type(caught.value) is errors.Unreachable
    assert "not known" in caught.value.sentence


def test_only_what_changes_something_leaves_its_outcome_unknown() -> None:
    with pytest.raises(errors.Unreachable) as caught, translate_errors("GetQueueAttributes"):
        raise botocore.exceptions.ReadTimeoutError(endpoint_url="http://x", error="slow")
    assert caught.value.sentence == "SQS did not answer in time."


def test_braces_in_aws_words_do_no_harm() -> None:
    assert "{queue}" in from_code("AccessDenied", "{queue}", "SendMessage", "orders").sentence


def test_the_tree_in_the_docstring_has_every_class_and_no_other() -> None:
    drawn = {
        line.strip("│├└─ ").split()[0]
        for line in (errors.__doc__ or "").splitlines()
        if "─" in line or line.strip() == "SqsError"
    }
    defined = {
        name
        for name, error in inspect.getmembers(errors, inspect.isclass)
        if issubclass(error, errors.SqsError)
    }
    assert drawn == defined


def test_every_meaning_is_an_error_of_ours() -> None:
    for meaning in (*CODES.values(), *EXCEPTIONS.values()):
        assert issubclass(meaning.error, errors.SqsError)
        assert meaning.error is not errors.SqsError
