"""A bank's customer directory on loopback, as quick, slow or broken as a test wants it."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Crm:
    """A customer directory on loopback. `answer` is what a request gets: status and body, or a function that writes."""

    def __init__(self) -> None:
        self.answer: Any = (404, b"")
        self.asked: list[tuple[str, str | None]] = []
        """Key and Authorization of each request."""
        self.addresses: set[str] = set()
        crm = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                crm.asked.append((asked["key"], self.headers.get("Authorization")))
                crm.addresses.add(self.path)
                if callable(crm.answer):
                    crm.answer(self)
                    return
                status, body = crm.answer
                self.send_response(status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/tier?of=lobby"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def lists(self, tier: str) -> None:
        self.answer = (200, json.dumps({"tier": tier}).encode())

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


STALLED_S = 5.0
"""So much longer than anybody waits for a directory that a busy machine cannot be taken for it."""


def stall(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(STALLED_S)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, each well within any time-out of the socket."""
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.1)
