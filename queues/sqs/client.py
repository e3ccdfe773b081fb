"""The only place that makes an SQS client: explicit credentials, one attempt, bounded waits."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    Credentials,
    DeferredRefreshableCredentials,
)
from botocore.loaders import create_loader
from botocore.model import OperationModel
from botocore.session import Session

from queues.sqs.errors import CredentialsProblem, NoCredentials, UnexpectedAnswer
from queues.sqs.translation import translate_errors

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient as SQSClient

CONNECT_TIMEOUT = 5
# Longer than the longest long poll (20 s), so that an answer on its way is not given up.
READ_TIMEOUT = 25

# Reading botocore's service models takes nearly all the time of making a client: read them once.
_SERVICE_MODELS = create_loader()

# Where botocore would look after a profile that holds no credentials: the host's own identity.
_HOST_IDENTITY = ("ec2-credentials-file", "boto-config", "container-role", "iam-role")

_AWS_SETTINGS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_CONFIG_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_SQS",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_ROLE_ARN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)


@dataclass(frozen=True, slots=True)
class Keys:
    """Access keys; only the access key, which is no secret, is ever shown."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


def aws_settings_in(environ: Mapping[str, str]) -> list[str]:
    """The names, never the values, of the AWS settings found in an environment."""
    return [name for name in _AWS_SETTINGS if environ.get(name)]


def connect(
    region: str,
    *,
    endpoint_url: str | None = None,
    keys: Keys | None = None,
    profile: str | None = None,
    role_arn: str | None = None,
    external_id: str | None = None,
    default_chain: bool = False,
    pool_size: int = 24,
    connect_timeout: float = CONNECT_TIMEOUT,
    read_timeout: float = READ_TIMEOUT,
    sts_endpoint_url: str | None = None,
    validate: bool = True,
) -> "SQSClient":
    """A client for one region, with credentials from exactly the source that is named.

    Name one of `keys`, `profile` and `default_chain`; with none, NoCredentials: the host's own
    identity is never a fallback. A role is assumed with the source named beside it; a role
    alone is assumed with the default chain, which then serves for nothing else.

    `validate` False: parameters are sent unchecked, which spares a sweep a tenth of its time.
    `read_timeout`, in seconds, must exceed the longest long poll the client is used for. The
    client is thread-safe; make it after forking, one per process. It tries each call once:
    whether to try again is for the caller, who knows what a repeated call would do.
    """
    _check_sources(keys, profile, role_arn, external_id, default_chain)
    with translate_errors("Connect"):
        session = _session(keys, profile)
        if session.get_credentials() is None:
            raise NoCredentials(_nothing_found(profile))
        if role_arn:
            session = _assume(session, region, role_arn, external_id, sts_endpoint_url)
        client = session.create_client(
            "sqs",
            region_name=region,
            endpoint_url=endpoint_url,
            config=_config(pool_size, connect_timeout, read_timeout, validate),
        )
    client.meta.events.register("before-parse.sqs", _refuse_what_is_not_sqs)
    client.meta.events.register("before-parse.sqs.ReceiveMessage", _read_messages)
    return cast("SQSClient", client)


def _check_sources(
    keys: Keys | None,
    profile: str | None,
    role_arn: str | None,
    external_id: str | None,
    default_chain: bool,
) -> None:
    named = [source for source in (keys, profile, default_chain) if source]
    if len(named) > 1:
        raise CredentialsProblem(
            "The connection names several sources of credentials. Choose one: access keys, a "
            "profile, or the default chain."
        )
    if not named and not role_arn:
        raise NoCredentials(
            "No credentials were chosen for this connection. Name a profile, a role, access keys, "
            "or say that the default chain is to be used."
        )
    if external_id and not role_arn:
        raise CredentialsProblem("An external id is of use with a role only. Name the role.")
    if keys and not (keys.access_key and keys.secret_key):
        missing = "secret key" if keys.access_key else "access key"
        raise CredentialsProblem(f"The credentials are incomplete: the {missing} is missing.")


def _nothing_found(profile: str | None) -> str:
    if profile:
        return f'Profile "{profile}" holds no credentials, and no others are used in their place.'
    return "The default chain found no credentials on this host."


