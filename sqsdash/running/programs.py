"""The programs that make up a running dashboard, as supervisor's configuration.

Nothing in that file depends on a user's paths or secrets: the programs inherit the environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# Pages come before jobs, at the start above all: all but the web server are nice.
CELERY = "nice -n 5 python -m celery -A sqsdash.celery"
# Without what only a crowd of workers needs: each knows of no other.
WORKER = (
    f"{CELERY} worker --pool threads --loglevel INFO"
    " --without-gossip --without-mingle --without-heartbeat"
)


@dataclass(frozen=True)
class Program:
    """One program. Its group's place in GROUPS says when it starts and, backwards, stops."""

    name: str
    command: str
    group: str = "app"
    seconds_to_stop: int = 5


GROUPS = ("queues", "app")  # what holds the queues goes last: jobs put back what they hold
SECONDS_TO_STOP_JOBS = 12

BASE = """\
[supervisord]
nodaemon=true
silent=true
nocleanup=true
logfile=%(ENV_SQSDASH_DATA_DIR)s/logs/supervisor.log
logfile_maxbytes=1MB
logfile_backups=1
pidfile=%(ENV_SQSDASH_DATA_DIR)s/supervisor.pid
"""

# startretries: never give up; supervisor waits a second longer before each try. startsecs: what
# ends sooner than that has not started, so that a mistake in a program is told from an accident.
PROGRAM = """
[program:{name}]
command={command}
autorestart=true
startsecs=10
startretries=1000000
stopwaitsecs={seconds_to_stop}
killasgroup=true
redirect_stderr=true
stdout_logfile=%(ENV_SQSDASH_LOGS_ESCAPED)s/{name}.log
stdout_logfile_maxbytes=5MB
stdout_logfile_backups=2
"""

GROUP = """
[group:{name}]
programs={programs}
priority={priority}
"""


def programs(
    *, embedded_sqs_port: int | None, samples: bool, job_threads: int
) -> Iterator[Program]:
    """All that runs; the simulator only where it is embedded."""
    if embedded_sqs_port is not None:
        options = " --samples" if samples else ""
        yield Program(
            "simulator", f"python -m simulator --port {embedded_sqs_port}{options}", "queues"
        )
    yield Program("web", "python -m gunicorn -c python:sqsdash.running.web sqsdash.wsgi")
    yield Program(
        "jobs",
        f"{WORKER} --queues jobs --concurrency {job_threads} --hostname jobs@%%h",
        seconds_to_stop=SECONDS_TO_STOP_JOBS,
    )
    yield Program("control", f"{WORKER} --queues control --concurrency 2 --hostname control@%%h")
    yield Program("beat", f"{CELERY} beat --pidfile= --loglevel WARNING")


def configuration(chosen: list[Program]) -> str:
    text = BASE
    for program in chosen:
        text += PROGRAM.format(
            name=program.name, command=program.command, seconds_to_stop=program.seconds_to_stop
        )
    for priority, group in enumerate(GROUPS, start=1):
        names = [program.name for program in chosen if program.group == group]
        if names:
            text += GROUP.format(name=group, programs=",".join(names), priority=priority)
    return text
