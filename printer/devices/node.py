"""A line behind a file descriptor: a device node or a serial line. Nothing here waits without a limit: a printer
without paper stops taking bytes, and a write that blocks would keep its thread for ever."""

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
"""usblp, the kernel's driver of USB printers, takes at most 8 KB at once."""
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
        """All of it, as long as the node takes something within the time limit. `sent` counts the bytes taken."""
        self.sent = 0
        patience = Patience(len(data), self._timeout_s)
        while self.sent < len(data):
            patience.still()
            self.sent += self._some(data[self.sent : self.sent + CHUNK])
        self._drained(patience)

    def _some(self, data: bytes) -> int:
        """How many bytes it took, more than none."""
        for _ in self._looks(select.POLLOUT):
            with suppress(BlockingIOError):
                if taken := os.write(self._fd, data):
                    return taken
        raise TimeoutError(errno.ETIMEDOUT, f"takes nothing for {self._timeout_s:g} s")

    def _drained(self, patience: Patience) -> None:
        """Until what was written has left this machine: closing a node drops what it has not sent."""
        before = -1
        while (left := self._left()) != 0:
            patience.still()
            if left == before:
                raise TimeoutError(errno.ETIMEDOUT, f"{left} bytes are stuck for {self._timeout_s:g} s")
            before = left
            for _ in self._looks(select.POLLOUT):
                if self._left() < before:
                    break
        for _ in self._looks(select.POLLOUT):
            return
        raise TimeoutError(errno.ETIMEDOUT, f"does not get done within {self._timeout_s:g} s")

    def _left(self) -> int:
        """Bytes that a serial line still has to send; no other node tells."""
        if not os.isatty(self._fd):
            return 0
        with _as_os_error():
            return int(struct.unpack("i", fcntl.ioctl(self._fd, termios.TIOCOUTQ, b"\0" * 4))[0])

    def ask(self, question: bytes, within_s: float) -> int | None:
        """The byte of the answer to a question, None for silence."""
        self._forget()
        self._some(question)
        return self._read(within_s)

    def _read(self, within_s: float) -> int | None:
        for event in self._looks(select.POLLIN, within_s):
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

    def _forget(self) -> None:
        """Late answers to earlier questions are no answer to this one."""
        with suppress(BlockingIOError):
            while len(os.read(self._fd, ANSWER_BYTES)) == ANSWER_BYTES:
                pass

    def _looks(self, wanted: int, limit_s: float | None = None) -> Iterator[int]:
        """What poll says each time that the node seems ready, until the time is over."""
        ready = select.poll()
        ready.register(self._fd, wanted)
        deadline = time.monotonic() + (self._timeout_s if limit_s is None else limit_s)
        while (left_s := deadline - time.monotonic()) > 0:
            for _, event in ready.poll(1000 * left_s):
                yield event
                time.sleep(LOOK_AGAIN_S)

    def drop(self) -> None:
        """Forget what has not left: closing a serial line would wait for it, up to 30 s."""
        with suppress(OSError, termios.error):
            termios.tcflush(self._fd, termios.TCOFLUSH)


def write_slip(node: Node, path: Path | str, data: bytes) -> None:
    """All of a slip. Raises DeviceError with what may lie on the paper."""
    try:
        node.write(data)
    except OSError as error:
        text = f"{path}: cut off after {node.sent} bytes: {error.strerror}"
        raise DeviceError(text, maybe_on_paper=node.sent > 0) from error


@contextmanager
def _as_os_error() -> Iterator[None]:
    """termios.error is no OSError, though it has the same arguments."""
    try:
        yield
    except termios.error as error:
        raise OSError(*error.args) from error
