"""Measures a branch under attack beside the same branch in quiet: half-open clients, parallel sign-ins and a flood of
large frames at once, each kind from its own loopback addresses, limited in number and time.

    python benchmarks/siege.py [--seconds 10] [--half-open 1000] [--sign-ins 200] [--flood 16] [--boards 200]

Limits: during the attack the p99 of issuing a ticket and the time of a call to all boards are at most 3 times those in
quiet, and the server's memory 1.5 times; within 5 s after its end everything is as in quiet.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import base64  # noqa: E402
import os  # noqa: E402
import socket  # noqa: E402
import statistics  # noqa: E402
import struct  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from contextlib import suppress  # noqa: E402
from dataclasses import dataclass, field  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
import requests  # noqa: E402
from boards import Crowd  # noqa: E402
from stage import Branch, verdict  # noqa: E402

TIMES = 3.0
MEMORY_TIMES = 1.5
RECOVERY_S = 5.0
PACE_S = 0.05
CALL_EVERY = 20
"""Tickets between two calls."""
REPEAT_S = {"half_open": 2.0, "sign_in": 2.0, "flood": 0.2}
"""The pause until an attacker connects again, with all others of its kind."""
HUGE = 8 * 2**20
LONGEST_S = 120
ATTACKERS_NICE = 15


# -- the attackers, in their own process ----------------------------------------------------------------------
def connect_from(port: int, net: int, n: int) -> socket.socket:
    """A connection from one of a hundred addresses of this kind of attacker."""
    return socket.create_connection(("127.0.0.1", port), 30, (f"127.0.{net}.{1 + n % 100}", 0))


def half_open(port: int, n: int) -> None:
    """Begins a request and adds a header line every second, without an end."""
    with connect_from(port, 2, n) as connection:
        connection.sendall(b"POST /api/v1/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        while True:
            gevent.sleep(1)
            connection.sendall(b"X-Slow: a\r\n")


def sign_in(port: int, n: int) -> None:
    form = b"name=manager&password=not-the-password"
    with connect_from(port, 3, n) as connection:
        connection.sendall(
            b"POST /signin HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(form), form)
        )
        while connection.recv(65536):
            pass


def flood(port: int, n: int) -> None:
    """Sends frames of 8 MB, or small ones, as long as the server takes them."""
    key = base64.b64encode(os.urandom(16))
    with connect_from(port, 4, n) as connection:
        connection.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n"
            % key
        )
        connection.recv(4096)
        size = HUGE if n % 2 else 15_000
        length = b"\xff" + struct.pack("!Q", size) if n % 2 else b"\xfe" + struct.pack("!H", size)
        for _ in range(200):
            connection.sendall(b"\x82" + length + b"\1\2\3\4" + bytes(size))


def repeat(act: Any, port: int, n: int) -> None:
    while True:
        with suppress(OSError):
            act(port, n)
        gevent.sleep(REPEAT_S[act.__name__])


def attack(port: int, args: argparse.Namespace) -> None:
    """Attacks at a low priority: real attackers have processors of their own."""
    os.nice(ATTACKERS_NICE)
    for act, number in ((half_open, args.half_open), (sign_in, args.sign_ins), (flood, args.flood)):
        for n in range(number):
            gevent.spawn(repeat, act, port, n)
    gevent.sleep(min(args.seconds + 30, LONGEST_S))


# -- what customers and tellers notice ------------------------------------------------------------------------
@dataclass
class Measures:
    tickets_s: list[float] = field(default_factory=list)
    calls_s: list[float] = field(default_factory=list)
    memory_mb: float = 0

    @property
    def ticket_p99(self) -> float:
        return statistics.quantiles(self.tickets_s, n=100)[98]

    @property
    def call(self) -> float:
        return statistics.median(self.calls_s)


class Lobby:
    """Issues tickets and calls them to boards that listen."""

    def __init__(self, branch: Branch, boards: int) -> None:
        self.branch = branch
        self.staff = requests.Session()
        self.staff.headers["Authorization"] = f"Bearer {branch.token('manager')}"
        self.counter = f"{branch.url}/api/v1/counters/1"
        self._post(f"{self.counter}/open")
        self.issue()
        self.crowd = Crowd(branch.url, boards)

    def _post(self, url: str, **body: Any) -> None:
        self.staff.post(url, json=body, timeout=60).raise_for_status()

    def issue(self) -> float:
        since = time.perf_counter()
        self._post(f"{self.branch.url}/api/v1/tickets", service="cash")
        return time.perf_counter() - since

    def call(self) -> float:
        return self.crowd.measure(
            lambda: self._post(f"{self.counter}/next"),
            lambda: self._post(f"{self.counter}/no-show"),
        )

    def watch(self, seconds: float) -> Measures:
        measures = Measures()
        until = time.monotonic() + seconds
        while time.monotonic() < until or len(measures.calls_s) < 3:
            measures.tickets_s.append(self.issue())
            if len(measures.tickets_s) % CALL_EVERY == 0:
                measures.calls_s.append(self.call())
            measures.memory_mb = max(measures.memory_mb, self.branch.memory_mb())
            gevent.sleep(PACE_S)
        return measures


def recovered_after(lobby: Lobby, quiet: Measures) -> float:
    """The seconds until ten tickets in a row and a call are as quick as in quiet."""
    since = time.monotonic()
    while time.monotonic() - since < 4 * RECOVERY_S:
        slowest = max(lobby.issue() for _ in range(10))
        if slowest <= TIMES * quiet.ticket_p99 and lobby.call() <= TIMES * max(quiet.calls_s):
            break
    return time.monotonic() - since


def is_within(topic: str, ratio: float, limit: float, detail: str) -> bool:
    within = ratio <= limit
    print(f"{topic:32} {detail}: {ratio:.2f}, limit {limit:g}: {verdict(held=within)}", flush=True)
    return within


def besiege(args: argparse.Namespace, branch: Branch) -> bool:
    lobby = Lobby(branch, args.boards)
    lobby.watch(2)  # warm
    quiet = lobby.watch(args.seconds)
    command = [
        sys.executable,
        __file__,
        "--attack",
        str(branch.port),
        "--seconds",
        str(args.seconds),
    ]
    for option in ("half_open", "sign_ins", "flood"):
        command += [f"--{option.replace('_', '-')}", str(getattr(args, option))]
    attackers = subprocess.Popen(command)
    try:
        gevent.sleep(2)
        siege = lobby.watch(args.seconds)
    finally:
        attackers.terminate()
        attackers.wait()
    recovery_s = recovered_after(lobby, quiet)
    print(
        f"quiet: {len(quiet.tickets_s)} tickets, {len(quiet.calls_s)} calls to {args.boards} boards"
    )
    print(f"siege: {len(siege.tickets_s)} tickets, {len(siege.calls_s)} calls", flush=True)
    ms = f"{quiet.ticket_p99 * 1e3:.1f} -> {siege.ticket_p99 * 1e3:.1f} ms"
    call_ms = f"{quiet.call * 1e3:.1f} -> {siege.call * 1e3:.1f} ms"
    memory = f"{quiet.memory_mb:.0f} -> {siege.memory_mb:.0f} MB"
    return all(
        [
            is_within("ticket p99", siege.ticket_p99 / quiet.ticket_p99, TIMES, ms),
            is_within("call at the last board", siege.call / quiet.call, TIMES, call_ms),
            is_within("memory", siege.memory_mb / quiet.memory_mb, MEMORY_TIMES, memory),
            is_within("as in quiet again, seconds", recovery_s, RECOVERY_S, "after the end"),
        ]
    )


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--half-open", type=int, default=1000)
    options.add_argument("--sign-ins", type=int, default=200)
    options.add_argument("--flood", type=int, default=16)
    options.add_argument("--boards", type=int, default=200)
    options.add_argument("--attack", type=int, help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.attack:
        attack(args.attack, args)
        return
    with tempfile.TemporaryDirectory() as folder, Branch(Path(folder)) as branch:
        sys.exit(0 if besiege(args, branch) else 1)


if __name__ == "__main__":
    main()
