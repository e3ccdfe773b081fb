"""The connections file: what it may say, and what it is told when it is wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from queues import connections
from queues.connections_file import Connection, ConnectionsFile, WrongLine
from queues.sqs.errors import NoCredentials

ENVIRON = {"SHOP_KEY": "AKIDEXAMPLE", "SHOP_SECRET": "canary-secret", "SHOP_TOKEN": "canary-token"}
FILE = """\
allowed_endpoint_hosts = ["sqs.internal", "127.0.0.1", "::1"]

[connections.prod]
name = "Shop, production"
environment = "Production"
region = "eu-west-1"
credentials = "role"
role_arn = "arn:aws:iam::123456789012:role/sqsdash"
external_id = "shop"

[connections.test]
region = "us-east-1"
endpoint_url = "https://sqs.internal:8443"
credentials = "default-chain"

[connections.laptop]
region = "ap-southeast-2"
credentials = "profile"
profile = "mara"

[connections.keys]
region = "us-gov-west-1"
credentials = "environment"
access_key_variable = "SHOP_KEY"
secret_key_variable = "SHOP_SECRET"
session_token_variable = "SHOP_TOKEN"
"""


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    connections.forget()
    yield
    connections.forget()


def read(text: str, tmp_path: Path, **options: Any) -> list[Connection]:
    path = tmp_path / "connections.toml"
    path.write_text(text, encoding="utf-8")
    return ConnectionsFile(path, ENVIRON).read(**options)


def complaint(text: str, tmp_path: Path, **options: Any) -> tuple[int | None, str]:
    """The line that is named, and what is said of it."""
    with pytest.raises(WrongLine) as wrong:
        read(text, tmp_path, **options)
    found = re.fullmatch(
        rf"{re.escape(str(tmp_path / 'connections.toml'))}(?:, line (\d+))?: (.+)",
        str(wrong.value),
        re.DOTALL,
    )
    assert found, str(wrong.value)
    return int(found[1]) if found[1] else None, found[2]


def test_a_file_names_connections_with_every_source_of_credentials(tmp_path: Path) -> None:
    prod, test, laptop, keys = read(FILE, tmp_path)
    assert (prod.slug, prod.name, prod.region) == ("prod", "Shop, production", "eu-west-1")
    assert prod.options == {
        "role_arn": "arn:aws:iam::123456789012:role/sqsdash",
        "external_id": "shop",
    }
    assert (test.name, test.environment, test.endpoint_url) == (
        "test",
        "",
        "https://sqs.internal:8443",
    )
    assert laptop.options == {"profile": "mara"}
    assert keys.options["secret_key_variable"] == "SHOP_SECRET"
    assert [each.production for each in (prod, test, laptop, keys)] == [True, False, False, False]


def test_a_connection_says_whose_credentials_open_it_and_never_the_credentials(
    tmp_path: Path,
) -> None:
    found = read(FILE, tmp_path)
    assert [each.identity for each in found] == [
        "role arn:aws:iam::123456789012:role/sqsdash",
        "this host's default credentials",
        "profile mara",
        "keys in $SHOP_KEY",
    ]
    assert "canary" not in repr(found)
    assert [each.place for each in found[:2]] == ["eu-west-1", "us-east-1 · sqs.internal:8443"]


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_an_endpoint_may_be_an_address_that_is_allowed(host: str, tmp_path: Path) -> None:
    text = FILE.replace("https://sqs.internal:8443", f"http://{host}:9324")
    assert read(text, tmp_path)[1].endpoint_url == f"http://{host}:9324"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('region = "eu-west-1"', 'region = "Ireland"', 6, "region is 'Ireland'"),
        ('region = "eu-west-1"\n', "", 3, "region is ''; it must be a region"),
        ('region = "eu-west-1"', "region = 1", 6, "region must be a text in quotes"),
        ('name = "Shop, production"', 'name = ""', 4, "name must be a text in quotes"),
        ('"default-chain"', '"magic"', 14, "credentials is 'magic'; say where they come from"),
        ('credentials = "default-chain"\n', "", 11, "credentials is ''"),
        ('profile = "mara"', "", 18, "credentials = 'profile' also needs profile"),
        ('role_arn = "arn:aws:iam::123456789012:role/sqsdash"\n', "", 7, "also needs role_arn"),
        ('secret_key_variable = "SHOP_SECRET"\n', "", 23, "also needs secret_key_variable"),
        ('"SHOP_SECRET"', '"NOWHERE"', 25, "the environment variable NOWHERE is not set"),
        ('"SHOP_TOKEN"', '"NOWHERE"', 26, "the environment variable NOWHERE is not set"),
        ('profile = "mara"', 'profile = "mara"\nsecret_key = "x"', 20, "'secret_key' is not known"),
        ("[connections.laptop]", "[connections.Lap_top]", 16, "'Lap_top' cannot be a slug"),
        ("[connections.laptop]", f"[connections.{'a' * 51}]", 16, "cannot be a slug"),
        ("[connections.test]", '[connections."local"]', 11, "the slug 'local' is the simulator's"),
        ("sqs.internal:8443", "evil.example", 13, "the host 'evil.example' of endpoint_url is not"),
        ("https://sqs", "ftp://sqs", 13, "it must be http(s)://host[:port]"),
        ("https://sqs.internal", "https://me:pw@sqs.internal", 13, "it must be http(s)://"),
        (":8443", ":99999999", 13, "it must be http(s)://host[:port]"),
        ("https://sqs.internal:8443", "https://[::1", 13, "it must be http(s)://host[:port]"),
        ("https://sqs.internal:8443", "sqs.internal", 13, "it must be http(s)://host[:port]"),
        ("allowed_endpoint_hosts = [", "hosts = [", 1, "'hosts' is not known here"),
        ('["sqs.internal", "127.0.0.1", "::1"]', '"sqs.internal"', 1, "must be a list of host"),
        ('["sqs.internal", "127.0.0.1", "::1"]', "[1]", 1, "must be a list of host names"),
    ],
)
def test_each_mistake_is_said_with_its_line(
    old: str, new: str, line: int, said: str, tmp_path: Path
) -> None:
    assert FILE.count(old) == 1, old
    where, sentence = complaint(FILE.replace(old, new), tmp_path, taken={"local"})
    assert said in sentence
    assert where == line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it names no connection; write at least one [connections.<slug>]"),
        ("[connections]", "it names no connection"),
        ("connections = 1", "connections must be written as [connections.<slug>] tables"),
        ("[connections]\nprod = 1", "connections.prod must be a table, [connections.prod]"),
        ("[connections.prod", "this is not TOML"),
        ("a = 1\na = 2", "this is not TOML"),
    ],
)
def test_a_file_that_is_no_list_of_connections_is_said_to_be_none(
    text: str, said: str, tmp_path: Path
) -> None:
    assert said in complaint(text, tmp_path)[1]


def test_a_mistake_in_toml_is_said_with_its_line_too(tmp_path: Path) -> None:
    text = FILE.replace('credentials = "profile"', "credentials = profile")
    where, sentence = complaint(text, tmp_path)
    assert "line 18" in f"line {where} {sentence}"


def test_a_file_that_cannot_be_read_is_said_to_be_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "connections.toml"
    path.write_bytes(FILE.encode("utf-16"))
    with pytest.raises(WrongLine, match="it cannot be read: 'utf-8' codec"):
        ConnectionsFile(path, ENVIRON)
    with pytest.raises(WrongLine, match=r"it cannot be read: .*Is a directory"):
        ConnectionsFile(tmp_path, ENVIRON)


def test_no_complaint_tells_a_secret(tmp_path: Path) -> None:
    text = FILE.replace('"SHOP_SECRET"', '"NOWHERE"')
    assert "canary" not in complaint(text, tmp_path)[1]


@pytest.fixture
def installed(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's own connections file, beside its simulator."""
    path = tmp_path / "connections.toml"
    path.write_text(FILE)
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    ours = {"SQSDASH_CONNECTIONS_FILE": path, "SQSDASH_EMBEDDED_SQS": True}
    settings.SQSDASH = settings.SQSDASH | ours
    return path


