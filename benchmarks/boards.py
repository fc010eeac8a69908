"""Measures the time from the teller's key to the last of 10, 200 and 1,000 real Socket.IO clients, and the server's
processor time per delivered message, beside a bare server with the same libraries that emits the same bytes.

    python benchmarks/boards.py [--calls 20] [--boards 10 200 1000]

Limits: with 200 boards, all have every call within 300 ms of the key. With 200 and 1,000, time and processor time are
at most 1.3 times those of the bare server (with 10, most of a call's cost is not the emitting; it is shown only). With
1,000 boards the server has at most 200 MB.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import socket  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
import requests  # noqa: E402
import socketio  # noqa: E402
from gevent.event import Event  # noqa: E402
from stage import Branch, Process, verdict  # noqa: E402

LIMIT = 1.3
MEMORY_MB = 200
SOON_MS = 300
SOON_BOARDS = 200
MESSAGES = 3
"""A call is a `call` and a `state`; the no-show after it another `state`."""
SETTLE_S = 0.15
PER_ADDRESS = 100
PATIENCE_S = 45
"""A browser disconnects after 45 s without a ping. The Python client disconnects after 30 s, though pings come every
25 s: with 1,000 clients in one process on a busy machine, some disconnected before the last call."""


class Crowd:
    """Boards that wait for a call. The last call and state are kept, for the bare server to repeat."""

    def __init__(self, url: str, number: int) -> None:
        self.called = Event()
        self.missing = number
        self.number = number
        self.last_call = {}
        self.last_state = {}
        self.boards = [self._board(url, n) for n in range(number)]

    def _board(self, url: str, n: int) -> Any:
        """Connects a board from one of several loopback addresses, since one address may have a few hundred
        connections."""
        server = ("127.0.0.1", int(url.rpartition(":")[2]))
        connection = socket.create_connection(
            server, source_address=(f"127.0.1.{1 + n // PER_ADDRESS}", 0)
        )
        board = socketio.Client(reconnection=False, websocket_extra_options={"socket": connection})
        board.on("call", self._on_call, namespace="/board")
        board.on("state", self._on_state, namespace="/board")
        board.connect(url, namespaces=["/board"], transports=["websocket"])
        board.eio.ping_timeout = PATIENCE_S
        board.emit("join", {"board": "main"}, namespace="/board")
        return board

    def _on_call(self, call: dict[str, Any]) -> None:
        self.last_call = call
        self.missing -= 1
        if not self.missing:
            self.called.set()

    def _on_state(self, state: dict[str, Any]) -> None:
        self.last_state = state

    def measure(self, call: Any, after: Any) -> float:
        """The seconds from the act to the last board's call."""
        self.called.clear()
        self.missing = self.number
        since = time.perf_counter()
        call()
        if not self.called.wait(20):
            raise SystemExit(f"{self.missing} of {self.number} boards never heard the call")
        took = time.perf_counter() - since
        gevent.sleep(SETTLE_S)
        after()
        gevent.sleep(SETTLE_S)
        return took

    def leave(self) -> None:
        for board in self.boards:
            board.disconnect()


@dataclass
class Result:
    last_s: float
    worst_s: float
    cpu_us: float
    memory_mb: float


def run(server: Process, crowd: Crowd, calls: int, call: Any, after: Any) -> Result:
    crowd.measure(call, after)  # warm
    cpu = server.cpu_s()
    took = [crowd.measure(call, after) for _ in range(calls)]
    used = (server.cpu_s() - cpu) / (calls * MESSAGES * crowd.number)
    return Result(statistics.median(took), max(took), used * 1e6, server.memory_mb())


