"""Gunicorn's configuration: `gunicorn -c python:sqsdash.running.web sqsdash.wsgi`."""

import os

from sqsdash import environment

_settings = environment.read(os.environ)
_host = _settings["SQSDASH_HOST"]

bind = (
    f"[{_host}]:{_settings['SQSDASH_PORT']}"
    if ":" in _host
    else (f"{_host}:{_settings['SQSDASH_PORT']}")
)
# Threads share one client per connection and its pool; pages wait for SQS, not for the processor.
worker_class = "gthread"
workers = 1
threads = 16
timeout = 120
graceful_timeout = 3
keepalive = 5
proc_name = "sqsdash web"
# Its sign of life is a file that is touched every second: not on a disk that may stall.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
control_socket_disable = True
