"""The environment is made on a fresh clone, made anew where it is half-made, else left alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running.dashboard import ROOT


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose requirements are empty, so that nothing is downloaded."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "ensure_env.py", tmp_path / "scripts")
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "requirements-dev.txt").touch()
    return tmp_path


def start(clone: Path, kind: str = "run") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(clone / "scripts" / "ensure_env.py"), kind],
        env={"PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def said(process: subprocess.Popen[str], status: int = 0) -> str:
    output, _ = process.communicate(timeout=120)
    assert process.returncode == status, output
    return output


def test_two_starts_at_once_on_a_fresh_clone_make_one_environment(clone: Path) -> None:
    first, second = start(clone), start(clone)
    both = said(first) + said(second)
    assert both.count("Making the environment") == 1
    assert (clone / ".venv" / "bin" / "python").exists()
    assert said(start(clone)) == "", "the next start has nothing to do"
    assert "requirements-dev.txt" in said(start(clone, "dev"))
    assert said(start(clone, "run")) == "", "what tests need includes what the dashboard needs"


def test_an_environment_that_was_never_finished_is_made_anew(clone: Path) -> None:
    (clone / ".venv" / "lib" / "half").mkdir(parents=True)
    (clone / ".venv" / "unfinished").touch()
    assert "Making the environment" in said(start(clone))
    assert not (clone / ".venv" / "lib" / "half").exists()


def test_a_package_that_cannot_be_installed_is_said_in_pips_own_words(clone: Path) -> None:
    (clone / "requirements.txt").write_text("-r no-such-file.txt\n")
    said_of_it = said(start(clone), status=1)
    assert "no-such-file.txt" in said_of_it
    assert "The packages could not be installed" in said_of_it
    (clone / "requirements.txt").write_text("")
    assert "Making" not in said(start(clone)), "the environment itself was sound"
