"""The README tells the truth about the settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sqsdash.environment import SETTINGS, Setting

README = Path(__file__).resolve().parent.parent / "README.md"
# | `NAME` | meaning | default |, or two names that belong together, with two defaults.
ROW = re.compile(r"^\|([^|]+)\|[^|]+\|([^|]+)\|\s*$", re.MULTILINE)


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
    table = documented(README.read_text())
    assert setting.name in table, f"the README's table of settings lacks {setting.name}"
    if setting.default is None:
        assert not table[setting.name].startswith("`"), "there is no default to write in code"
    else:
        assert table[setting.name].strip("`") == setting.default


def test_the_readme_lists_no_setting_that_is_not_there() -> None:
    ours = {name for name in documented(README.read_text()) if name.startswith("SQSDASH_")}
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
