"""Serves an application on its listeners until somebody ends it."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Sequence

import gevent
from flask import Flask
from gevent import pywsgi
from gevent.event import Event
from gevent.socket import AF_INET, AF_INET6, IPPROTO_TCP, TCP_NODELAY, socket

from lobby.branch.network import host_and_port
from web.transport.connections import Connections
from web.transport.proxies import PUBLIC
from web.transport.server import Server

BACKLOG = 2048
ENDING = (signal.SIGTERM, signal.SIGINT)
HEARD_S = 0.05
"""Within so long the loop has told of every signal that came before."""
GC_THRESHOLDS = (50_000, 20, 50)
"""A day's tickets stay: looking through all of them for garbage again and again costs more than it finds."""


def serve(
    app: Flask,
    connections: Connections,
    address: tuple[str, int],
    public: str | None,
    run: Callable[[Callable[[], None]], None],
    enough: Event | None = None,
) -> bool:
    """Serve until SIGTERM or Ctrl-C, or until the program itself has `enough`, while `run` has everything at work;
    `public` is the phones' listener. Answers whether somebody ended it."""
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    server = Server(_listener(*address), app, connections)
    servers = [server]
    if public:
        phones = Server(_listener(*host_and_port(public)), app, connections, {PUBLIC: True})
        servers.append(phones)
        phones.start()
    ended = Event()
    enough = enough or Event()
    for number in ENDING:
        gevent.signal_handler(number, ended.set)
    for each in (ended, enough):
        gevent.spawn(_stop_after, each, servers)
    run(server.serve_forever)
    if enough.is_set():
        _hear_the_last()
    return ended.is_set()


def _hear_the_last() -> None:
    """A signal ends the program at once from here on, as one does before it serves; those of before are told."""
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)
    gevent.sleep(HEARD_S)


def _stop_after(event: Event, servers: Sequence[Server]) -> None:
    event.wait()
    for each in servers:
        gevent.spawn(each.stop, 2)


def _listener(host: str, port: int) -> socket:
    """Without Nagle's delay, which costs each answer 40 ms where head and body go out apart."""
    family = AF_INET6 if ":" in host else AF_INET
    listener = pywsgi.WSGIServer.get_listener((host, port), BACKLOG, family)
    listener.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    return listener
