"""Make .venv with the pinned packages, or leave it alone where it has them already.

    python3 scripts/ensure_env.py run|dev

Standard library only: this runs before anything is installed. Two at once are safe.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = VENV / "ensure.lock"
UNFINISHED = VENV / "unfinished"  # there while an installation is under way
INSTALLED = VENV / "installed.json"  # the sums of the requirements that were installed
NEEDED = (3, 11)
# dev's file includes run's, so both must be unchanged.
FILES = {
    "run": ["requirements.txt"],
    "dev": ["requirements.txt", "requirements-dev.txt"],
}


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind not in FILES:
        sys.exit("usage: ensure_env.py run|dev")
    if sys.version_info < NEEDED:
        sys.exit(
            "sqsdash needs Python 3.11 or newer, and {} is {}.{}. Name another one: "
            "make run PYTHON=python3.12".format(sys.executable, *sys.version_info[:2])
        )
    VENV.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if UNFINISHED.exists() or not is_usable():
            make()
        if not is_installed(kind):
            install(kind)


def is_usable() -> bool:
    """There is a Python of the right age in it: the one it was made from may be gone."""
    check = f"import sys, pip; sys.exit(sys.version_info < {NEEDED})"
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", check], check=False).returncode == 0


def make() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "This Python cannot make virtual environments. On Debian or Ubuntu install its "
            "package: apt install python{}.{}-venv".format(*sys.version_info[:2])
        )
    say("Making the environment .venv with Python {}.{}.{}".format(*sys.version_info[:3]))
    for entry in VENV.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry != LOCK:
            entry.unlink()
    UNFINISHED.touch()
    status = run([sys.executable, "-m", "venv", str(VENV)])
    if status:
        sys.exit(status)


def is_installed(kind: str) -> bool:
    """What this kind needs is there. An environment for dev serves run, too."""
    try:
        sums = json.loads(INSTALLED.read_text())
    except (OSError, ValueError):
        return False
    return all(sums.get(name) == checksum(name) for name in FILES[kind])


def install(kind: str) -> None:
    say(f"Installing what {FILES[kind][-1]} lists into .venv")
    # Left behind by an installation that was cut short: then all is made anew.
    UNFINISHED.touch()
    pip = [str(PYTHON), "-m", "pip", "-qq", "--disable-pip-version-check"]
    failed = run([*pip, "install", "-r", str(ROOT / FILES[kind][-1])])
    UNFINISHED.unlink()
    if failed:
        sys.exit("The packages could not be installed: pip says why above.")
    INSTALLED.write_text(json.dumps({name: checksum(name) for name in FILES[kind]}))


def checksum(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def run(command: list[str]) -> int:
    """Its exit status; what it prints is passed on."""
    # An outer environment's variables must not lead pip or venv elsewhere.
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH")}
    return subprocess.run(command, env=clean, check=False).returncode


def say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    main()
