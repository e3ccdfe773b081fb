"""Django's settings, all of them made from the environment (see environment.py)."""

import os
import secrets
import socket
from pathlib import Path
from typing import Any
from urllib.parse import quote

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from sqsdash import environment

BASE_DIR = Path(__file__).resolve().parent.parent

try:
    SQSDASH = environment.read(os.environ)
except environment.BadSetting as bad:
    raise ImproperlyConfigured(str(bad)) from None

DATA_DIR: Path = SQSDASH["SQSDASH_DATA_DIR"]


try:
    DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(
        f"SQSDASH_DATA_DIR is {str(DATA_DIR)!r}, and this folder cannot be made: {error.strerror}."
    ) from None


def kept_secret_key() -> str:
    """The key in the data folder, made on the first start; only its owner may read it."""
    path = DATA_DIR / "secret_key"
    try:
        if not path.exists():
            fresh = DATA_DIR / f"secret_key.{os.getpid()}"
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(50))
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass  # another process was first: its key is the one
            finally:
                fresh.unlink()
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"SQSDASH_DATA_DIR is {str(DATA_DIR)!r}, and the secret key cannot be kept there: "
            f"{error.strerror}."
        ) from None


SECRET_KEY = SQSDASH["SQSDASH_SECRET_KEY"] or kept_secret_key()
DEBUG = False
HOST: str = SQSDASH["SQSDASH_HOST"]
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    f"[{HOST}]" if ":" in HOST else HOST,
    *(SQSDASH["SQSDASH_ALLOWED_HOSTS"] or []),
]
if HOST in ("0.0.0.0", "::"):
    ALLOWED_HOSTS.append(socket.gethostname())

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "queues",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "queues.middleware.NoStoreMiddleware",
    "queues.middleware.HtmxRedirectMiddleware",
    "queues.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "queues.middleware.SqsErrorMiddleware",
]

ROOT_URLCONF = "sqsdash.urls"
WSGI_APPLICATION = "sqsdash.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["queues.templatetags.ui", "queues.templatetags.words"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "queues.context_processors.frame",
            ],
        },
    },
]


def database(url: str) -> dict[str, Any]:
    """Django's dictionary for a database URL, with what each engine needs to be safe here."""
    config: dict[str, Any] = Env.db_url_config(url)
    if config["ENGINE"].endswith("sqlite3"):
        # IMMEDIATE: a read that becomes a write cannot wait for the lock under DEFERRED, it fails.
        # FULL: what was committed before a delete or a release must survive a power cut.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": SQSDASH["SQSDASH_DATABASE_SECONDS"],
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    else:
        # A host that drops packets would hold a page, or the start, for minutes.
        config.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
        config["CONN_HEALTH_CHECKS"] = True
        config["CONN_MAX_AGE"] = 60
    return config


def sqlite_url(name: str) -> str:
    return f"sqlite:///{quote(str(DATA_DIR / name))}"


DATABASE_URL = SQSDASH["DATABASE_URL"] or sqlite_url("sqsdash.sqlite3")
STORE_URL = SQSDASH["SQSDASH_STORE_URL"] or SQSDASH["DATABASE_URL"] or sqlite_url("store.sqlite3")
DATABASES = {"default": database(DATABASE_URL)}
if STORE_URL != DATABASE_URL:
    DATABASES["store"] = database(STORE_URL)
DATABASE_ROUTERS = ["queues.models.routing.StoreRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "queues:connections"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300

# Cookies know no ports: two dashboards on one host must not sign each other out.
SESSION_COOKIE_NAME = f"sqsdash_session_{SQSDASH['SQSDASH_PORT']}"
CSRF_COOKIE_NAME = f"sqsdash_csrf_{SQSDASH['SQSDASH_PORT']}"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if SQSDASH["SQSDASH_HTTPS"]:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in SQSDASH["SQSDASH_ALLOWED_HOSTS"] or []]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["htmx"],
    }
}

# A body of 1 MiB grows threefold when a form encodes it; attributes may be uploaded beside it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

CELERY_BROKER_URL = SQSDASH["CELERY_BROKER_URL"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker may be away for as long as it takes
CELERY_BROKER_CONNECTION_TIMEOUT = 2
if CELERY_BROKER_URL.startswith("embedded:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "folder": str(DATA_DIR / "broker"),
        "polling_interval": 0.1,
    }
elif CELERY_BROKER_URL.startswith("redis"):
    # Without these a publish to a Redis that is away hangs for minutes; the doorbell may fail.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 10}
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "jobs"
CELERY_TASK_ROUTES = {
    "queues.tasks.run_job": {"queue": "jobs"},
    "queues.tasks.sample": {"queue": "control"},
    "queues.tasks.reap": {"queue": "control"},
    "queues.tasks.expire": {"queue": "control"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
REAP_SECONDS: float = SQSDASH["SQSDASH_REAP_SECONDS"]
# `expires`: a worker that was away must not find an hour of ticks.
CELERY_BEAT_SCHEDULE = {
    "sample": {"task": "queues.tasks.sample", "schedule": 1.0, "options": {"expires": 2}},
    "reap": {
        "task": "queues.tasks.reap",
        "schedule": REAP_SECONDS,
        "options": {"expires": REAP_SECONDS},
    },
    "expire": {"task": "queues.tasks.expire", "schedule": 60.0, "options": {"expires": 60}},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "botocore": {"level": "WARNING"},
        "django.server": {"level": "WARNING"},
        # Two lines for each task, every second: what a job did stands in its row.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
