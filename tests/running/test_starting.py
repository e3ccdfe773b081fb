"""Starting the dashboard and stopping it, as somebody does who has just cloned it."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import RunDashboard


def test_the_first_start_says_where_to_go_and_how_to_sign_in(run_dashboard: RunDashboard) -> None:
    dashboard = run_dashboard(SQSDASH_EMBEDDED_SQS_SAMPLES="on")
    assert "local" in dashboard.sign_in().get("/").text
    assert dashboard.sqs.list_queues()["QueueUrls"], "there are sample queues"
    assert dashboard.stop() == 0


def test_the_second_start_keeps_user_and_data_and_prints_no_password(
    run_dashboard: RunDashboard, tmp_path: Path
) -> None:
    first = run_dashboard(folder=tmp_path / "data")
    first.sqs.create_queue(QueueName="orders")
    dump = first.sign_in().dump("orders")
    first.stop()
    second = run_dashboard(folder=tmp_path / "data")
    assert first.password not in second.said
    second.password = first.password
    assert "orders" in second.sign_in().get(dump).text


def test_a_given_password_signs_in_and_is_never_printed_or_kept_in_clear(
    run_dashboard: RunDashboard,
) -> None:
    given = {"DJANGO_SUPERUSER_USERNAME": "mara", "DJANGO_SUPERUSER_PASSWORD": "Zwölf Boxkämpfer"}
    dashboard = run_dashboard(SQSDASH_EMBEDDED_SQS="off", **given)
    assert dashboard.username == "mara"
    dashboard.sign_in()
    dashboard.stop()
    assert "Boxkämpfer" not in dashboard.said
    written = [file for file in dashboard.folder.rglob("*") if file.is_file()]
    assert not [file for file in written if "Boxkämpfer".encode() in file.read_bytes()]


def test_two_dashboards_run_side_by_side_and_know_nothing_of_each_other(
    run_dashboard: RunDashboard,
) -> None:
    shop, bank = run_dashboard(), run_dashboard()
    shop.sqs.create_queue(QueueName="orders")
    assert bank.sqs.list_queues().get("QueueUrls") is None
    shop.stop()
    bank.sign_in()


def test_the_data_folder_may_have_any_name_and_is_for_its_owner_alone(
    run_dashboard: RunDashboard, tmp_path: Path
) -> None:
    folder = tmp_path / "Mara's 100% #1 ; data?"
    dashboard = run_dashboard(folder=folder, SQSDASH_EMBEDDED_SQS="off", SQSDASH_HOST="::1")
    assert dashboard.url.startswith("http://[::1]:")
    dashboard.sign_in()
    written = list(dashboard.folder.rglob("*"))
    assert [path for path in written if path.stat().st_mode & 0o077] == []
