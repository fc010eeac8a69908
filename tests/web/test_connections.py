"""Slow, half-open and many connections, against the real server's classes on real sockets of the loopback."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import BuiltinFunctionType
from typing import Any

import gevent
import gevent.socket
import pytest
import requests
import websockets.frames
from conftest import Server, midday_config, serving, until

from web.transport.addresses import Networks
from web.transport.connections import NEVER, Connection, Connections
from web.transport.server import IDLE_S
from web.transport.server import Server as WsgiServer

CAP = 12
LATE = 50


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A branch that lets each address have twelve connections."""
    folder = tmp_path_factory.mktemp("branch")
    config = midday_config(
        folder, ("[security]\n", f"[security]\nconnections_per_address = {CAP}\n")
    )
    with serving(folder / "var", config=config) as running:
        yield running


def line(server: Server, address: str = "127.0.0.2", sent: bytes = b"") -> socket.socket:
    made = socket.create_connection(
        ("127.0.0.1", server.port), timeout=60, source_address=(address, 0)
    )
    if sent:
        made.sendall(sent)
    return made


def get(path: str = "/healthz", *more: str) -> bytes:
    head = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *more]
    return ("\r\n".join(head) + "\r\n\r\n").encode()


def answer(made: socket.socket) -> bytes:
    """All until the server ends the line, at once or after what was still on its way."""
    got = b""
    with suppress(ConnectionResetError):
        while data := made.recv(65536):
            got += data
    return got


def test_who_sends_nothing_or_a_byte_at_a_time_is_not_waited_for(server: Server) -> None:
    """All of them at once; the limits are 10 s for a head and 20 s for a body."""
    post = b"POST /api/v1/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    post += b"Content-Type: application/json\r\nContent-Length: 900\r\n\r\n"
    mute = [line(server, "127.0.0.3", sent) for sent in (b"", b"GET /healthz HTT", get()[:-2])]
    with line(server, "127.0.0.4", post) as slow:
        ended = until(lambda: trickle(slow), "the server gives up on the body", 60)
    assert ended.startswith(b"HTTP/1.1 408")
    assert [answer(made)[:12] for made in mute] == [b"", b"HTTP/1.1 408", b"HTTP/1.1 408"]
    for made in mute:
        made.close()


def trickle(made: socket.socket) -> bytes:
    """One more byte; what was answered, if anything."""
    made.setblocking(False)
    with suppress(OSError):
        made.send(b" ")
    try:
        return made.recv(4096)
    except BlockingIOError:
        time.sleep(0.2)
        return b""


class Ended:
    """A client's line that notes when it was ended."""

    def __init__(self, ends: list[str]) -> None:
        self._sock = self
        self._ends = ends

    def shutdown(self, _: int) -> None:
        self._ends.append("end")


def test_many_who_are_late_together_hold_up_nobody_else() -> None:
    """Half-open clients that come together are late together: a ticket waited until the last of them was gone."""
    now = [0.0]
    turns: list[str] = []
    connections = Connections(LATE, LATE, Networks([]), lambda: now[0])
    for _ in range(LATE):
        late = connections.admit(Ended(turns), "127.0.0.9")
        assert isinstance(late, Connection)
        late.expect_within(1)
    now[0] = 2.0
    looking = gevent.spawn(connections.drop_late)
    while not looking.dead:
        turns.append("others")
        gevent.sleep(0)
    assert turns.count("end") == LATE
    assert "end end" not in " ".join(turns)


def test_the_branch_has_so_many_connections_in_all() -> None:
    """Whoever holds them: an attack from everywhere keeps files for the database, the printers and the log."""
    connections = Connections(3, 3, Networks([]))
    held = [connections.admit(Ended([]), f"127.0.0.{n}") for n in range(3)]
    assert all(isinstance(one, Connection) for one in held)
    refused = connections.admit(Ended([]), "127.0.0.9")
    assert isinstance(refused, bytes)
    assert refused.startswith(b"HTTP/1.1 503")
    assert isinstance(held[0], Connection)
    connections.release(held[0])
    assert isinstance(connections.admit(Ended([]), "127.0.0.9"), Connection)


