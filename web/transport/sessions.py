"""Limits Socket.IO: the number of sessions, the rate of messages of each, and the time until a session joins."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

import gevent
from pydantic_core import from_json, to_json

from web.transport.addresses import bucket
from web.transport.answers import Environ, Sampled, StartResponse, Wsgi, refuse
from web.transport.headers import SOCKETS
from web.transport.rates import Allowance, Rate
from web.transport.websocket import KINDS, MESSAGE_MAX, WebSocket

sampled = Sampled(logging.getLogger(__name__))

JOIN_S = 15.0
"""A session must join a board, the staff or a ticket within this time: a page does so in its first second."""
LOOK_S = 5.0
MESSAGES = Rate(burst=32, per_s=2)
"""A page sends two or three messages at its start; a tablet that reconnects on a poor network sends more."""
PACKETS_MAX = 16
"""The limit of packets in one HTTP body: that of python-engineio, checked here before the packets are unpacked."""
SEPARATOR = "\x1e"


class WireJson:
    """JSON of Socket.IO's packets. Too deep a nesting raises ValueError like any other error, not RecursionError."""

    @staticmethod
    def dumps(data: Any, **_: Any) -> str:
        return to_json(data).decode()

    @staticmethod
    def loads(text: str) -> Any:
        return from_json(text)


class Sessions:
    """Checks requests before python-engineio, and its events. `server` is the python-socketio server."""

    def __init__(
        self,
        app: Wsgi,
        server: Any,
        total: int,
        per_address: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._server = server
        self._eio = server.eio
        self._total = total
        self._per_address = per_address
        self._clock = clock
        self._address: dict[str, str] = {}
        self._by_address: Counter[str] = Counter()
        self._since: dict[str, float] = {}
        self._allowance: dict[str, Allowance] = {}
        self._wrap_handlers()

    def start(self) -> None:
        """Starts the check for sessions that join nothing."""
        gevent.spawn(self._watch)

    # -- before python-engineio -------------------------------------------------------------------------
    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(SOCKETS):
            return self._app(environ, start)
        query = parse_qs(environ.get("QUERY_STRING", ""))
        refused = 0
        if "j" in query or self._is_over(query):
            refused = 400
        elif environ["REQUEST_METHOD"] == "POST":
            refused = _refusal_of_body(environ)
        elif "sid" not in query:
            refused = self._room_for(bucket(environ["REMOTE_ADDR"]))
        if refused:
            return refuse(environ, start, refused)
        return self._app(environ, start)

    def _is_over(self, query: dict[str, list[str]]) -> bool:
        """Whether the request names an ended session that python-engineio still knows, for which it would raise."""
        session = self._eio.sockets.get(query.get("sid", [""])[0])
        return session is not None and session.closed

    def _room_for(self, address: str) -> int:
        if len(self._eio.sockets) >= self._total:
            sampled.warning("too many live sessions in all", str(self._total))
            return 503
        if self._by_address[address] >= self._per_address:
            sampled.warning("too many live sessions of one address", address)
            return 429
        return 0

    # -- at python-engineio's events ----------------------------------------------------------------------
    def _wrap_handlers(self) -> None:
        """Wraps python-socketio's handlers."""
        self._eio._async = {**self._eio._async, "websocket": WebSocket}
        for event, around in (
            ("connect", self._connect),
            ("message", self._message),
            ("disconnect", self._disconnect),
        ):
            self._eio.on(event, around(self._eio.handlers[event]))

    def _connect(self, handle: Callable[..., Any]) -> Callable[..., Any]:
        def connect(sid: str, environ: Environ) -> Any:
            address = bucket(environ["REMOTE_ADDR"])
            self._address[sid] = address
            self._by_address[address] += 1
            self._since[sid] = self._clock()
            self._allowance[sid] = MESSAGES.allowance(self._clock)
            return handle(sid, environ)

        return connect

    def _message(self, handle: Callable[..., Any]) -> Callable[..., Any]:
        def message(sid: str, data: Any) -> None:
            allowance = self._allowance.get(sid)
            if allowance is None or not allowance.take():
                sampled.warning("too many messages of one session", self._address.get(sid, ""))
                self._end(sid)
                return
            try:
                handle(sid, data)
            except Exception as error:  # the message was no Socket.IO packet
                sampled.warning("a message that cannot be read", type(error).__name__)
                self._end(sid)

        return message

    def _disconnect(self, handle: Callable[..., Any]) -> Callable[..., Any]:
        def disconnect(sid: str, reason: str) -> Any:
            self._forget(sid)
            return handle(sid, reason)

        return disconnect

    def _forget(self, sid: str) -> None:
        address = self._address.pop(sid, None)
        self._since.pop(sid, None)
        self._allowance.pop(sid, None)
        if address is not None:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]

    def _end(self, sid: str) -> None:
        session = self._eio.sockets.get(sid)
        if session is not None:
            session.close(wait=False, abort=True, reason=self._eio.reason.SERVER_DISCONNECT)

    # -- sessions that join nothing -----------------------------------------------------------------------
    def _watch(self) -> None:
        while True:
            gevent.sleep(LOOK_S)
            self.end_idle()

    def end_idle(self) -> None:
        """Ends the sessions that joined nothing in time, also those that python-engineio no longer knows."""
        joined = self._joined()
        latest = self._clock() - JOIN_S
        for sid in [
            sid for sid, since in self._since.items() if since <= latest and sid not in joined
        ]:
            sampled.warning("a session that joined nothing", self._address.get(sid, ""))
            self._end(sid)
            self._forget(sid)

    def _joined(self) -> set[str]:
        session_ids: set[str] = set()
        for rooms in self._server.manager.rooms.values():
            everybody = rooms.get(None, {})
            for room, members in rooms.items():
                if room is not None and room not in everybody:
                    session_ids.update(members.values())
        return session_ids


def _refusal_of_body(environ: Environ) -> int:
    """Reads a body of packets and checks that python-engineio can read it; the status of the refusal, or 0."""
    length = environ.get("CONTENT_LENGTH", "")
    if not (length.isascii() and length.isdigit()):
        return 400
    if int(length) > MESSAGE_MAX:
        return 413
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    try:
        packets = body.decode().split(SEPARATOR)
    except UnicodeDecodeError:
        return 400
    if len(packets) > PACKETS_MAX or any(
        not packet or packet[0] not in KINDS for packet in packets
    ):
        return 400
    return 0
