"""What the environment says, and what is said of it when it says something wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqsdash.environment import BROKER_SCHEMES, SETTINGS, BadSetting, read


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
