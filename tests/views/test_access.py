"""Who sees what: every address of the urlconf, asked by strangers, by others, and wrongly."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from queues.access import may
from queues.models import AuditEntry, Dump, Job
from queues.urls import urlpatterns
from tests.views.conftest import QUEUE
from tests.views.page import page

pytestmark = pytest.mark.django_db(databases="__all__")

FOR_MACHINES = {"healthz", "readyz"}
SAFE = {"GET", "HEAD"}
FORM = {*SAFE, "POST"}
# What each page takes; one that is missing here takes only GET and HEAD.
TAKES = {
    **dict.fromkeys(("peek", "send", "start_dump", "settings", "delete", "new_queue"), FORM),
    "delete_dump": FORM,
    **dict.fromkeys(("clear", "delete_selected", "move", "redrive"), FORM),
    "cancel_move_task": {"POST"},
    **dict.fromkeys(("upload", "upload_anywhere", "restore", "resend"), FORM),
    **dict.fromkeys(("columns", "find"), FORM),
    **{name: {"POST"} for name in ("read_as", "add_column", "save_filter", "delete_filter")},
    "pin_dump": {"POST"},
    **{name: {"POST"} for name in ("check_message", "lay_out_body")},
    "send_many": FORM,
    **{name: {"POST"} for name in ("cancel_job", "undo_job", "release_job")},
}
ARGUMENTS: dict[str, Any] = {
    "connection": "local",
    "name": "orders",
    "dump_id": uuid.UUID(int=1),
    "job_id": uuid.UUID(int=2),
    "ordinal": 1,
    "part": "raw",
    "number": 1,
    "pk": 1,
}


class Address(NamedTuple):
    name: str
    path: str


def addresses() -> Iterator[Address]:
    """Every address there is; a kind of argument that is not known here is an error."""
    for pattern in urlpatterns:
        assert pattern.name, pattern
        given = {name: ARGUMENTS[name] for name in pattern.pattern.converters}
        yield Address(pattern.name, reverse(f"queues:{pattern.name}", kwargs=given))


ADDRESSES = list(addresses())
for_every_address = pytest.mark.parametrize("address", ADDRESSES, ids=[a.name for a in ADDRESSES])


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "address",
    [a for a in ADDRESSES if a.name not in FOR_MACHINES],
    ids=[a.name for a in ADDRESSES if a.name not in FOR_MACHINES],
)
def test_a_stranger_is_led_to_sign_in(address: Address, method: str, client: Client) -> None:
    answer = getattr(client, method)(address.path)
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("name", sorted(FOR_MACHINES))
def test_a_machine_may_ask_whether_all_is_well(name: str, client: Client) -> None:
    assert client.get(f"/{name}").status_code == HTTPStatus.OK


@for_every_address
def test_a_page_takes_only_the_methods_it_is_made_for(
    address: Address, operator: Client, orders: str
) -> None:
    refused = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} - TAKES.get(address.name, SAFE)
    for method in sorted(refused):
        answer = operator.generic(method, address.path)
        assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED, method
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "address",
    [a for a in ADDRESSES if "POST" in TAKES.get(a.name, SAFE)],
    ids=[a.name for a in ADDRESSES if "POST" in TAKES.get(a.name, SAFE)],
)
def test_a_form_from_elsewhere_is_refused(address: Address, mara: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(mara)
    answer = page(browser.post(address.path), HTTPStatus.FORBIDDEN)
    assert "nothing was done" in answer.text
    assert not AuditEntry.objects.exists()


def test_every_view_of_the_project_asks_for_a_sign_in_unless_it_says_otherwise() -> None:
    """Also those that are not ours, such as Django's admin, whose own sign-in page is exempt."""
    open_to_all = {
        pattern.name
        for pattern in walk(get_resolver().url_patterns)
        if not getattr(pattern.callback, "login_required", True)
    }
    assert open_to_all == {*FOR_MACHINES, "login"}


def walk(patterns: list[Any]) -> Iterator[URLPattern]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from walk(each.url_patterns)
        else:
            yield each


def peek_of_mara() -> Dump:
    return Dump.begin(Dump.Kind.PEEK, "local", "orders", "mara")


@pytest.mark.parametrize("path", ["", "messages/1/", "download/"])
def test_a_peek_is_for_nobody_but_who_peeked(path: str, noor: Client) -> None:
    answer = page(noor.get(f"/dumps/{peek_of_mara().pk}/{path}"), HTTPStatus.FORBIDDEN)
    assert "not yours" in answer.text


def test_anothers_peek_is_not_shown_on_the_queue_page(noor: Client, orders: str) -> None:
    shown = page(noor.get(f"{QUEUE}?peek={peek_of_mara().pk}"))
    assert "Nothing was looked at yet" in shown.text


def test_peeks_stand_in_no_list_of_dumps(operator: Client, noor: Client) -> None:
    peek_of_mara()
    for browser in (operator, noor):
        assert "No dumps" in page(browser.get("/dumps/")).text


def test_somebody_who_was_deactivated_is_out(operator: Client, mara: User, orders: str) -> None:
    assert operator.get(QUEUE).status_code == HTTPStatus.OK
    User.objects.filter(pk=mara.pk).update(is_active=False)
    assert operator.get(QUEUE).status_code == HTTPStatus.FOUND


def test_the_permission_function_says_why_not() -> None:
    mara, noor = User(username="mara"), User(username="noor")
    assert may(mara, "read dump", dump=peek_of_mara())
    assert may(noor, "read dump", dump=peek_of_mara()).reason == (
        "A peek can be seen only by who peeked."
    )
    assert not may(User(username="gone", is_active=False), "peek", "local", "orders")


@pytest.mark.parametrize(
    "path",
    [
        "/connections/nowhere/queues/",
        "/connections/nowhere/queues/orders/",
        "/connections/nowhere/new-queue/",
        f"/dumps/{uuid.UUID(int=1)}/",
        f"/dumps/{uuid.UUID(int=1)}/download/",
        f"/jobs/{uuid.UUID(int=1)}/",
        "/no-such-page/",
    ],
)
def test_what_does_not_exist_is_said_to_be_missing(
    path: str, operator: Client, orders: str
) -> None:
    assert "Nothing is here" in page(operator.get(path), HTTPStatus.NOT_FOUND).text


def test_one_job_is_not_found_under_anothers_id(operator: Client) -> None:
    dump = peek_of_mara()
    job = Job.objects.create(
        kind=Job.Kind.DUMP, connection="local", queue_name="orders", dump_id=dump.pk
    )
    assert operator.get(f"/jobs/{job.pk}/").status_code == HTTPStatus.OK
    assert operator.post(f"/jobs/{uuid.uuid4()}/cancel/").status_code == HTTPStatus.NOT_FOUND
