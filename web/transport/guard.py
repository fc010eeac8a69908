"""Puts the transport together: what every request of every listener comes through."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from lobby.branch.rules import Security
from web.transport.addresses import Networks
from web.transport.clients import Clients
from web.transport.connections import Connections
from web.transport.headers import Headers
from web.transport.proxies import Proxies
from web.transport.sessions import Sessions, WireJson
from web.transport.websocket import MESSAGE_MAX

CLIENTS_MISTAKES = logging.getLogger("engineio.server")
"""What a client did wrong: the library would write it to standard error itself, as the client spelt it. Our own guards
tell what an operator has to know."""
CLIENTS_MISTAKES.setLevel(logging.CRITICAL)
SOCKET_OPTIONS: dict[str, Any] = {
    "async_mode": "gevent",
    "manage_session": False,
    "path": "/socket.io",
    "max_http_buffer_size": MESSAGE_MAX,
    "json": WireJson,
    "logger": CLIENTS_MISTAKES,
    "engineio_logger": CLIENTS_MISTAKES,
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


LIFE_CYCLE = frozenset({"connect", "connect_error", "disconnect", "__disconnect_final"})
"""Names of what happens to a session. A client that sends one as an event of its own would run our handler of it."""


def _events_alone(server: Any) -> None:
    """Only what is an event reaches a handler: a list that begins with a name, and not that of a session's life."""
    handle = server._handle_event

    def checked(eio_sid: str, namespace: str, id: Any, data: Any) -> None:
        if isinstance(data, list) and data and isinstance(data[0], str) and data[0] not in LIFE_CYCLE:
            handle(eio_sid, namespace, id, data)

    server._handle_event = checked


def guard(app: Any, security: Security, sockets: Any) -> Guard:
    """Around all that answers, Socket.IO too: headers, the true client, how many at once."""
    _events_alone(sockets.server)
    total = security.connections
    per_address = security.connections_per_address
    sessions = Sessions(app.wsgi_app, sockets.server, total, per_address)
    clients = Clients(sessions, per_address)
    app.wsgi_app = Headers(Proxies(clients, security.trusted_proxies, app.extensions["hosts"]))
    return Guard(Connections(total, per_address, Networks(security.trusted_proxies)), sessions)
