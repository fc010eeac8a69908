"""Serves an application on its listeners until somebody ends it."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable

import gevent
from flask import Flask
from gevent import pywsgi
from gevent.socket import AF_INET, AF_INET6, IPPROTO_TCP, TCP_NODELAY, socket

from lobby.branch.network import host_and_port
from web.transport.connections import Connections
from web.transport.proxies import PUBLIC
from web.transport.server import Server

BACKLOG = 2048
GC_THRESHOLDS = (50_000, 20, 50)
"""A day's tickets stay: looking through all of them for garbage again and again costs more than it finds."""


def serve(
    app: Flask,
    connections: Connections,
    address: tuple[str, int],
    public: str | None,
    run: Callable[[Callable[[], None]], None],
) -> None:
    """Serve until SIGTERM or Ctrl-C, while `run` has everything at work; `public` is the phones' listener."""
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    server = Server(_listener(*address), app, connections)
    servers = [server]
    if public:
        phones = Server(_listener(*host_and_port(public)), app, connections, {PUBLIC: True})
        servers.append(phones)
        phones.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, lambda: [gevent.spawn(each.stop, 2) for each in servers])
    run(server.serve_forever)


def _listener(host: str, port: int) -> socket:
    """Without Nagle's delay, which costs each answer 40 ms where head and body go out apart."""
    family = AF_INET6 if ":" in host else AF_INET
    listener = pywsgi.WSGIServer.get_listener((host, port), BACKLOG, family)
    listener.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    return listener
