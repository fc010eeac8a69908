"""A file or device node that the slips are appended to."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from lobby.now import Status
from printer.devices import DeviceError


class File:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def open(self) -> None:
        try:
            self._file = self._path.open("ab")
        except OSError as error:
            raise DeviceError(f"{self._path}: {error}") from error

    def write(self, data: bytes) -> None:
        try:
            if self._file:
                self._file.write(data)
                self._file.flush()
        except OSError as error:
            raise DeviceError(f"{self._path}: {error}", maybe_on_paper=True) from error

    def status(self) -> Status:
        return Status.UNKNOWN

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None