def _config(
    pool_size: int,
    connect_timeout: float = CONNECT_TIMEOUT,
    read_timeout: float = READ_TIMEOUT,
    validate: bool = True,
) -> Config:
    return Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        # An endpoint in the environment must not silently redirect a connection.
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # missing in the stubs
        max_pool_connections=pool_size,
        parameter_validation=validate,
        user_agent="sqsdash",
    )


class _Given(CredentialProvider):
    """A source of credentials that botocore's resolver asks like its own."""

    METHOD = "sqsdash"

    def __init__(self, credentials: Credentials | DeferredRefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> Credentials | DeferredRefreshableCredentials:
        return self._credentials


def _session(keys: Keys | None, profile: str | None) -> Session:
    if profile:
        session = _new_session(profile=profile)
        resolver = session.get_component("credential_provider")
        for method in _HOST_IDENTITY:
            resolver.remove(method)
        return session
    if keys:
        return _session_with(Credentials(keys.access_key, keys.secret_key, keys.session_token))
    return _new_session()


def _new_session(**choices: Any) -> Session:
    session = Session(**choices)
    session.register_component("data_loader", _SERVICE_MODELS)
    return session


def _session_with(credentials: Credentials | DeferredRefreshableCredentials) -> Session:
    # A profile named in the environment has no say where credentials are given.
    session = _new_session(session_vars={"profile": (None, None, None, None)})
    session.register_component("credential_provider", CredentialResolver([_Given(credentials)]))
    return session


def _assume(
    source: Session,
    region: str,
    role_arn: str,
    external_id: str | None,
    sts_endpoint_url: str | None,
) -> Session:
    """Nothing is asked of STS before the first call; afterwards botocore renews in time."""

    def create_client(service: str, **credentials: Any) -> Any:
        return source.create_client(
            service,
            region_name=region,
            endpoint_url=sts_endpoint_url,
            config=_config(1),
            **credentials,
        )

    fetcher = AssumeRoleCredentialFetcher(
        client_creator=create_client,
        source_credentials=source.get_credentials(),
        role_arn=role_arn,
        extra_args={
            "RoleSessionName": "sqsdash",
            **({"ExternalId": external_id} if external_id else {}),
        },
    )
    return _session_with(
        DeferredRefreshableCredentials(fetcher.fetch_credentials, method="assume-role")
    )


def _refuse_what_is_not_sqs(
    operation_model: OperationModel, response_dict: dict[str, Any], **_: object
) -> None:
    """botocore takes a web page with status 200 for an empty answer: an outage would look like
    a queue without messages, or an account without queues."""
    body, expects_answer = response_dict["body"], operation_model.output_shape is not None
    if not body and (response_dict["status_code"] >= 300 or not expects_answer):
        return
    if _is_whole_object(body, response_dict["headers"]):
        return
    try:
        answer = json.loads(body)
    except ValueError:
        # A proxy's page with an error status is told apart by that status.
        answer = {} if response_dict["status_code"] >= 300 else None
    if not isinstance(answer, dict):
        raise UnexpectedAnswer(
            "What answers at this endpoint is not SQS, or its answer was cut short. Check the "
            "connection's endpoint."
        )


def _read_messages(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object
) -> None:
    """botocore looks up each value of an answer in its model, though messages are texts all
    through, but for binary attributes: a sweep's time is better spent. What looks odd is left to
    botocore."""
    if response_dict["status_code"] >= 300:
        return
    try:
        answer = json.loads(response_dict["body"])
        for message in answer.get("Messages") or ():
            for attribute in (message.get("MessageAttributes") or {}).values():
                if "BinaryValue" in attribute:
                    attribute["BinaryValue"] = base64.b64decode(attribute["BinaryValue"])
    except (ValueError, TypeError, AttributeError):
        return
    customized_response_dict.update(answer)
    response_dict["body"] = b"{}"


def _is_whole_object(body: bytes, headers: Mapping[str, str]) -> bool:
    """As far as can be told without parsing it, which botocore does anyway."""
    whole = headers.get("content-length") == str(len(body))
    return whole and body.startswith(b"{") and body.endswith(b"}")
