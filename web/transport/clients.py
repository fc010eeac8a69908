"""Limits a client's concurrent requests: behind a proxy all connections come from the proxy's address."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable

from web.transport.addresses import bucket
from web.transport.answers import Environ, Sampled, StartResponse, Wsgi, refuse

sampled = Sampled(logging.getLogger(__name__))


class Clients:
    """Counts requests by the client's address; a WebSocket is one request as long as it lasts."""

    def __init__(self, app: Wsgi, per_address: int) -> None:
        self._app = app
        self._per_address = per_address
        self._busy: Counter[str] = Counter()

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        client = bucket(environ["REMOTE_ADDR"])
        if self._busy[client] >= self._per_address:
            sampled.warning("too many requests of one client at once", client)
            return refuse(environ, start, 429)
        self._busy[client] += 1
        try:
            return self._app(environ, start)
        finally:
            self._busy[client] -= 1
            if not self._busy[client]:
                del self._busy[client]
