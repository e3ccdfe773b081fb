"""Starting the dashboard, as somebody does who has just cloned it."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.conftest import RunDashboard


def test_the_first_start_says_how_to_sign_in_and_the_second_keeps_it_all(
    run_dashboard: RunDashboard, tmp_path: Path
) -> None:
    first = run_dashboard(folder=tmp_path / "data", SQSDASH_EMBEDDED_SQS_SAMPLES="on")
    mara = first.sign_in()
    assert "local" in mara.get("/").text
    assert len(first.sqs.list_queues()["QueueUrls"]) > 1, "there are sample queues"
    dump = mara.dump("reports-nightly")
    assert first.stop() == 0

    second = run_dashboard(folder=tmp_path / "data")
    assert first.password not in second.said
    second.password = first.password
    assert "reports-nightly" in second.sign_in().get(dump).text


def test_a_given_password_signs_in_and_is_never_printed_or_kept_in_clear(
    run_dashboard: RunDashboard, tmp_path: Path
) -> None:
    given = {"DJANGO_SUPERUSER_USERNAME": "mara", "DJANGO_SUPERUSER_PASSWORD": "Zwölf Boxkämpfer"}
    folder = tmp_path / "Mara's 100% #1 ; data?"  # any name will do
    dashboard = run_dashboard(folder=folder, SQSDASH_EMBEDDED_SQS="off", **given)
    assert dashboard.username == "mara"
    dashboard.sign_in()
    written = list(folder.rglob("*"))
    assert [path for path in written if path.stat().st_mode & 0o077] == [], "only its owner reads"
    assert dashboard.stop(signal.SIGTERM) == 0
    assert "Boxkämpfer" not in dashboard.said
    files = [path for path in written if path.is_file()]
    assert not [path for path in files if "Boxkämpfer".encode() in path.read_bytes()]


def test_two_dashboards_run_side_by_side_and_know_nothing_of_each_other(
    run_dashboard: RunDashboard,
) -> None:
    shop, bank = run_dashboard(), run_dashboard()
    shop.sqs.create_queue(QueueName="orders")
    assert bank.sqs.list_queues().get("QueueUrls") is None
    assert shop.stop() == 0
    bank.sign_in()
