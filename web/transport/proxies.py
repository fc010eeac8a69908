"""Finds the client behind proxies that the configuration trusts.

Two headers are read, and only from a trusted proxy: X-Forwarded-For and X-Forwarded-Proto, which every such proxy
writes or appends to. nginx passes on X-Forwarded-Host, Forwarded and others as the client wrote them, so they are
removed; a proxy passes the requested name in Host. From any other client all of them are refused.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence

from lobby.texts import Text
from web.transport.addresses import Networks, is_loopback, plain
from web.transport.answers import Environ, Sampled, StartResponse, Wsgi, refuse
from web.transport.own_address import is_own_host

sampled = Sampled(logging.getLogger(__name__))

FORWARDED = re.compile(
    r"HTTP_(X_FORWARDED(_\w+)?|FORWARDED(_\w+)?|X_REAL_IP|X_CLIENT_IP|TRUE_CLIENT_IP|X_ORIGINAL_\w+|CF_CONNECTING_IP)"
)
HOPS = 16
"""No real request passes more proxies than this."""
PORT = re.compile(r"\[(?P<v6>[^\]]+)\](?::\d+)?|(?P<v4>[\d.]+)(?::\d+)?")
LOCAL = "lobby.local"
"""In the environ: whether the client is on this machine and is no proxy."""
PUBLIC = "lobby.public"
"""In the environ: whether the request came to `public_listen`, where customers' phones are served and nobody else."""

NOT_TRUSTED = Text("Forwarded headers are taken from trusted proxies only")
NO_ADDRESS = Text("The proxy names no address that can be read")
UNKNOWN_HOST = Text("This server does not have this host name")


class Unreadable(ValueError):
    """A trusted proxy's header that cannot be read."""


class Proxies:
    """Puts the client behind the proxies into the environ."""

    def __init__(self, app: Wsgi, trusted: Iterable[str], hosts: Sequence[str]) -> None:
        """`hosts`: the names allowed in Host; any name where it is empty."""
        self._app = app
        self._trusted = Networks(trusted)
        self._hosts = hosts

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        peer = plain(environ.get("REMOTE_ADDR", ""))
        forwarded = {key: environ.pop(key) for key in list(environ) if FORWARDED.fullmatch(key)}
        by_proxy = peer in self._trusted
        if forwarded and not by_proxy:
            sampled.warning("forwarded headers from who is no trusted proxy", peer)
            return refuse(environ, start, 400, NOT_TRUSTED)
        environ["REMOTE_ADDR"] = peer
        environ[LOCAL] = is_loopback(peer) and not by_proxy
        try:
            self._read(environ, forwarded)
        except Unreadable as error:
            sampled.warning("a trusted proxy's headers cannot be read", str(error))
            return refuse(environ, start, 400, NO_ADDRESS)
        if self._hosts and not is_own_host(environ.get("HTTP_HOST", ""), self._hosts):
            sampled.warning("a host name that is not ours", environ.get("HTTP_HOST", ""))
            return refuse(environ, start, 400, UNKNOWN_HOST)
        return self._app(environ, start)

    def _read(self, environ: Environ, forwarded: dict[str, str]) -> None:
        if "HTTP_X_FORWARDED_FOR" in forwarded:
            environ["REMOTE_ADDR"] = self.client(forwarded["HTTP_X_FORWARDED_FOR"])
        if "HTTP_X_FORWARDED_PROTO" in forwarded:
            environ["wsgi.url_scheme"] = scheme(forwarded["HTTP_X_FORWARDED_PROTO"])

    def client(self, chain: str) -> str:
        """The last address that is no trusted proxy: that client may have written what stands before it."""
        hops = chain.split(",")[-HOPS:]
        for hop in reversed(hops):
            address = _address(hop)
            if address not in self._trusted:
                return address
        return _address(hops[0])


def scheme(header: str) -> str:
    """The protocol that the last proxy states. Raises Unreadable."""
    protocol = header.rpartition(",")[2].strip().lower()
    if protocol not in ("http", "https"):
        raise Unreadable(header)
    return protocol


def _address(hop: str) -> str:
    match = PORT.fullmatch(hop.strip())
    address = plain(match["v6"] or match["v4"] if match else hop)
    if not address:
        raise Unreadable(hop)
    return address
