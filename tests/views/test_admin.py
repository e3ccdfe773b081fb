"""Django's admin: people, and a look at our rows that changes nothing."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client

from queues.models import AuditEntry, ConnectionStatus, Dump, Job, Queue
from tests.views.page import page
from tests.views.store import job_of, many

pytestmark = pytest.mark.django_db(databases="__all__")

OURS = [
    model for model in apps.get_app_config("queues").get_models() if model in admin.site._registry
]


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root", password="root's password"))
    return client


@pytest.fixture
def a_row_of_each(mara: User) -> None:
    job_of(many(1))
    AuditEntry.objects.create(user=mara, username="mara", action="peek")
    ConnectionStatus.objects.create(connection="local")
    Queue.objects.create(connection="local", name="orders")


def path(row: object) -> str:
    meta = type(row)._meta  # type: ignore[attr-defined]
    return f"/admin/{meta.app_label}/{meta.model_name}/{row.pk}/"  # type: ignore[attr-defined]


@pytest.mark.parametrize("model", OURS, ids=[model.__name__ for model in OURS])
def test_rows_can_be_looked_at_and_not_changed(
    model: type, administrator: Client, a_row_of_each: None
) -> None:
    row = model.objects.get()  # type: ignore[attr-defined]
    listed = path(row).rsplit("/", 2)[0] + "/"
    assert page(administrator.get(listed)).text
    assert "Save" not in page(administrator.get(f"{path(row)}change/")).text
    for act in ("change", "delete"):
        answer = administrator.post(f"{path(row)}{act}/", {"post": "yes"})
        assert answer.status_code == HTTPStatus.FORBIDDEN
    assert administrator.get(f"{listed}add/").status_code == HTTPStatus.FORBIDDEN
    assert model.objects.count() == 1  # type: ignore[attr-defined]


def test_peeks_are_private_here_too(administrator: Client) -> None:
    peek = Dump.begin(Dump.Kind.PEEK, "local", "orders", "mara")
    assert "0 dumps" in page(administrator.get("/admin/queues/dump/")).text
    assert administrator.get(f"{path(peek)}change/").status_code == HTTPStatus.FOUND


def test_it_is_for_staff_only(operator: Client) -> None:
    assert operator.get("/admin/").status_code == HTTPStatus.FOUND
    assert "Admin" not in page(operator.get("/jobs/")).links


def test_staff_find_it_in_the_sidebar(administrator: Client) -> None:
    assert page(administrator.get("/jobs/")).links["Admin"] == "/admin/"
    assert not Job.objects.exists()
