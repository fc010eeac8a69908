"""Measures tickets per second over HTTP at 1 and 16 clients, beside an empty route of the same server and beside raw
durable SQLite commits in the same run.

    python benchmarks/issue.py [--seconds 3] [--rounds 5]

Each round is a fresh branch; the clients are a process of their own with keep-alive connections.
Limit: at 16 clients issuing reaches at least half of the empty route's rate.
"""

from __future__ import annotations

import argparse
import multiprocessing
import selectors
import socket
import statistics
import tempfile
import time
from pathlib import Path

from sqlite_utils.db import sqlite3
from stage import Branch, verdict

LIMIT = 0.5
WARM_S = 2
BODY = b'{"service": "cash"}'
REQUESTS = {
    "empty": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "issue": b"POST /api/v1/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    + b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY),
}
Results = multiprocessing.Queue


class Client:
    """One keep-alive connection that repeats its request after each answer. It is light, to leave the machine's
    processors to the server."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = request
        self.received = b""
        self.answers = 0

    def ask(self) -> None:
        self.socket.sendall(self.request)

    def read(self) -> None:
        self.received += self.socket.recv(65536)
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if separator and len(body) >= int(head.lower().partition(b"content-length:")[2].split()[0]):
            assert head.startswith(b"HTTP/1.1 2"), head
            self.answers = self.answers + 1
            self.received = b""
            self.ask()


def clients(port: int, kind: str, number: int, seconds: float, out: Results) -> None:
    crowd = [Client(port, REQUESTS[kind]) for _ in range(number)]
    ready = selectors.DefaultSelector()
    for client in crowd:
        ready.register(client.socket, selectors.EVENT_READ, client)
        client.ask()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for key, _ in ready.select(0.1):
            key.data.read()
    out.put(sum(client.answers for client in crowd) / seconds)


def rate(port: int, kind: str, number: int, seconds: float) -> float:
    out: Results = multiprocessing.Queue()
    load = multiprocessing.Process(target=clients, args=(port, kind, number, seconds, out))
    load.start()
    requests_s = out.get()
    load.join()
    return requests_s


def raw_commits(folder: Path, seconds: float) -> float:
    """Durable commits of one row per second, without Lobby: WAL, synchronous=FULL."""
    db = sqlite3.connect(str(folder / "raw.db"), isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, data TEXT)")
    count = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        db.execute("INSERT INTO event (data) VALUES (?)", ("x" * 300,))
        count += 1
    return count / seconds


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=3)
    options.add_argument("--rounds", type=int, default=5)
    args = options.parse_args()
    ratios: dict[int, list[float]] = {1: [], 16: []}
    for _ in range(args.rounds):
        with tempfile.TemporaryDirectory() as folder, Branch(Path(folder)) as branch:
            print(f"raw SQLite commits {raw_commits(Path(folder), 2):6.0f} /s")
            rate(branch.port, "issue", 16, WARM_S)
            for number, shares in ratios.items():
                empty = rate(branch.port, "empty", number, args.seconds)
                issue = rate(branch.port, "issue", number, args.seconds)
                shares.append(issue / empty)
                print(
                    f"{number:2} clients: empty {empty:6.0f} /s, issue {issue:6.0f} /s: {shares[-1]:.2f}"
                )
    for number, shares in ratios.items():
        print(f"median ratio at {number:2} clients: {statistics.median(shares):.2f}")
    median = statistics.median(ratios[16])
    print(f"limit at 16 clients: {LIMIT}: {verdict(held=median >= LIMIT)}")


if __name__ == "__main__":
    main()
