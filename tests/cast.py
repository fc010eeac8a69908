"""Who acts in the tests at a running branch: staff and devices over HTTP, and whoever listens over Socket.IO."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import socketio
from conftest import Server

TIMEOUT_S = 20
BOUND = {"teller": ("--counter", "1"), "board": ("--board", "main")}
"""Where one of the role stands, unless the test says otherwise."""


class Caller:
    """One of a role at the API of the branch. A path begins behind `/api/v1`."""

    def __init__(self, server: Server, role: str = "manager", *bound: str) -> None:
        self.server = server
        self.url = server.url
        self.session = server.as_(role, *(bound or BOUND.get(role, ())))

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """The answer, whatever it is."""
        return self.session.request(
            method, f"{self.url}/api/v1{path}", timeout=TIMEOUT_S, **options
        )

    def post(self, path: str, **body: Any) -> Any:
        """What the answer says; a refusal fails the test."""
        answer = self.ask("POST", path, json=body or None)
        assert answer.ok, (path, answer.text)
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.ok, (path, answer.text)
        return answer.json()

    def issue(self, service: str = "cash", **wish: Any) -> dict[str, Any]:
        """A ticket, with the links of its slip, which staff are not told."""
        ticket = self.post("/tickets", service=service, **wish)
        return {**ticket, "links": self.server.links(ticket["id"])}

    def serve(self, ticket: str, counter: str = "1") -> None:
        """Its customer is called to the counter, which opens, and served."""
        self.post(f"/counters/{counter}/open")
        self.post(f"/counters/{counter}/call", ticket=ticket)
        for verb in ("start", "finish"):
            self.post(f"/counters/{counter}/{verb}")

    def counter(self, id: str) -> Any:
        return next(counter for counter in self.get("/counters") if counter["id"] == id)


class Listener:
    """A Socket.IO client that keeps what it hears."""

    def __init__(self, namespace: str) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.namespace = namespace
        self.client = socketio.Client(reconnection=False)
        for event in ("state", "call", "alert"):
            self.client.on(event, self._keep(event), namespace=namespace)

    def _keep(self, event: str) -> Any:
        return lambda data: self.heard.append((event, data))

    def connect(self, server: Server, auth: dict[str, str] | None = None) -> None:
        self.client.connect(
            server.url, auth=auth, namespaces=[self.namespace], transports=["websocket"]
        )

    def all(self, event: str) -> list[Any]:
        return [data for name, data in self.heard if name == event]

    def join(self, board: str) -> Any:
        return self.client.call("join", {"board": board}, namespace=self.namespace)

    def close(self) -> None:
        """The library leaves the line of one whom the server refused open."""
        self.client.disconnect()
        if self.client.eio.ws:
            self.client.eio.ws.close()


@contextmanager
def listening(
    server: Server, namespace: str, auth: dict[str, str] | None = None
) -> Iterator[Listener]:
    """Raises socketio.exceptions.ConnectionError where the branch refuses."""
    listener = Listener(namespace)
    try:
        listener.connect(server, auth)
        yield listener
    finally:
        listener.close()