def test_of_those_that_sent_nothing_the_oldest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.transport.connections.WITHOUT_HEAD_MAX", 2)
    connections = Connections(9, 9, Networks([]))
    ends: list[str] = []
    known = connections.admit(Ended(ends), "127.0.0.1")
    assert isinstance(known, Connection)
    connections.head_received(known)
    oldest: list[str] = []
    connections.admit(Ended(oldest), "127.0.0.2")
    for n in (3, 4):
        connections.admit(Ended(ends), f"127.0.0.{n}")
    assert oldest == ["end"]
    assert ends == []


def test_a_line_on_which_no_further_request_comes_is_ended() -> None:
    now = [0.0]
    connections = Connections(9, 9, Networks([]), lambda: now[0])
    server = WsgiServer(("127.0.0.1", 0), fine, connections)
    server.start()
    with gevent.socket.create_connection(("127.0.0.1", server.server_port), timeout=30) as made:
        made.sendall(get())
        assert made.recv(4096).startswith(b"HTTP/1.1 200")
        until_idle(connections)
        now[0] += IDLE_S - 1
        connections.drop_late()
        made.sendall(get())
        assert made.recv(4096).startswith(b"HTTP/1.1 200"), "in time"
        until_idle(connections)
        now[0] += IDLE_S + 1
        connections.drop_late()
        assert made.recv(4096) == b""
    server.stop()


def fine(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [("Content-Length", "0")])
    return []


def until_idle(connections: Connections) -> None:
    """The server waits for the next request: the answer comes before it does."""
    with gevent.Timeout(30):
        while any(one.deadline == NEVER for one in connections._all):
            gevent.sleep(0)


def test_an_address_has_so_many_connections_and_no_other_pays_for_it(server: Server) -> None:
    held = [line(server, "127.0.0.5", get()) for _ in range(CAP)]
    for made in held:
        assert made.recv(4096).startswith(b"HTTP/1.1 200")
    with line(server, "127.0.0.5", get()) as more:
        refused = answer(more)
    assert refused.startswith(b"HTTP/1.1 429")
    assert b"Retry-After" in refused
    with line(server, "127.0.0.6", get()) as other:
        assert other.recv(4096).startswith(b"HTTP/1.1 200")
    for made in held:
        made.close()
    until(lambda: again(server, "127.0.0.5"), "the address may come again")


def again(server: Server, address: str) -> bool:
    with line(server, address, get()) as made:
        return made.recv(4096).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        + b"".join(b"X-%d: y\r\n" % n for n in range(300))
        + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 8000) for n in range(9))
        + b"\r\n",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1_0\r\n\r\nabcdefghij",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=[
        "version",
        "0.9",
        "nonsense",
        "many-lines",
        "large",
        "two-lengths",
        "odd-length",
        "coding",
    ],
)
def test_what_proxies_could_read_differently_is_refused(server: Server, sent: bytes) -> None:
    with line(server, "127.0.0.7", sent) as made:
        assert answer(made)[:12] in (b"HTTP/1.1 400", b"")


@pytest.mark.parametrize(
    ("sent", "status"),
    [(get("/api/v1/services?" + "a" * 9000), 414), (b"GET\r\n\r\n", 400)],
    ids=["a line too long", "no HTTP"],
)
def test_what_is_refused_unread_has_a_document(server: Server, sent: bytes, status: int) -> None:
    with line(server, sent=sent) as made:
        head, _, body = answer(made).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d" % status)
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == status


def test_the_log_has_no_traceback_and_few_lines(server: Server) -> None:
    for _ in range(30):
        with line(server, "127.0.0.8", b"nonsense\r\n\r\n") as made:
            answer(made)
    log = server.log.read_text()
    assert "Traceback" not in log
    assert log.count("no HTTP") <= 2


# -- frames -----------------------------------------------------------------------------------------------
def board(server: Server, address: str) -> socket.socket:
    """A WebSocket that has been accepted."""
    key = base64.b64encode(os.urandom(16)).decode()
    upgrade = [
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
    ]
    made = line(server, address, get("/socket.io/?EIO=4&transport=websocket", *upgrade))
    got = b""
    while b"pingInterval" not in got:
        data = made.recv(4096)
        assert data, got
        got += data
    assert got.startswith(b"HTTP/1.1 101")
    return made


