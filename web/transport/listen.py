"""Where a server may listen, checked before anything is opened."""

from __future__ import annotations

import socket

from lobby.branch.network import host_and_port
from web.transport.addresses import is_loopback


class MayNot(ValueError):
    """This server may not, or cannot, listen there."""


def may_listen(host: str, port: int, public: str | None, *, plain_http: bool) -> None:
    """Raises MayNot. `public`: the phones' listener, if there is one."""
    addresses = [(host, port), *([host_and_port(public)] if public else [])]
    for address in addresses:
        if not plain_http:
            _must_be_private(address[0])
        must_be_free(*address)


def _must_be_private(host: str) -> None:
    """Refuses plain HTTP over a network, where others could read passwords and links."""
    if host != "localhost" and not is_loopback(host):
        raise MayNot(
            f"{host}: there is no TLS here, so others on the network could read passwords. "
            "Put a proxy in front (deploy/Caddyfile, deploy/nginx.conf), or say --plain-http"
        )


def must_be_free(host: str, port: int) -> None:
    """Raises MayNot where the port is in use, which is the most common mistake."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise MayNot(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
