"""Where credentials come from, and what a client does with an answer that is not SQS's."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from queues.sqs.client import Keys, aws_settings_in, connect
from queues.sqs.errors import (
    CredentialsExpired,
    CredentialsProblem,
    NoCredentials,
    NotConnected,
    SqsError,
    UnexpectedAnswer,
    Unreachable,
)
from queues.sqs.messages import receive
from queues.sqs.queues import create_queue, list_queues
from simulator import Simulator

KEYS = Keys("AKIDEXAMPLE", "secret")


class Recorder(BaseHTTPRequestHandler):
    """Answers all requests alike, and remembers them."""

    status, body = 200, b'{"QueueUrls": []}'
    seen: list[dict[str, str]]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append(dict(self.headers))
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST

    def log_message(self, format: str, *args: object) -> None:
        pass


class Site:
    def __init__(self) -> None:
        class Handler(Recorder):
            seen = []

        self.handler = Handler
        self.server = HTTPServer(("127.0.0.1", 0), self.handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answers(self, body: bytes, status: int = 200) -> None:
        self.handler.body, self.handler.status = body, status

    def signed_with(self) -> str:
        """The access key of the last request."""
        return str(self.handler.seen[-1]["Authorization"]).split("Credential=")[1].split("/")[0]


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in aws_settings_in(dict.fromkeys(ALL_SETTINGS, "x")):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


ALL_SETTINGS = (
    "AWS_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_SQS",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)


@pytest.fixture
def profiles(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(
        "[profile shop]\naws_access_key_id = AKIDSHOP\naws_secret_access_key = s\n"
        "[profile empty]\nregion = eu-west-1\n"
        "[profile half]\naws_access_key_id = AKIDHALF\n"
    )


def test_keys_that_are_given_are_used(site: Site) -> None:
    assert list(list_queues(connect("us-east-1", endpoint_url=site.url, keys=KEYS))) == []
    assert site.signed_with() == "AKIDEXAMPLE"


def test_secrets_are_not_shown() -> None:
    shown = repr(Keys("AKIDEXAMPLE", "top-secret", "token-too"))
    assert "AKIDEXAMPLE" in shown
    assert "top-secret" not in shown
    assert "token-too" not in shown


def test_with_no_source_chosen_the_hosts_identity_is_not_borrowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDHOST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    with pytest.raises(NoCredentials, match="No credentials were chosen"):
        connect("us-east-1")


def test_the_default_chain_is_used_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDHOST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    list(list_queues(connect("us-east-1", endpoint_url=site.url, default_chain=True)))
    assert site.signed_with() == "AKIDHOST"


def test_a_default_chain_that_finds_nothing_says_so() -> None:
    with pytest.raises(NoCredentials, match="found no credentials on this host"):
        connect("us-east-1", default_chain=True)


@pytest.mark.usefixtures("profiles")
def test_a_profile_is_used_even_if_the_environment_holds_other_keys(
    monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDHOST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    list(list_queues(connect("us-east-1", endpoint_url=site.url, profile="shop")))
    assert site.signed_with() == "AKIDSHOP"


@pytest.mark.usefixtures("profiles")
def test_a_profile_without_credentials_does_not_fall_back_to_the_host(
    monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    expiring = {
        "AccessKeyId": "AKIDHOST",
        "SecretAccessKey": "s",
        "Token": "t",
        "Expiration": "2099-01-01T00:00:00Z",
    }
    site.answers(json.dumps(expiring).encode())
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", site.url)
    with pytest.raises(NoCredentials, match='Profile "empty" holds no credentials'):
        connect("us-east-1", profile="empty")
    assert not site.handler.seen
    assert connect("us-east-1", default_chain=True), "the host's identity was there to be had"


@pytest.mark.usefixtures("profiles")
def test_a_profile_that_does_not_exist_or_is_incomplete_is_named() -> None:
    with pytest.raises(CredentialsProblem, match="nowhere"):
        connect("us-east-1", profile="nowhere")
    with pytest.raises(CredentialsProblem, match="incomplete"):
        connect("us-east-1", profile="half")


def test_a_configuration_that_cannot_be_read_is_a_problem_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile shop\nthis is no ini file")
    with pytest.raises(CredentialsProblem, match="configuration cannot be read"):
        connect("us-east-1", profile="shop")


@pytest.mark.parametrize("keys", [Keys("AKID", ""), Keys("", "secret")])
def test_half_a_pair_of_keys_is_refused(keys: Keys) -> None:
    with pytest.raises(CredentialsProblem, match=r"incomplete: the (secret|access) key"):
        connect("us-east-1", keys=keys)


def test_two_sources_at_once_are_refused() -> None:
    with pytest.raises(CredentialsProblem, match="Choose one"):
        connect("us-east-1", keys=KEYS, profile="shop")
    with pytest.raises(CredentialsProblem, match="with a role only"):
        connect("us-east-1", keys=KEYS, external_id="42")


def test_a_profile_named_in_the_environment_does_not_disturb_given_keys(
    monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    list(list_queues(connect("us-east-1", endpoint_url=site.url, keys=KEYS)))
    assert site.signed_with() == "AKIDEXAMPLE"


def test_an_endpoint_in_the_environment_is_not_applied(
    monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", site.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", site.url)
    client = connect("eu-west-1", keys=KEYS)
    assert client.meta.endpoint_url == "https://sqs.eu-west-1.amazonaws.com"


def test_a_region_that_is_none_is_refused() -> None:
    with pytest.raises(SqsError, match="region"):
        connect("evil.example/#", keys=KEYS)


def test_a_role_is_assumed_with_its_external_id_and_its_keys_are_used(site: Site) -> None:
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    try:
        host, port = moto.get_host_and_port()
        client = connect(
            "us-east-1",
            endpoint_url=site.url,
            keys=KEYS,
            role_arn="arn:aws:iam::123456789012:role/sqsdash",
            external_id="42",
            sts_endpoint_url=f"http://{host}:{port}",
        )
        list(list_queues(client))
    finally:
        moto.stop()
    assert site.signed_with().startswith("ASIA"), "AWS's prefix for temporary keys"
    assert site.handler.seen[-1]["X-Amz-Security-Token"]


def test_a_role_that_is_refused_says_that_it_was_the_role(site: Site) -> None:
    site.answers(
        b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>not yours</Message></Error>"
        b"</ErrorResponse>",
        403,
    )
    client = connect(
        "us-east-1", keys=KEYS, role_arn="arn:aws:iam::1:role/x", sts_endpoint_url=site.url
    )
    with pytest.raises(CredentialsProblem, match=r"role could not be assumed.*not yours"):
        list(list_queues(client))


def test_settings_found_in_an_environment_are_named_and_never_shown() -> None:
    environ = {
        "AWS_PROFILE": "shop",
        "AWS_SECRET_ACCESS_KEY": "s3cr3t",
        "HOME": "/",
        "AWS_REGION": "",
    }
    assert aws_settings_in(environ) == ["AWS_PROFILE", "AWS_SECRET_ACCESS_KEY"]


def test_each_call_is_tried_once(sim: Simulator) -> None:
    client = connect("us-east-1", endpoint_url=sim.endpoint, keys=KEYS)
    queue, _ = create_queue(client, "orders")
    rule = sim.faults.add("error_before", "ReceiveMessage")
    with pytest.raises(SqsError):
        receive(client, queue.url)
    assert rule.fired == 1


def test_an_expired_token_asks_for_new_credentials(sim: Simulator) -> None:
    client = connect("us-east-1", endpoint_url=sim.endpoint, keys=KEYS)
    sim.faults.add("expired_token")
    with pytest.raises(CredentialsExpired, match="expired"):
        list(list_queues(client))


@pytest.mark.parametrize(
    "body",
    [b"<html>Please sign in to the Wi-Fi</html>", b"[1, 2]", b'{"QueueUrls": [', b"", b"\xff\xfe"],
)
def test_an_answer_that_is_not_sqs_is_no_empty_list_of_queues(site: Site, body: bytes) -> None:
    site.answers(body)
    with pytest.raises(UnexpectedAnswer, match="is not SQS"):
        list(list_queues(connect("us-east-1", endpoint_url=site.url, keys=KEYS)))


def test_a_web_server_at_the_endpoint_is_told_from_sqs(site: Site) -> None:
    site.answers(b"<html>Not found</html>", 404)
    with pytest.raises(UnexpectedAnswer, match="404"):
        list(list_queues(connect("us-east-1", endpoint_url=site.url, keys=KEYS)))


def test_a_server_nobody_runs_is_not_connected() -> None:
    client = connect("us-east-1", endpoint_url="http://127.0.0.1:9", keys=KEYS)
    with pytest.raises(NotConnected, match="cannot be reached"):
        list(list_queues(client))


def test_a_connection_that_breaks_is_unreachable_and_the_outcome_unknown(sim: Simulator) -> None:
    client = connect("us-east-1", endpoint_url=sim.endpoint, keys=KEYS)
    sim.faults.add("lost_answer", "CreateQueue")
    with pytest.raises(Unreachable, match="not known"):
        create_queue(client, "orders")
