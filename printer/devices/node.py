"""A device node or a serial line behind a file descriptor. Every wait has a limit: a printer without paper takes no
bytes, and a blocking write would hold its thread for ever."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import struct
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from printer.devices import DeviceError
from printer.devices.patience import Patience

CHUNK = 4096
"""Half of what usblp takes at once: the kernel's driver of USB printers has a buffer of 8 KB."""
LOOK_AGAIN_S = 0.02
"""A node may say that it is writable and still take nothing (usblp without paper does)."""
ANSWER_BYTES = 64


class Node:
    """An open descriptor, non-blocking. Every method raises OSError, also where termios would raise its own."""

    def __init__(self, descriptor: int, timeout_s: float) -> None:
        self._fd = descriptor
        self._timeout_s = timeout_s
        self.sent = 0

    def write(self, data: bytes) -> None:
        """Writes everything, as long as the node takes bytes within the time limit. `sent` counts them."""
        self.sent = 0
        patience = Patience(len(data), self._timeout_s)
        while self.sent < len(data):
            patience.still()
            self.sent += self._write_some(data[self.sent : self.sent + CHUNK])
        self._await_sent(patience)

    def _write_some(self, data: bytes) -> int:
        """Writes some of the bytes and returns their number, at least 1."""
        for _ in self._poll(select.POLLOUT):
            with suppress(BlockingIOError):
                if count := os.write(self._fd, data):
                    return count
        raise TimeoutError(errno.ETIMEDOUT, f"takes nothing for {self._timeout_s:g} s")

    def _await_sent(self, patience: Patience) -> None:
        """Waits until all bytes have left this machine: closing a node discards unsent bytes."""
        before = -1
        while (unsent := self._unsent()) != 0:
            patience.still()
            if unsent == before:
                raise TimeoutError(
                    errno.ETIMEDOUT, f"{unsent} bytes are stuck for {self._timeout_s:g} s"
                )
            before = unsent
            for _ in self._poll(select.POLLOUT):
                if self._unsent() < before:
                    break
        for _ in self._poll(select.POLLOUT):
            return
        raise TimeoutError(errno.ETIMEDOUT, f"does not get done within {self._timeout_s:g} s")

    def _unsent(self) -> int:
        """The bytes that a serial line still has to send; 0 for other nodes, which do not report them."""
        if not os.isatty(self._fd):
            return 0
        with _as_os_error():
            return int(struct.unpack("i", fcntl.ioctl(self._fd, termios.TIOCOUTQ, b"\0" * 4))[0])

    def ask(self, question: bytes, within_s: float) -> int | None:
        """The byte that answers the question; None for silence."""
        self._discard_answers()
        self._write_some(question)
        return self._read(within_s)

    def _read(self, within_s: float) -> int | None:
        for event in self._poll(select.POLLIN, within_s):
            try:
                answer = os.read(self._fd, 1)
            except BlockingIOError:
                continue
            if answer:
                return answer[0]
            if event & select.POLLHUP:
                raise OSError(errno.EIO, "unplugged")
            return None
        return None

    def _discard_answers(self) -> None:
        """Discards late answers to earlier questions."""
        with suppress(BlockingIOError):
            while len(os.read(self._fd, ANSWER_BYTES)) == ANSWER_BYTES:
                pass

    def _poll(self, events: int, limit_s: float | None = None) -> Iterator[int]:
        """The events of poll each time that the node seems ready, until the limit."""
        ready = select.poll()
        ready.register(self._fd, events)
        deadline = time.monotonic() + (self._timeout_s if limit_s is None else limit_s)
        while (remaining_s := deadline - time.monotonic()) > 0:
            for _, event in ready.poll(1000 * remaining_s):
                yield event
                time.sleep(LOOK_AGAIN_S)

    def drop(self) -> None:
        """Discards unsent bytes: closing a serial line would wait for them, up to 30 s."""
        with suppress(OSError, termios.error):
            termios.tcflush(self._fd, termios.TCOFLUSH)


def write_slip(node: Node, path: Path | str, data: bytes) -> None:
    """Writes a whole slip. Raises DeviceError, which says whether part of it may be on paper."""
    try:
        node.write(data)
    except OSError as error:
        text = f"{path}: cut off after {node.sent} bytes: {error.strerror}"
        raise DeviceError(text, maybe_on_paper=node.sent > 0) from error


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Raises termios.error as OSError, which has the same arguments."""
    try:
        yield
    except termios.error as error:
        raise OSError(*error.args) from error
