"""Where a server may listen, asked before anything is opened."""

from __future__ import annotations

import socket

from lobby.branch.network import host_and_port
from web.transport.addresses import is_loopback


class MayNot(ValueError):
    """A place where this server may not, or cannot, listen."""


def may_listen(host: str, port: int, public: str | None, *, plain_http: bool) -> None:
    """Raises MayNot. `public`: the phones' listener, if there is one."""
    places = [(host, port), *([host_and_port(public)] if public else [])]
    for place in places:
        if not plain_http:
            _must_be_private(place[0])
        must_be_free(*place)


def _must_be_private(host: str) -> None:
    """Passwords and links go over a network in clear only where that was asked for by name."""
    if host != "localhost" and not is_loopback(host):
        raise MayNot(
            f"{host}: there is no TLS here, so others on the network could read passwords. "
            "Put a proxy in front (deploy/Caddyfile, deploy/nginx.conf), or say --plain-http"
        )


def must_be_free(host: str, port: int) -> None:
    """A port in use is the commonest mistake. Raises MayNot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise MayNot(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
