"""What the documents say is so: settings, examples, permissions, files, floors."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path

import botocore.session
import pytest

from queues.connections_file import ConnectionsFile
from queues.formats import Record, json_lines
from simulator import Simulator
from simulator.faults import Kind
from sqsdash.environment import SETTINGS, Setting
from tests.test_architecture import FLOORS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
DOCUMENTS = sorted(ROOT.glob("*.md"))
EXAMPLE = ROOT / "examples" / "connections.toml"

# | `NAME` | meaning | default |, or two names that belong together, with two defaults.
ROW = re.compile(r"^\|([^|]+)\|[^|]+\|([^|]+)\|\s*$", re.MULTILINE)
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
# The library can do this; no page does.
NOT_ON_PAGES = {"ListQueueTags"}


def blocks(language: str) -> list[str]:
    """The README's blocks of code in a language."""
    return [text for _, found, text in BLOCK.findall(README) if found == language]


def documented(text: str) -> dict[str, str]:
    """What a text's tables say each setting's default is: `in code` a value, else in words."""
    table: dict[str, str] = {}
    for names, default in ROW.findall(text):
        found = re.findall(r"`([A-Z][A-Z_]+)`", names)
        defaults = [each.strip() for each in default.split(",")] if len(found) > 1 else [default]
        table |= zip(found, (each.strip() for each in defaults), strict=False)
    return table


@pytest.mark.parametrize("setting", SETTINGS, ids=[setting.name for setting in SETTINGS])
def test_the_readme_lists_each_setting_with_its_default(setting: Setting) -> None:
    table = documented(README)
    assert setting.name in table, f"the README's table of settings lacks {setting.name}"
    if setting.default is None:
        assert not table[setting.name].startswith("`"), "there is no default to write in code"
    else:
        assert table[setting.name].strip("`") == setting.default


def test_the_readme_lists_no_setting_that_is_not_there() -> None:
    ours = {name for name in documented(README) if name.startswith("SQSDASH_")}
    for_tests = {name for name in ours if name.startswith("SQSDASH_TEST_")}
    assert ours - for_tests <= {setting.name for setting in SETTINGS}


def test_a_table_is_read_row_by_row() -> None:
    text = (
        "| variable | meaning | default |\n|---|---|---|\n"
        "| `SQSDASH_HOST`, `SQSDASH_PORT` | web address | `127.0.0.1`, `8000` |\n"
        "| `DATABASE_URL` | people | an SQLite file, in the data folder |\n"
    )
    assert documented(text) == {
        "SQSDASH_HOST": "`127.0.0.1`",
        "SQSDASH_PORT": "`8000`",
        "DATABASE_URL": "an SQLite file, in the data folder",
    }


def run(code: str, simulator: Simulator) -> None:
    here = 'endpoint_url="http://127.0.0.1:9324"'
    assert code.count(here) == 1
    code = code.replace(here, f'endpoint_url="{simulator.endpoint}"')
    exec(compile(code, "README.md", "exec"), {"__name__": "__main__"})


def test_the_readmes_boto3_example_talks_to_the_simulator(
    simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    run(blocks("python")[0], simulator)
    assert capsys.readouterr().out == "Hello, queue!\n"


def test_the_readmes_tour_of_the_library_prints_what_it_says(
    simulator: Simulator,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run(blocks("python")[1], simulator)
    [said] = blocks("text")
    assert capsys.readouterr().out == said
    dumped = (tmp_path / "myqueue.txt").read_text().split("\n==\n")
    assert sorted(dumped) == [json.dumps({"order": number}) for number in range(2, 6)]


@pytest.mark.parametrize("text", [*blocks("toml"), EXAMPLE.read_text()], ids=["README", "example"])
def test_the_example_of_a_connections_file_is_one(text: str, tmp_path: Path) -> None:
    tables = tomllib.loads(text)["connections"]
    variables = {
        name for table in tables.values() for key, name in table.items() if "variable" in key
    }
    file = tmp_path / "connections.toml"
    file.write_text(text)
    read = ConnectionsFile(file, dict.fromkeys(variables, "set")).read(taken={"local"})
    assert {connection.credentials for connection in read} == {
        "default-chain",
        "environment",
        "profile",
        "role",
    }


def operations_used() -> set[str]:
    """The operations of SQS that the service module names."""
    all_operations = botocore.session.get_session().get_service_model("sqs").operation_names
    constants = {
        node.value
        for path in (ROOT / "queues" / "sqs").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
    }
    return {operation for operation in all_operations if operation in constants}


def test_the_policy_allows_what_is_called_and_no_more() -> None:
    [policy] = [json.loads(text) for text in blocks("json") if '"Statement"' in text]
    actions = [statement["Action"] for statement in policy["Statement"]]
    allowed = {actions[0], *actions[1]}
    used = {operation.removesuffix("Batch") for operation in operations_used()} - NOT_ON_PAGES
    assert allowed == {f"sqs:{operation}" for operation in used}


def test_a_message_of_a_dump_is_written_as_the_readme_shows_it() -> None:
    [text] = [text for text in blocks("json") if '"message_id"' in text]
    shown = json.loads(text)
    [record] = json_lines.read([json.dumps(shown).encode()])
    assert isinstance(record, Record)
    assert [json.loads(chunk) for chunk in json_lines.write([record])] == [shown]


def test_the_readme_names_every_fault() -> None:
    kinds = re.search(r"^Kinds: (.*?);", README, re.MULTILINE | re.DOTALL)
    assert kinds is not None
    assert re.findall(r"`(\w+)`", kinds[1]) == [kind.value for kind in Kind]


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_a_document_names_only_files_that_are_there(document: Path) -> None:
    text = document.read_text()
    linked = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|md|toml|txt))`", text)
    # `./var` is made by the first start.
    given = [name for name in [*linked, *named] if not name.startswith("./")]
    missing = [name for name in given if not (ROOT / name).exists()]
    assert missing == []


def test_the_floors_are_drawn_as_they_are_held() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    drawn = text.partition("## Floors")[2].partition("\n\n    ")[2].partition("\n\n")[0]
    floors = [tuple(line.split("  ")[0].split(", ")) for line in map(str.strip, drawn.split("\n"))]
    assert floors == list(FLOORS)