def test_the_simulator_stands_first_and_then_the_file(installed: Path) -> None:
    slugs = [each.slug for each in connections.all_connections()]
    assert slugs == ["local", "prod", "test", "laptop", "keys"]
    assert connections.get("laptop")
    assert connections.get("nowhere") is None


def test_a_bad_file_stops_the_program_with_the_line(installed: Path) -> None:
    installed.write_text(FILE.replace("eu-west-1", "Ireland"))
    with pytest.raises(ImproperlyConfigured, match=r"connections\.toml, line 6: region is"):
        connections.all_connections()


def test_keys_are_read_from_the_variables_that_are_named(installed: Path) -> None:
    found = connections.get("keys")
    assert found
    client: Any = connections.client(found)
    credentials = client._request_signer._credentials
    assert (credentials.access_key, credentials.secret_key, credentials.token) == (
        "AKIDEXAMPLE",
        "canary-secret",
        "canary-token",
    )
    assert client.meta.region_name == "us-gov-west-1"
    assert "canary" not in repr(found)


def test_a_profile_without_credentials_falls_back_on_nothing(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "config"
    empty.write_text("[profile mara]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(empty))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "HOSTKEY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "host-secret")
    found = connections.get("laptop")
    assert found
    with pytest.raises(NoCredentials, match='Profile "mara" holds no credentials'):
        connections.client(found)


def test_a_client_is_made_once_for_a_connection(installed: Path) -> None:
    found = connections.get("keys")
    assert found
    assert connections.client(found) is connections.client(found)


def test_a_process_that_was_forked_makes_its_own(installed: Path) -> None:
    found = connections.get("keys")
    assert found
    connections.client(found)
    child = os.fork()
    if child == 0:
        os._exit(len(connections._clients))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(connections._clients) == 1
