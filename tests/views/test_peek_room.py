"""A peek stores what it receives: where there is no room, it receives nothing."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client

from queues.jobs import space
from queues.models import Dump
from simulator import Simulator
from tests.views.conftest import QUEUE
from tests.views.page import page

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_full_store_is_said_before_anything_is_received(
    operator: Client, simulator: Simulator, orders: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.SQSDASH, "SQSDASH_STORE_GIGABYTES", 0)
    monkeypatch.setattr(space, "_last", None)
    typed = {"messages": 10, "wait": 1, "visibility_timeout": 30}
    answer = operator.post(f"{QUEUE}peek/", typed)
    said = page(answer, HTTPStatus.UNPROCESSABLE_ENTITY).complaints
    assert "The store is full" in said
    assert "No message was received." in said
    assert simulator.calls["ReceiveMessage"] == 0
    assert not Dump.objects.exists()


def test_a_dump_begins_with_the_time_limit_of_the_settings(
    operator: Client, orders: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.SQSDASH, "SQSDASH_SWEEP_MINUTES", 45)
    assert page(operator.get(f"{QUEUE}dump/")).fields["minutes"] == "45"