def frame(data: bytes, opcode: int = 1, fin: bool = True, length: int | None = None) -> bytes:
    """A client's frame, masked; `length` is what it announces."""
    size = len(data) if length is None else length
    head = bytes([opcode | (0x80 if fin else 0)])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += b"\xfe" + struct.pack("!H", size)
    else:
        head += b"\xff" + struct.pack("!Q", size)
    mask = b"\x01\x02\x03\x04"
    return head + mask + bytes(b ^ mask[n % 4] for n, b in enumerate(data))


@pytest.mark.parametrize("size", [16 * 1024 + 1, 8 * 2**20, 2**62])
def test_a_frame_is_refused_before_it_is_read(server: Server, size: int) -> None:
    """The head alone is enough: not a byte of the frame is waited for."""
    with board(server, "127.0.0.9") as made:
        made.sendall(frame(b"", length=size))
        assert b"\x03\xf1" in answer(made)  # 1009, message too big


def test_frames_are_unmasked_in_c() -> None:
    """In Python a megabyte takes the only loop a tenth of a second."""
    assert isinstance(vars(websockets.frames)["apply_mask"], BuiltinFunctionType)


def test_a_message_in_many_pieces_is_refused_too(server: Server) -> None:
    with board(server, "127.0.0.10") as made:
        made.sendall(frame(b"4" + b"x" * 4000, fin=False) + frame(b"x" * 8000, opcode=0, fin=False))
        made.sendall(frame(b"x" * 8000, opcode=0, fin=False))
        assert b"\x03\xf1" in answer(made)


@pytest.mark.parametrize(
    "frames",
    [
        frame(b""),
        frame(b"\xff\xfe"),
        frame(b"x"),
        frame(b"9"),
        frame(b"b@@@"),
        frame(b"4" + b"[" * 9000),
        frame(b"4x"),
        frame(b"42" + b"[" * 9000),
        frame(b"451-[]"),
        frame(b"40/none,"),
        frame(b"4999999999999-"),
        frame(b"\x00\x01", opcode=2),
        frame(b"x", opcode=3),
        frame(b"ping", opcode=9) * 900,
        frame(b"3") * 900,
        b"\x81\x01x",
    ],
)
def test_whatever_a_frame_holds_the_branch_goes_on(server: Server, frames: bytes) -> None:
    with board(server, "127.0.0.11") as made:
        made.sendall(frames)
        with line(server, "127.0.0.12", get()) as other:
            assert other.recv(4096).startswith(b"HTTP/1.1 200")
    assert "Traceback" not in server.log.read_text()


def test_who_joins_nothing_is_sent_away_and_who_joined_stays(server: Server) -> None:
    with board(server, "127.0.0.13") as idle, board(server, "127.0.0.14") as joined:
        joined.sendall(frame(b"40/board,") + frame(b'42/board,["join",{"board":"main"}]'))
        assert heard(joined, b'"seq"')
        idle.sendall(frame(b"40/board,"))
        answer(idle)
        joined.sendall(frame(b"still there", opcode=9))
        assert heard(joined, b"still there")


def heard(made: socket.socket, what: bytes) -> bool:
    """Whether it comes before the line ends."""
    got = b""
    while what not in got and (data := made.recv(65536)):
        got += data
    return what in got


def polling(server: Server, body: bytes) -> int:
    url = f"{server.url}/socket.io/?EIO=4&transport=polling"

    def session() -> str:
        told = requests.get(url, timeout=30)
        return json.loads(told.text[1:])["sid"] if told.ok else ""

    sid = until(session, "a session", 60)
    return requests.post(f"{url}&sid={sid}", data=body, timeout=30).status_code


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"4" * 17_000, 413),
        (b"\x1e".join([b"3"] * 17), 400),
        (b"\xff", 400),
        (b"", 400),
        (b"40/board,", 200),
    ],
    ids=["large", "many", "no-text", "empty", "fine"],
)
def test_a_long_polls_body_is_bounded(
    tmp_path: Path, server: Server, body: bytes, status: int
) -> None:
    assert polling(server, body) == status
    assert "Traceback" not in server.log.read_text()


def test_one_address_has_so_many_sessions_of_long_polls_too(server: Server) -> None:
    def handshake() -> Any:
        return requests.get(f"{server.url}/socket.io/?EIO=4&transport=polling", timeout=30)

    statuses = [handshake().status_code for _ in range(CAP + 3)]
    assert 0 < statuses.count(200) <= CAP
    assert statuses[-1] == 429
