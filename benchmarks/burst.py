"""What advice costs the branch after a burst: part of benchmarks/advice.py.

A branch of eight counters, six of them open, gets 300 numbers at once. Then a tablet asks for advice every three
seconds for a minute, each time about another lobby, while numbers are drawn four times a second. The same numbers are
drawn for half a minute before and after, without the tablet: what a number takes depends on how often one is drawn, and
on what else the machine does.
"""

from __future__ import annotations

import json
import statistics
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stage import Branch, verdict

NUMBERS = 300
OPEN = range(1, 7)
SERVICES = ("cash", "cash", "cash", "cards", "loans", "wealth")
ASKS = 20
EVERY_S = 3.0
PLAIN_S = 30.0
PAUSE_S = 0.25
ANSWER_LIMIT_S = 1.0
SHARE_LIMIT = 0.25
RATIO_LIMIT = 1.5
"""A number takes a few milliseconds; half as much again is noticed by nobody."""


class Client:
    """A member of staff who asks the branch over HTTP."""

    def __init__(self, branch: Branch, role: str) -> None:
        self._url = f"{branch.url}/api/v1"
        self._headers = {"Authorization": f"Bearer {branch.token(role)}"}

    def ask(self, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {**self._headers, "Content-Type": "application/json"}
        request = urllib.request.Request(self._url + path, data, headers)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")

    def timed(self, path: str, body: object = None) -> tuple[float, Any]:
        """The seconds until the answer, and the answer."""
        began = time.perf_counter()
        answer = self.ask(path, body)
        return time.perf_counter() - began, answer


def _issue(manager: Client, number: int) -> float:
    took_s, _ = manager.timed("/tickets", {"service": SERVICES[number % len(SERVICES)]})
    return took_s


def _issued_until(manager: Client, ends: float) -> list[float]:
    """Numbers drawn until that second of the monotonic clock, and the seconds that each took."""
    took_s: list[float] = []
    while time.monotonic() < ends:
        took_s.append(_issue(manager, len(took_s)))
        time.sleep(PAUSE_S)
    return took_s


def beside_of(branch: Branch) -> int | None:
    """The process that looks ahead; None before the first question."""
    pid = branch.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return next((int(child) for child in children if _looks_ahead(child)), None)


def _looks_ahead(pid: str) -> bool:
    return b"aside_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


def _cpu_s(pid: int) -> float:
    return time.clock_gettime((~pid << 3) | 2)


def _memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _open(manager: Client) -> None:
    for counter in OPEN:
        manager.ask(f"/counters/{counter}/open", {})


def burst(branch: Branch) -> Iterator[str]:
    manager = Client(branch, "manager")
    _open(manager)
    for number in range(NUMBERS):
        _issue(manager, number)
    plain_s = _issued_until(manager, time.monotonic() + PLAIN_S)
    began = time.monotonic()
    answered_s: list[float] = []
    issued_s: list[float] = []
    ready_s: float | None = None
    while len(answered_s) < ASKS:
        due = began + EVERY_S * len(answered_s)
        took_s, answer = manager.timed("/advice")
        answered_s.append(took_s)
        if ready_s is None and answer["at"]:
            ready_s = time.monotonic() - began
        issued_s += _issued_until(manager, due + EVERY_S)
    minute_s = time.monotonic() - began
    pid = beside_of(branch)
    assert pid
    share = _cpu_s(pid) / minute_s
    plain_s += _issued_until(manager, time.monotonic() + PLAIN_S)
    longest_s = max(answered_s)
    beside_s = statistics.median(issued_s)
    alone_s = statistics.median(plain_s)
    yield (
        f"after {NUMBERS} numbers: advice answered within {longest_s:.2f} s of {len(answered_s)} requests, "
        f"limit {ANSWER_LIMIT_S:.0f} s: {verdict(held=longest_s <= ANSWER_LIMIT_S)}"
    )
    yield f"the first advice was there after {ready_s or minute_s:.1f} s"
    ratio = beside_s / alone_s
    yield (
        f"POST /tickets takes {1000 * beside_s:.1f} ms beside it, {1000 * alone_s:.1f} ms without, "
        f"longest {1000 * max(issued_s):.0f} ms: ratio {ratio:.2f}, limit {RATIO_LIMIT}: "
        f"{verdict(held=ratio <= RATIO_LIMIT)}"
    )
    yield (
        f"the process used {share:.0%} of a core in {minute_s:.0f} s, limit {SHARE_LIMIT:.0%}: "
        f"{verdict(held=share <= SHARE_LIMIT)}; {_memory_mb(pid):.0f} MB, the server "
        f"{branch.memory_mb():.0f} MB"
    )
