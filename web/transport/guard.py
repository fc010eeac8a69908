"""Puts the transport together: every request of every listener passes through it."""

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

CLIENT_ERRORS = logging.getLogger("engineio.server")
"""The errors of clients. The library would write them to standard error in the client's own words; our guards log what
an operator needs."""
CLIENT_ERRORS.setLevel(logging.CRITICAL)
SOCKET_OPTIONS: dict[str, Any] = {
    "async_mode": "gevent",
    "manage_session": False,
    "path": "/socket.io",
    "max_http_buffer_size": MESSAGE_MAX,
    "json": WireJson,
    "logger": CLIENT_ERRORS,
    "engineio_logger": CLIENT_ERRORS,
}
"""The options of Socket.IO's server."""


@dataclass
class Guard:
    """The limits of one branch's server."""

    connections: Connections
    sessions: Sessions

    def start(self) -> None:
        """Starts the checks for late connections and sessions. Called in the event loop."""
        self.connections.start()
        self.sessions.start()


LIFE_CYCLE = frozenset({"connect", "connect_error", "disconnect", "__disconnect_final"})
"""The names of a session's life cycle. A client that sends one as its own event would run our handler of it."""


def _pass_events_only(server: Any) -> None:
    """Lets only events reach a handler: a list that begins with a name, and not with one of LIFE_CYCLE."""
    handle = server._handle_event

    def checked(eio_sid: str, namespace: str, id: Any, data: Any) -> None:
        if (
            isinstance(data, list)
            and data
            and isinstance(data[0], str)
            and data[0] not in LIFE_CYCLE
        ):
            handle(eio_sid, namespace, id, data)

    server._handle_event = checked


def guard(app: Any, security: Security, sockets: Any) -> Guard:
    """Wraps the application and Socket.IO in headers, proxies, and limits of clients and sessions."""
    _pass_events_only(sockets.server)
    sessions = Sessions(
        app.wsgi_app, sockets.server, security.connections, security.connections_per_address
    )
    app.wsgi_app = sessions
    return Guard(limited(app, security), sessions)


def limited(app: Any, security: Security) -> Connections:
    """Wraps the application in headers, proxies and limits of clients; answers the limits of its connections."""
    per_address = security.connections_per_address
    clients = Clients(app.wsgi_app, per_address)
    app.wsgi_app = Headers(Proxies(clients, security.trusted_proxies, app.extensions["hosts"]))
    return Connections(security.connections, per_address, Networks(security.trusted_proxies))
