"""Signing in and out, health, and what every answer carries."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.db import connections as databases
from django.test import Client

from queues.models.routing import store_database
from tests.views.conftest import QUEUE
from tests.views.page import page

pytestmark = pytest.mark.django_db(databases="__all__")


def test_signing_in_leads_where_one_wanted_to_go(mara: User, client: Client, orders: str) -> None:
    asked = client.get(QUEUE, follow=True)
    form = page(asked)
    assert [label.text for label in form.all("label")] == ["Username", "Password"]
    assert form.the("button", type="submit").text == "Sign in"
    typed = form.fields | {"username": "mara", "password": "mara's password"}
    arrived = client.post(asked.redirect_chain[0][0], typed, follow=True)
    assert page(arrived).the("h1").text == "orders"


def test_a_wrong_password_gets_a_sentence_and_keeps_the_name(mara: User, client: Client) -> None:
    form = page(client.post("/login/", {"username": "mara", "password": "guess"}))
    assert "Please enter a correct username and password." in form.complaints
    assert form.fields["username"] == "mara"
    assert form.fields["password"] == ""


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_signing_in_leads_to_no_other_site(elsewhere: str, mara: User, client: Client) -> None:
    typed = {"username": "mara", "password": "mara's password", "next": elsewhere}
    assert client.post("/login/", typed).headers["Location"] == "/"


def test_signing_out_takes_a_click_and_ends_it(operator: Client, orders: str) -> None:
    assert operator.get("/logout/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert "Sign out" in page(operator.get(QUEUE)).text
    assert "Sign in" in page(operator.post("/logout/", follow=True)).text
    assert operator.get(QUEUE).status_code == HTTPStatus.FOUND


def test_the_policy_lets_no_foreign_script_run(operator: Client, orders: str) -> None:
    for path in (QUEUE, "/login/", "/no-such-page/"):
        policy = operator.get(path).headers["Content-Security-Policy"]
        for rule in (
            "default-src 'none'",
            "require-trusted-types-for 'script'",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ):
            assert rule in policy, path
        assert "unsafe" not in policy


def test_each_page_has_a_nonce_of_its_own_that_its_scripts_carry(
    operator: Client, orders: str
) -> None:
    nonces = set()
    for _ in range(2):
        answer = operator.get(QUEUE)
        scripts = page(answer).all("script")
        carried = {script.attributes["nonce"] for script in scripts if "defer" in script.attributes}
        [nonce] = carried
        assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
        nonces.add(nonce)
    assert len(nonces) == 2


def test_no_cache_keeps_a_page(operator: Client, orders: str) -> None:
    answer = operator.get(QUEUE)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "HX-Request" in answer.headers["Vary"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_it_is_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"alive": True}
    assert client.get("/readyz").json() == {"ready": True}


def test_it_is_not_ready_while_a_database_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OSError("connection refused")

    monkeypatch.setattr(databases[store_database()], "cursor", away)
    answer = client.get("/readyz")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.json() == {"ready": False, store_database(): "OSError"}
    assert client.get("/healthz").status_code == HTTPStatus.OK
