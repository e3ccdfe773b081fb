"""Starting the dashboard and stopping it, as somebody does who has just cloned it."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import RunDashboard


def test_the_first_start_says_where_to_go_and_how_to_sign_in(run_dashboard: RunDashboard) -> None:
    dashboard = run_dashboard()
    visitor = dashboard.sign_in()
    assert "local" in visitor.get("/").text
    assert dashboard.stop() == 0


def test_the_second_start_keeps_user_and_password_and_prints_no_password(
    run_dashboard: RunDashboard, tmp_path: Path
) -> None:
    first = run_dashboard(folder=tmp_path / "data")
    password = first.password
    first.stop()
    second = run_dashboard(folder=tmp_path / "data")
    assert password not in second.said
    second.password = password
    second.sign_in()
