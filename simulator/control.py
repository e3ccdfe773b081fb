"""The control plane under /_simulator/: what `Simulator` offers in process, over HTTP in JSON.

GET    /_simulator/faults                   the rules, each with how often it fired
POST   /_simulator/faults                   {"kind": ..., ...}: adds a rule (see faults.py)
DELETE /_simulator/faults                   takes all rules away
GET    /_simulator/clock                    {"now": ..., "frozen": ...}
POST   /_simulator/clock                    {"advance": seconds} and/or {"frozen": true|false}
GET    /_simulator/queues/<name>/messages   every message and its state, changing nothing
GET    /_simulator/queues/<name>/history    every message that came, when and why it left
POST   /_simulator/history                  {"keep": true}: from now on, for every queue
GET    /_simulator/stats                    {"calls": {operation: how many}, "faults": {kind: ...}}
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from simulator.account import Account
from simulator.errors import SqsError
from simulator.http_server import Request, Response
from simulator.oracle import look, recall

PREFIX = "/_simulator/"


class Control:
    def __init__(self, account: Account) -> None:
        self._account = account
        self._actions: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
            ("GET", "faults"): self._list_faults,
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "clock"): self._read_clock,
            ("POST", "clock"): self._set_clock,
            ("GET", "stats"): self._stats,
            ("POST", "history"): self._keep_history,
        }

    def respond(self, request: Request) -> Response:
        if "origin" in request.headers:
            # A web page open in the same machine's browser must not reach in here.
            return _answer(403, {"error": "The control plane does not talk to web pages."})
        path = urlsplit(request.path).path[len(PREFIX) :]
        try:
            match path.split("/"):
                case ["queues", name, "messages"] if request.method == "GET":
                    seen = look(self._account, unquote(name))
                    return _answer(200, {"messages": [message.as_json() for message in seen]})
                case ["queues", name, "history"] if request.method == "GET":
                    stays = recall(self._account, unquote(name))
                    return _answer(200, {"history": [stay.as_json() for stay in stays]})
            action = self._actions.get((request.method, path))
            if action is None:
                return _answer(404, {"error": f"There is no {request.method} {request.path[:200]}"})
            return _answer(200, action(_body(request)))
        except SqsError as error:
            return _answer(404, {"error": error.message})
        except (ValueError, TypeError) as error:
            return _answer(400, {"error": str(error)})

    def _list_faults(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"faults": [rule.as_dict() for rule in self._account.faults.rules]}

    def _add_fault(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._account.faults.add(**body).as_dict()

    def _clear_faults(self, _: dict[str, Any]) -> dict[str, Any]:
        self._account.faults.clear()
        return {"faults": []}

    def _read_clock(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"now": self._account.clock.now(), "frozen": self._account.clock.frozen}

    def _set_clock(self, body: dict[str, Any]) -> dict[str, Any]:
        unknown = body.keys() - {"advance", "frozen"}
        if unknown or not body:
            raise ValueError('a clock takes {"advance": seconds} and {"frozen": true or false}')
        if "frozen" in body:
            (self._account.clock.freeze if body["frozen"] else self._account.clock.resume)()
        if "advance" in body:
            self._account.clock.advance(float(body["advance"]))
        return self._read_clock({})

    def _stats(self, _: dict[str, Any]) -> dict[str, Any]:
        with self._account.lock:
            calls = dict(self._account.calls)
        return {"calls": calls, "faults": dict(self._account.faults.fired)}

    def _keep_history(self, body: dict[str, Any]) -> dict[str, Any]:
        if body != {"keep": True}:
            raise ValueError('history takes {"keep": true}')
        with self._account.lock:
            self._account.keep_history()
        return body


def _body(request: Request) -> dict[str, Any]:
    body = json.loads(request.body) if request.body else {}
    if not isinstance(body, dict):
        raise ValueError("a JSON object is expected")
    return body


def _answer(status: int, content: dict[str, Any]) -> Response:
    return Response(status, "application/json", json.dumps(content).encode())
