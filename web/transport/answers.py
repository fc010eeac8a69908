"""Refusals before a request reaches the application: problem documents like the application's own."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from lobby.texts import Text

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]

STATUS = {
    400: ("400 Bad Request", Text("Bad request")),
    404: ("404 Not Found", Text("Not found")),
    413: ("413 Content Too Large", Text("Too large")),
    414: ("414 URI Too Long", Text("The address is too long")),
    429: ("429 Too Many Requests", Text("Too many connections, please wait")),
    503: ("503 Service Unavailable", Text("Not possible right now")),
}
RETRY_S = 5
AGAIN_S = 60.0
"""How often one kind of refusal is logged, with the number since: an attack must not fill the disk."""


def refuse(
    environ: Environ, start: StartResponse, status: int, detail: Text | None = None
) -> list[bytes]:
    """Answers with a problem document in the reader's language and closes the connection."""
    lang = "zh" if environ.get("HTTP_ACCEPT_LANGUAGE", "").lower().startswith("zh") else "en"
    body = _document(status, lang, detail)
    start(STATUS[status][0], _headers(status, body))
    return [body]


def unread(status: int) -> bytes:
    """The whole answer to a request whose head could not be read, in English: its language is not known."""
    body = _document(status, "en")
    lines = [f"{name}: {value}\r\n" for name, value in _headers(status, body)]
    return f"HTTP/1.1 {STATUS[status][0]}\r\n{''.join(lines)}\r\n".encode() + body


def _document(status: int, lang: str, detail: Text | None = None) -> bytes:
    title = STATUS[status][1]
    document = {
        "type": "about:blank",
        "title": title.in_(lang),
        "status": status,
        "detail": (detail or title).in_(lang),
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _headers(status: int, body: bytes) -> list[tuple[str, str]]:
    headers = [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        ("Connection", "close"),
    ]
    if status in (429, 503):
        headers.append(("Retry-After", str(RETRY_S)))
    return headers


class Sampled:
    """A log that repeats a message once a minute, with the number of times it happened meanwhile."""

    def __init__(self, log: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._last_logged: dict[str, tuple[float, int]] = {}

    def warning(self, kind: str, detail: str = "") -> None:
        """`kind` is one of few; `detail` belongs to this case."""
        now = self._clock()
        since, suppressed = self._last_logged.get(kind, (float("-inf"), 0))
        if now - since < AGAIN_S:
            self._last_logged[kind] = since, suppressed + 1
            return
        self._last_logged[kind] = now, 0
        message = kind
        if detail:
            message = f"{kind}: {detail[:200]!r}"
        self._log.warning("%s (%d more since the last message)", message, suppressed)
