"""Brings a running branch into a known scene through the public API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import requests
from playwright.sync_api import Page, Route, WebSocketRoute

PASSWORD = "lobby-demo"
CUSTOMERS = [
    ("cash", [], ""), ("cards", [], "6225880000000000"), ("wealth", [], "HMW-123"), ("corporate", [], ""),
    ("loans", ["elderly"], ""), ("cash", [], ""), ("fx", [], ""), ("non_cash", ["disabled"], ""),
    ("cash", [], "6226180000000000"), ("digital", [], ""), ("cash", [], ""), ("non_cash", [], ""),
]  # fmt: skip


class Lobby:
    """The branch at `url`, with a manager's bearer token. Tickets and appointments are made as a customer, since only
    a customer gets their links."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._staff = requests.Session()
        self._staff.headers["Authorization"] = f"Bearer {token}"
        self._customer = requests.Session()
        self.cookies: dict[str, list[Any]] = {}
        """The cookies of each account that has signed in, for its next pages."""
        self._scene: Scene | None = None

    def post(self, path: str, **body: Any) -> Any:
        return self._post(self._staff, path, body)

    def _post(self, session: requests.Session, path: str, body: dict[str, Any]) -> Any:
        answer = session.post(f"{self.url}/api/v1{path}", json=body or None, timeout=20)
        assert answer.ok, f"{path}: {answer.text}"
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        answer = self._staff.get(f"{self.url}/api/v1{path}", timeout=20)
        assert answer.ok, f"{path}: {answer.text}"
        return answer.json()

    def issue(self, service: str = "cash", **fields: Any) -> Any:
        return self._post(self._customer, "/tickets", {"service": service, **fields})

    def judge(self, ticket: Any, **card: Any) -> None:
        """The ticket's customer hands in the feedback card."""
        token = self.link(ticket).rpartition("/")[2]
        self._post(self._customer, f"/feedback/{token}", card)

    def book(self, service: str, at: str) -> Any:
        return self._post(self._customer, "/appointments", {"service": service, "at": at})

    def link(self, ticket: Any) -> str:
        """The path in the slip's QR code."""
        return str(ticket["links"]["feedback"]).removeprefix(self.url)

    def come_to(self, scene: Scene) -> None:
        """Plays the scene on an empty branch, unless the branch is in it already and no state has spoiled it."""
        if self._scene is not scene:
            self._clear()
            scene(self)
        self._scene = scene

    def spoiled(self) -> None:
        self._scene = None

    def _clear(self) -> None:
        lobby_state = self.get("/hall")
        if not lobby_state["open"]:
            self.post("/day/open")
        for counter in self.get("/counters"):
            self._empty(counter)
        for ticket in self.get("/hall")["tickets"]:
            self.post(f"/tickets/{ticket['id']}/cancel")
        for alert in self.get("/hall")["alerts"]:
            self._staff.post(f"{self.url}/api/v1/alerts/{alert['id']}/acknowledge", timeout=20)

    def _empty(self, counter: Any) -> None:
        base = f"/counters/{counter['id']}"
        while ticket := self._at(counter["id"]):
            if ticket["state"] == "called":
                self.post(f"{base}/start")
            self._sell_nothing(base)
            self.post(f"{base}/finish")
        if counter["state"] != "closed":
            self.post(f"{base}/close")

    def _sell_nothing(self, counter: str) -> None:
        """A service that must be recorded ends with a reason; 409 for all others."""
        path = f"{self.url}/api/v1{counter}/recordings/refused"
        self._staff.post(path, json={"reason": "no_sale"}, timeout=20)

    def _at(self, counter: str) -> Any:
        return next(
            counter_state
            for counter_state in self.get("/counters")
            if counter_state["id"] == counter
        )["ticket"]


Scene = Callable[[Lobby], None]


def empty(lobby: Lobby) -> None:
    """Before the first customer."""


def closed(lobby: Lobby) -> None:
    """No more numbers today."""
    lobby.post("/day/close")


def busy(lobby: Lobby) -> None:
    """A busy morning; counter 1 is free."""
    for counter in "1235678":
        lobby.post(f"/counters/{counter}/open")
    for service, needs, customer in CUSTOMERS:
        lobby.issue(service, needs=needs, customer=customer)
    for counter in "25678":
        lobby.post(f"/counters/{counter}/next")
    for counter in "58":
        lobby.post(f"/counters/{counter}/start")


def crowded(lobby: Lobby) -> None:
    """More customers than the counters can serve, so that there are late tickets soon and advice."""
    busy(lobby)
    for _ in range(16):
        lobby.issue("digital")
    lobby.post("/help", kiosk="")


class Connection:
    """A page's connection to the branch, which can be cut. Chromium's offline mode leaves open sockets alive."""

    def __init__(self, page: Page) -> None:
        self._sockets: list[WebSocketRoute] = []
        self._down = False
        page.route_web_socket(re.compile("/socket.io/"), self._open)
        page.route("**/socket.io/**", self._poll)

    def cut(self) -> None:
        self._down = True
        for socket in self._sockets:
            socket.close()

    def _open(self, socket: WebSocketRoute) -> None:
        if self._down:
            socket.close()
            return
        socket.connect_to_server()
        self._sockets.append(socket)

    def _poll(self, route: Route) -> None:
        if self._down:
            route.abort()
        else:
            route.continue_()
