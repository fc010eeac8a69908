"""A member of staff's browser at a real server, without a screen."""

from __future__ import annotations

import re
from typing import Any

import requests
import socketio
from conftest import Server

PASSWORD = "four tall cranes"


class Browser:
    """What a browser keeps: cookies, and the token of the page it shows."""

    def __init__(self, server: Server) -> None:
        self.url = server.url
        self.session = requests.Session()
        self.session.headers["Accept"] = "text/html"

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.url + path, timeout=30, **options)

    def post(self, path: str, **form: str) -> requests.Response:
        token = re.search(r'csrf-token" content="([^"]*)"', self.get("/signin").text)
        form["csrf_token"] = token[1] if token else ""
        return self.session.post(self.url + path, data=form, timeout=20)

    def sign_in(self, name: str, password: str = PASSWORD) -> requests.Response:
        return self.post("/signin", name=name, password=password)

    def hall(self) -> int:
        return self.get("/api/v1/hall").status_code

    def socket(self) -> Any:
        client = socketio.Client(reconnection=False)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.session.cookies)
        client.connect(
            self.url, namespaces=["/staff"], headers={"Cookie": cookies}, wait_timeout=10
        )
        return client
