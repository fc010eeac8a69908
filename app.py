"""Opens the house: journal -> hall -> the surfaces. The only place that knows all of them."""

from __future__ import annotations

import logging
import signal
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import gevent
from flask_openapi3 import OpenAPI
from flask_socketio import SocketIO
from gevent import pywsgi
from geventwebsocket.handler import WebSocketHandler

import desk.api
import desk.pages
import display.pages
import kiosk.api
import kiosk.pages
import web.ops
from display.feed import Feed
from lobby.branch import Branch
from lobby.house import House, open_house
from printer import paper
from printer.spool import Spool
from web.access import Access
from web.factory import create_app
from web.roles import may_connect, needs
from web.schemas import REFUSALS

log = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "localhost", "::1")
BACKLOG = 2048
SWITCH_S = 0.0005
"""The writer's thread gets its turn soon after each fsync, also while the loop is busy."""


@dataclass
class Lobby:
    """An open branch with its surfaces."""

    house: House
    access: Access
    app: OpenAPI
    feed: Feed
    spool: Spool

    def close(self) -> None:
        self.spool.stop()
        self.house.close()
        self.access.close()


def open_lobby(branch: Branch, data: Path, base_url: str, *, loopback: bool) -> Lobby:
    """Open the branch in `data`. Raises what open_house raises."""
    house = open_house(branch, data, base_url)
    access = Access(data)
    if loopback and branch.security.open_loopback:
        access.create_demo_accounts(tuple(branch.counter))
    app = create_app(house, access, loopback=loopback)
    app.extensions["papers"] = partial(paper.sheets, data)
    app.extensions["paper_picture"] = lambda id, n: paper.sheet_png(data, id, branch.printer[id].dots, n)
    app.register_blueprint(web.ops.blueprint(house, {"database": partial(_database, house)}))
    app.register_api(kiosk.api.api)
    app.register_blueprint(kiosk.pages.pages)
    app.register_api(desk.api.api)
    app.register_blueprint(desk.pages.pages)
    app.register_api(display.pages.blueprint(house, needs("board"), REFUSALS))
    sockets = SocketIO(app, async_mode="gevent", manage_session=False, path="/socket.io")
    return Lobby(house, access, app, Feed(house, sockets, may_connect), Spool(house))


def _database(house: House) -> tuple[bool, str]:
    with house.writer.published() as floor:
        return not house.writer.failing, f"seq {floor.seq}"


def serve(lobby: Lobby, host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    sys.setswitchinterval(SWITCH_S)
    logging.getLogger("geventwebsocket.handler").setLevel(logging.WARNING)
    server = pywsgi.WSGIServer(
        (host, port), lobby.app, handler_class=WebSocketHandler, backlog=BACKLOG, log=None, error_log=log
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, lambda: gevent.spawn(server.stop, 2))
    lobby.feed.start()
    lobby.spool.start()
    try:
        server.serve_forever()
    finally:
        lobby.close()
