"""What the environment says, and what is said of it when it says something wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqsdash.environment import BROKER_SCHEMES, SETTINGS, BadSetting, read
from sqsdash.running.programs import programs


def test_with_nothing_set_every_setting_has_its_default() -> None:
    values = read({})
    assert values["SQSDASH_HOST"] == "127.0.0.1"
    assert values["SQSDASH_PORT"] == 8000
    assert values["SQSDASH_DATA_DIR"] == Path("var").absolute()
    assert values["SQSDASH_CONNECTIONS_FILE"] is None
    assert values["SQSDASH_EMBEDDED_SQS"] is True
    assert values["SQSDASH_EMBEDDED_SQS_PORT"] == 9324
    assert values["SQSDASH_EMBEDDED_SQS_SAMPLES"] is True
    assert values["DJANGO_SUPERUSER_USERNAME"] == "admin"
    assert values.keys() == {setting.name for setting in SETTINGS}


def test_an_empty_variable_counts_as_not_set() -> None:
    assert read({"SQSDASH_PORT": "", "DATABASE_URL": ""}) == read({})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SQSDASH_PORT", "http", "must be a whole number from 1 to 65535"),
        ("SQSDASH_PORT", "0", "must be a whole number from 1 to 65535"),
        ("SQSDASH_PORT", "65536", "must be a whole number from 1 to 65535"),
        ("SQSDASH_PORT", "٨٠", "must be a whole number from 1 to 65535"),
        ("SQSDASH_EMBEDDED_SQS", "true", "must be on or off"),
        ("SQSDASH_SAMPLE_SECONDS", "0", "must be a whole number of seconds from 1 to 3600"),
        ("SQSDASH_SWEEP_WAIT_SECONDS", "21", "must be a whole number of seconds from 1 to 20"),
        ("SQSDASH_SWEEP_WAIT_SECONDS", "0.5", "must be a whole number of seconds from 1 to 20"),
        ("SQSDASH_JOB_THREADS", "0", "must be a whole number from 1 to 64"),
        (
            "SQSDASH_REAP_SECONDS",
            "nan",
            "must be a number of seconds from 0.05 to 1,000,000, such as 2 or 0.5",
        ),
        (
            "SQSDASH_REAP_SECONDS",
            "-1",
            "must be a number of seconds from 0.05 to 1,000,000, such as 2 or 0.5",
        ),
        (
            "SQSDASH_DUMP_DAYS",
            "14 days",
            "must be a number of days from 0.0001 to 36,500, such as 2 or 0.5",
        ),
        ("SQSDASH_CONNECTIONS_FILE", "/nowhere.toml", "must be a file that exists"),
        ("SQSDASH_DATA_DIR", __file__, "must be a folder, and this is a file"),
    ],
)
def test_a_bad_value_is_named_with_what_it_must_be(name: str, value: str, sentence: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read({name: value})
    assert str(refused.value) == f"{name} is {value!r}; it {sentence}."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://shop:hush@db/shop"),
        ("DATABASE_URL", "postgres://shop:hush@db:port/shop"),
        ("SQSDASH_STORE_URL", "postgres://shop:hush@[db/shop"),
        ("CELERY_BROKER_URL", "kafka://shop:hush@broker"),
        ("CELERY_BROKER_URL", "hush"),
    ],
)
def test_a_bad_url_is_refused_without_showing_what_is_secret_in_it(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read({name: value})
    assert name in str(refused.value)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("scheme", BROKER_SCHEMES)
def test_every_broker_that_is_offered_is_accepted(scheme: str) -> None:
    assert read({"CELERY_BROKER_URL": f"{scheme}://broker"})["CELERY_BROKER_URL"]


def test_host_names_are_separated_by_commas() -> None:
    assert read({"SQSDASH_ALLOWED_HOSTS": "sqs.example, queues.example,"})[
        "SQSDASH_ALLOWED_HOSTS"
    ] == ["sqs.example", "queues.example"]


def test_a_test_in_a_hurry_may_ask_for_fractions_of_a_second() -> None:
    values = read({"SQSDASH_JOB_HEARTBEAT_SECONDS": "0.05", "SQSDASH_JOB_LEASE_SECONDS": "3"})
    assert values["SQSDASH_JOB_HEARTBEAT_SECONDS"] == 0.05
    assert values["SQSDASH_JOB_LEASE_SECONDS"] == 3


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        (
            {"SQSDASH_JOB_LEASE_SECONDS": "30"},
            "SQSDASH_JOB_LEASE_SECONDS is 30; it must be more than 3 times "
            "SQSDASH_JOB_HEARTBEAT_SECONDS, which is 10, or a worker loses its job when one "
            "heartbeat comes late.",
        ),
        (
            {"SQSDASH_READ_SECONDS": "20", "SQSDASH_SWEEP_WAIT_SECONDS": "20"},
            "SQSDASH_READ_SECONDS is 20; it must be more than SQSDASH_SWEEP_WAIT_SECONDS, which "
            "is 20, or a receive is given up before SQS answers.",
        ),
        (
            {"SQSDASH_CALL_SECONDS": "1.5"},
            "SQSDASH_CALL_SECONDS is 1.5; it must be more than SQSDASH_READ_SECONDS, which is 25, "
            "or no request is ever waited for as long as that.",
        ),
    ],
)
def test_values_that_cannot_hold_together_stop_the_start(
    environ: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadSetting) as refused:
        read(environ)
    assert str(refused.value) == sentence


def test_as_many_jobs_run_at_once_as_is_set() -> None:
    chosen = programs(embedded_sqs_port=None, samples=False, job_threads=7)
    [jobs] = [program for program in chosen if program.name == "jobs"]
    assert "--queues jobs --concurrency 7 " in jobs.command
