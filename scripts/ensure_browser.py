"""Find or get a Chromium for the browser tests, say which, and keep its path in .venv/chromium.

In this order: what CHROMIUM names, a browser of the system, Debian's package (only as root),
Playwright's own download.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FOUND = Path(__file__).resolve().parent.parent / ".venv" / "chromium"


def main() -> None:
    for way, find in WAYS.items():
        path = find()
        if path and works(path):
            FOUND.write_text(path)
            print(f"Browser tests use {path} ({way})")
            return
    sys.exit("There is no Chromium for the browser tests. Install one, or name it in CHROMIUM.")


def named() -> str | None:
    given = os.environ.get("CHROMIUM")
    if given and not works(given):
        sys.exit(f"CHROMIUM is {given!r}, and that does not run.")
    return given


def of_the_system() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name)) and works(path)), None)


def from_debian() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Installing Debian's package chromium", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"]
    for step in (["update"], install):
        done = run(["apt-get", "-qq", *step], environment)
        if not done:
            return None
    return shutil.which("chromium")


def from_playwright() -> str | None:
    print("Downloading Playwright's own Chromium", flush=True)
    if not run([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ)):
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def run(command: list[str], environment: dict[str, str]) -> bool:
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL).returncode == 0


def works(path: str) -> bool:
    """It starts: Ubuntu's package of this name, for one, may be a script that asks for a snap."""
    try:
        return not subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode
    except (OSError, subprocess.TimeoutExpired):
        return False


WAYS: dict[str, Callable[[], str | None]] = {
    "named by CHROMIUM": named,
    "found here": of_the_system,
    "Debian's package": from_debian,
    "Playwright's own": from_playwright,
}

if __name__ == "__main__":
    main()
