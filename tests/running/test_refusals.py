"""A start that cannot succeed says why, in a sentence that names what to change."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import RunDashboard
from tests.running.dashboard import refused_start


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_web_port_in_use_is_named_with_the_setting_that_changes_it(
    tmp_path: Path, taken_port: int
) -> None:
    said = refused_start(tmp_path / "data", SQSDASH_PORT=taken_port)
    assert f"port {taken_port} on 127.0.0.1 cannot be used: Address already in use" in said
    assert "Set SQSDASH_PORT to another port" in said


def test_a_simulator_port_in_use_is_named_with_the_setting_that_changes_it(
    tmp_path: Path, taken_port: int
) -> None:
    said = refused_start(tmp_path / "data", SQSDASH_EMBEDDED_SQS_PORT=taken_port)
    assert "Set SQSDASH_EMBEDDED_SQS_PORT to another port" in said


def test_an_address_that_is_not_this_machines_is_refused(tmp_path: Path) -> None:
    said = refused_start(tmp_path / "data", SQSDASH_HOST="192.0.2.1")
    assert "SQSDASH_HOST is '192.0.2.1', and that is no address of this machine" in said


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("SQSDASH_PORT", "eighty"),
        ("SQSDASH_EMBEDDED_SQS", "yes"),
        ("SQSDASH_CONNECTIONS_FILE", "/nowhere/connections.toml"),
        ("DJANGO_SUPERUSER_USERNAME", "not a name"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(tmp_path: Path, setting: str, value: str) -> None:
    said = refused_start(tmp_path / "data", **{setting: value})
    assert f"{setting} is '{value}'" in said


def test_a_decoder_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = refused_start(tmp_path / "data", SQSDASH_DECODERS="nowhere.Invoice")
    assert "SQSDASH_DECODERS names “nowhere.Invoice”, which cannot be used" in said
    assert "there is no module nowhere" in said


def test_a_mistake_in_the_connections_file_is_shown_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "connections.toml"
    file.write_text('[connections.shop]\nregion = "Europe"\ncredentials = "default-chain"\n')
    said = refused_start(tmp_path / "data", SQSDASH_CONNECTIONS_FILE=str(file))
    assert f"{file}, line 2: region is 'Europe'" in said


def test_a_data_folder_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = refused_start(tmp_path / "file" / "data")
    assert f"SQSDASH_DATA_DIR is '{tmp_path}/file/data'" in said


def test_a_database_that_does_not_answer_stops_the_start_without_showing_its_password(
    tmp_path: Path, free_port: int
) -> None:
    url = f"postgres://shop:hush@127.0.0.1:{free_port}/shop"
    said = refused_start(tmp_path / "data", DATABASE_URL=url)
    assert "the database of DATABASE_URL cannot be used" in said
    assert "hush" not in said


def test_a_second_run_in_the_same_data_folder_is_refused_and_the_first_goes_on(
    run_dashboard: RunDashboard,
) -> None:
    first = run_dashboard()
    said = refused_start(first.folder)
    assert f"the data folder {first.folder} is in use" in said
    first.sign_in()
