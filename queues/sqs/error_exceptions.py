"""botocore's exceptions, and all the network can throw, and what each means to an operator."""

import http.client
import ssl

import botocore.exceptions as aws
import botocore.parsers
import urllib3.exceptions

from queues.sqs import errors as ours
from queues.sqs.error_codes import Meaning

_NETWORK = "Check the network, and the connection's region and endpoint."
# Filled in where the lost request would have changed something.
_LOST = "{lost}"

# The most specific class in an exception's ancestry decides.
EXCEPTIONS: dict[type[BaseException], Meaning] = {
    aws.EndpointConnectionError: Meaning(
        ours.NotConnected, f"SQS cannot be reached. {_NETWORK} ({{detail}})"
    ),
    aws.ConnectTimeoutError: Meaning(
        ours.NotConnected, f"SQS did not accept a connection in time. {_NETWORK}"
    ),
    aws.ReadTimeoutError: Meaning(ours.Unreachable, f"SQS did not answer in time. {_LOST}"),
    aws.ConnectionClosedError: Meaning(
        ours.Unreachable, f"The connection to SQS broke before its answer came. {_LOST}"
    ),
    aws.ResponseStreamingError: Meaning(
        ours.Unreachable, f"The connection to SQS broke in the midst of its answer. {_LOST}"
    ),
    aws.IncompleteReadError: Meaning(ours.Unreachable, f"SQS's answer came in part only. {_LOST}"),
    aws.SSLError: Meaning(
        ours.Unreachable,
        "No secure connection to SQS could be made. Check the endpoint's certificate and this "
        "server's certificates and clock. ({detail})",
    ),
    aws.ProxyConnectionError: Meaning(
        ours.NotConnected, "The proxy to SQS cannot be reached. Check HTTPS_PROXY. ({detail})"
    ),
    aws.HTTPClientError: Meaning(
        ours.Unreachable, f"SQS could not be asked. {_NETWORK} ({{detail}})"
    ),
    aws.ConnectionError: Meaning(
        ours.Unreachable, f"SQS could not be asked. {_NETWORK} ({{detail}})"
    ),
    urllib3.exceptions.HTTPError: Meaning(
        ours.Unreachable, f"The connection to SQS failed. {_LOST} ({{detail}})"
    ),
    http.client.HTTPException: Meaning(
        ours.Unreachable, f"The connection to SQS failed. {_LOST} ({{detail}})"
    ),
    ssl.SSLError: Meaning(ours.Unreachable, "The secure connection to SQS failed. ({detail})"),
    OSError: Meaning(ours.Unreachable, f"The connection to SQS failed. {_LOST} ({{detail}})"),
    botocore.parsers.ResponseParserError: Meaning(
        ours.UnexpectedAnswer, "What answers at this endpoint is not SQS. Check the endpoint."
    ),
    aws.ChecksumError: Meaning(ours.CorruptedAnswer, "SQS's answer was damaged on its way."),
    # Credentials and settings of this server
    aws.NoCredentialsError: Meaning(
        ours.NoCredentials, "No credentials were found where the connection says they are."
    ),
    aws.PartialCredentialsError: Meaning(
        ours.CredentialsProblem, "The credentials are incomplete: {detail}"
    ),
    aws.CredentialRetrievalError: Meaning(
        ours.CredentialsProblem, "The credentials could not be fetched: {detail}"
    ),
    aws.UnknownCredentialError: Meaning(
        ours.CredentialsProblem,
        "The profile names a source of credentials that does not exist: {detail}",
    ),
    aws.NoAuthTokenError: Meaning(ours.CredentialsProblem, "There is no token to sign in with."),
    aws.TokenRetrievalError: Meaning(
        ours.CredentialsExpired, "The sign-in token could not be renewed: {detail}"
    ),
    aws.MetadataRetrievalError: Meaning(
        ours.CredentialsProblem, "The host's own credentials could not be fetched: {detail}"
    ),
    aws.RefreshWithMFAUnsupportedError: Meaning(
        ours.CredentialsProblem,
        "The profile's role asks for a multi-factor code, which a server cannot give. Use another.",
    ),
    aws.InfiniteLoopConfigError: Meaning(
        ours.CredentialsProblem, "The profile's roles refer to each other in a circle: {detail}"
    ),
    aws.SSOError: Meaning(
        ours.CredentialsExpired,
        "The profile's SSO session has ended: run aws sso login. ({detail})",
    ),
    aws.LoginError: Meaning(
        ours.CredentialsExpired, "The profile's login has ended: run aws login. ({detail})"
    ),
    aws.ProfileNotFound: Meaning(
        ours.CredentialsProblem,
        "The profile does not exist in this server's AWS configuration: {detail}",
    ),
    aws.ConfigParseError: Meaning(
        ours.CredentialsProblem, "This server's AWS configuration cannot be read: {detail}"
    ),
    aws.ConfigNotFound: Meaning(
        ours.CredentialsProblem, "This server's AWS configuration was not found: {detail}"
    ),
    aws.InvalidConfigError: Meaning(
        ours.CredentialsProblem, "This server's AWS configuration is not valid: {detail}"
    ),
    aws.NoRegionError: Meaning(ours.InvalidRequest, "The connection has no region."),
    aws.InvalidRegionError: Meaning(
        ours.InvalidRequest, "The region's name is not valid. {detail}"
    ),
    aws.ParamValidationError: Meaning(
        ours.InvalidRequest, "SQS does not accept a value in this request. {detail}"
    ),
}
