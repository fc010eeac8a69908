"""What a process tells systemd: that it has begun, and again and again that it goes on. One that hangs tells nothing
any more, and systemd puts another in its place (`WatchdogSec` of its unit).

It tells so only while each of its loops comes round. A database or a server that is away is no hang: a loop that tries
it again comes round, and a new process would find it no better.
"""

from __future__ import annotations

import faulthandler
import logging
import math
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

log = logging.getLogger(__name__)

WITHOUT_S = 60.0
"""A loop is looked at with this limit where nobody asks for signs of life: the log tells of one that hangs."""
ASKED_MIN = 10**6
ASKED_MAX = 10**13
"""Microseconds, a second and some months: nobody asks for others, and shorter ones would keep a processor busy."""
LOOKS = 4
"""In the time within which a loop has to come round."""


class Progress:
    """When each loop of the process came round last. For one thread."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self.is_ready = False
        """Whether anything came round yet."""

    def came_round(self, *loops: str, rest_s: float = 0.0) -> None:
        """They do, and may rest for so many seconds now."""
        self._since |= dict.fromkeys(loops, time.monotonic() + rest_s)
        self.is_ready = True

    @contextmanager
    def asking(self, loop: str, rest_s: float = 0.0) -> Iterator[None]:
        """Something is asked for this loop, which is to be answered with an error at least. `rest_s`: it may take so
        much longer than others."""
        question = f"{loop}: a question"
        begun = time.monotonic() + rest_s
        self._since |= {loop: begun, question: begun}
        try:
            yield
        finally:
            del self._since[question]
            self.came_round(loop)

    def oldest(self) -> tuple[str, float]:
        """The loop that came round first of all, and how long ago, seconds."""
        if not self._since:
            return "", 0.0
        loop = min(self._since, key=self._since.__getitem__)
        return loop, time.monotonic() - self._since[loop]


def _asked_s(microseconds: str) -> float:
    """0 for none, and for what is no span of time, which is told: a process without a watchdog still does its work."""
    if microseconds.isdecimal() and len(microseconds) <= len(str(ASKED_MAX)):
        asked = int(microseconds)
        if asked == 0 or ASKED_MIN <= asked <= ASKED_MAX:
            return asked / 1e6
    log.warning(
        "WATCHDOG_USEC=%.40s is no time from %d to %d microseconds: there is no watchdog",
        microseconds,
        ASKED_MIN,
        ASKED_MAX,
    )
    return 0.0


class Watchdog:
    """Tells of `progress` what the environment's NOTIFY_SOCKET asks for; nothing where it asks for nothing."""

    def __init__(self, progress: Progress, environment: Mapping[str, str] = os.environ) -> None:
        self._progress = progress
        self._address = environment.get("NOTIFY_SOCKET", "")
        asked_s = _asked_s(environment.get("WATCHDOG_USEC") or "0")
        self._limit_s = asked_s / 2 or WITHOUT_S
        self._is_ready = False
        self._hangs = False
        self.every_s = self._limit_s / LOOKS
        """So often it is to look."""
        if self._address:
            # systemd ends who hangs with SIGABRT: the log says then where each thread stood
            faulthandler.enable()

    def look(self) -> None:
        """Tell that the process has begun, and that it goes on."""
        loop, age_s = self._progress.oldest()
        hangs = age_s > self._limit_s
        if hangs and not self._hangs:
            log.error("%s hangs for %d s: systemd gets no sign of life", loop, math.floor(age_s))
        self._hangs = hangs
        if self._progress.is_ready and not self._is_ready:
            self._is_ready = self._tell("READY=1")
        if not hangs:
            self._tell("WATCHDOG=1")

    def _tell(self, text: str) -> bool:
        """One datagram. Whether it went: a socket that is full at present takes the next one."""
        if not self._address:
            return True
        address = self._address
        if address.startswith("@"):
            address = "\0" + address[1:]  # of Linux's abstract names
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.sendto(text.encode(), address)
            return True
        return False
