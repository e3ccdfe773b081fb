"""What others wrote is pinned: each such file is listed, with its version, licence and sum."""

import hashlib
import json
from typing import Any

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
FOLDERS = ("vendor", "fonts", "icons")
MANIFEST: list[dict[str, Any]] = json.loads((STATIC / "vendor/manifest.json").read_text())
LISTED: dict[str, str] = {
    file["path"]: file["sha256"] for package in MANIFEST for file in package["files"]
}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_every_vendored_file_is_listed_and_every_listed_file_is_there() -> None:
    present = {
        path.relative_to(STATIC).as_posix()
        for folder in FOLDERS
        for path in (STATIC / folder).rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert present == set(LISTED)


@pytest.mark.parametrize(("path", "expected"), LISTED.items(), ids=LISTED.keys())
def test_a_vendored_file_has_the_sum_that_is_listed(path: str, expected: str) -> None:
    assert sha256((STATIC / path).read_bytes()) == expected


@pytest.mark.parametrize("package", MANIFEST, ids=lambda package: str(package["name"]))
def test_a_vendored_package_says_its_version_licence_and_source(package: dict[str, Any]) -> None:
    assert package["licence"] in {"0BSD", "ISC", "OFL-1.1"}
    assert package["version"] in package["source"]
    assert any(file["path"].startswith("vendor/licenses/") for file in package["files"])


def test_the_bundle_is_htmx_then_hx_csp_and_nothing_else() -> None:
    bundle = (STATIC / "vendor/htmx-4.0.1.bundle.js").read_bytes()
    contains = next(p["contains"] for p in MANIFEST if p["name"].startswith("htmx"))
    parts = bundle.split(b"\n")
    assert parts.pop() == b""
    assert [sha256(part) for part in parts] == [part["sha256"] for part in contains]