def lobby(number: int, calls: int) -> tuple[Result, dict[str, Any], dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, Branch(Path(folder)) as branch:
        staff = requests.Session()
        staff.headers["Authorization"] = f"Bearer {branch.token('manager')}"
        for _ in range(calls + 5):
            staff.post(f"{branch.url}/api/v1/tickets", json={"service": "cash"}).raise_for_status()
        staff.post(f"{branch.url}/api/v1/counters/1/open").raise_for_status()
        while staff.get(f"{branch.url}/api/v1/hall").json()["printers"][0]["queued"]:
            gevent.sleep(0.5)  # what is measured is calling, not printing
        crowd = Crowd(branch.url, number)
        gevent.sleep(1)
        counter = f"{branch.url}/api/v1/counters/1"
        result = run(
            branch,
            crowd,
            calls,
            lambda: staff.post(f"{counter}/next"),
            lambda: staff.post(f"{counter}/no-show"),
        )
        crowd.leave()
        return result, crowd.last_call, crowd.last_state


def bare(number: int, calls: int, messages: list[dict[str, Any]]) -> Result:
    with Bare() as server:
        session = requests.Session()
        crowd = Crowd(server.url, number)
        gevent.sleep(1)
        messages_by_event = {"call": messages[0], "state": messages[1]}
        result = run(
            server,
            crowd,
            calls,
            lambda: session.post(f"{server.url}/emit", json=messages_by_event),
            lambda: session.post(f"{server.url}/emit", json={"state": messages[1]}),
        )
        crowd.leave()
        return result


class Bare(Process):
    """Flask-SocketIO on gevent that emits what it is posted."""

    def __init__(self) -> None:
        super().__init__([sys.executable, __file__, "--serve"])
        self.command.append(str(self.port))


def serve_bare(port: int) -> None:
    from flask import Flask, request
    from flask_socketio import SocketIO, join_room

    from web.transport.addresses import Networks
    from web.transport.connections import Connections
    from web.transport.server import Server
    from web.transport.websocket import WebSocket

    app = Flask(__name__)
    sockets = SocketIO(app, async_mode="gevent")
    sockets.server.eio._async = {**sockets.server.eio._async, "websocket": WebSocket}
    sockets.on("join", namespace="/board")(lambda data: join_room(data["board"]))
    sockets.on("connect", namespace="/board")(lambda auth=None: auth)

    @app.get("/healthz")
    def healthz() -> str:
        return "alive"

    @app.post("/emit")
    def emit() -> str:
        for event, data in request.get_json().items():
            sockets.emit(event, data, to="main", namespace="/board")
        return ""

    everybody = Connections(2000, 2000, Networks([]))
    Server(("127.0.0.1", port), app, everybody).serve_forever()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=20)
    options.add_argument("--boards", type=int, nargs="+", default=[10, 200, 1000])
    options.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.serve:
        serve_bare(args.serve)
        return
    for number in args.boards:
        real, call, state = lobby(number, args.calls)
        plain = bare(number, args.calls, [call, state])
        late = real.last_s / plain.last_s
        cost = real.cpu_us / plain.cpu_us
        print(
            f"{number:5} boards: last after {real.last_s * 1e3:6.1f} ms, bare {plain.last_s * 1e3:6.1f} ms: {late:.2f}"
        )
        print(
            f"              slowest call {real.worst_s * 1e3:6.1f} ms, bare {plain.worst_s * 1e3:6.1f} ms"
        )
        print(
            f"              server {real.cpu_us:6.1f} us a message, bare {plain.cpu_us:6.1f} us: {cost:.2f}"
        )
        print(
            f"              memory {real.memory_mb:6.0f} MB, bare {plain.memory_mb:6.0f} MB",
            flush=True,
        )
        if number == SOON_BOARDS:
            soon = real.worst_s * 1e3 <= SOON_MS
            print(
                f"              limit {SOON_MS} ms from the key to the last board: {verdict(held=soon)}"
            )
        if number >= 200:
            print(f"              limit {LIMIT}: {verdict(held=max(late, cost) <= LIMIT)}")
        if number >= 1000:
            print(
                f"              limit {MEMORY_MB} MB: {verdict(held=real.memory_mb <= MEMORY_MB)}"
            )


if __name__ == "__main__":
    main()
