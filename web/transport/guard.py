"""Puts the transport together: what every request of every listener comes through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lobby.rules import Security
from web.transport.addresses import Networks
from web.transport.clients import Clients
from web.transport.connections import Connections
from web.transport.headers import Headers
from web.transport.proxies import Proxies
from web.transport.sessions import Sessions, WireJson
from web.transport.websocket import MESSAGE_MAX

SOCKET_OPTIONS: dict[str, Any] = {
    "async_mode": "gevent",
    "manage_session": False,
    "path": "/socket.io",
    "max_http_buffer_size": MESSAGE_MAX,
    "json": WireJson,
}
"""How Socket.IO's server is made."""


@dataclass
class Guard:
    """The limits of one branch's server."""

    connections: Connections
    sessions: Sessions

    def start(self) -> None:
        """Begin to look for who is late. Call in the loop."""
        self.connections.start()
        self.sessions.start()


def guard(app: Any, security: Security, sockets: Any) -> Guard:
    """Around all that answers, Socket.IO too: headers, the true client, how many at once."""
    total = security.connections
    per_address = security.connections_per_address
    sessions = Sessions(app.wsgi_app, sockets.server, total, per_address)
    clients = Clients(sessions, per_address)
    app.wsgi_app = Headers(Proxies(clients, security.trusted_proxies, app.extensions["hosts"]))
    return Guard(Connections(total, per_address, Networks(security.trusted_proxies)), sessions)
