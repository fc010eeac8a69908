"""The printer of a branch without one: it writes each slip to a file in the branch's data folder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from lobby.branch.inside import open_inside
from lobby.state.printer import PrinterStatus
from printer.devices import DeviceError
from printer.devices.status import ANSWER_S

SHEETS_MAX = 200
PRINT_S = 0.5
"""The time of a slip of about 100 mm at the 200 mm/s of a real printer, so that a demonstration and a measurement take
as long as with one."""
PRUNE_EVERY = 50


class Virtual:
    def __init__(self, data: Path, printer: str) -> None:
        self._tray = tray(data, printer)

    def open(self) -> None:
        try:
            self._tray.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DeviceError(f"{self._tray}: {error}") from error

    def write(self, data: bytes) -> None:
        time.sleep(PRINT_S)
        n = max(sheet_numbers(self._tray), default=0) + 1
        try:
            # A link of that name is not written through.
            with (self._tray / f"{n:06d}.bin").open("xb") as sheet:
                sheet.write(data)
            if n % PRUNE_EVERY == 0:
                for old in sorted(sheet_numbers(self._tray))[:-SHEETS_MAX]:
                    (self._tray / f"{old:06d}.bin").unlink()
        except OSError as error:
            raise DeviceError(f"{self._tray}: {error}", maybe_on_paper=True) from error

    def status(self, within_s: float = ANSWER_S) -> PrinterStatus:
        return PrinterStatus.OK

    def close(self) -> None:
        """Nothing is held open."""


def tray(data: Path, printer: str) -> Path:
    return data / "paper" / printer


def sheet(data: Path, printer: str, n: int) -> bytes:
    """The bytes of a printed slip. Raises OSError where there is none, or a link leads out of the tray."""
    with open_inside(data, *tray(Path(), printer).parts, f"{n:06d}.bin") as file:
        return file.read()


def sheet_numbers(tray: Path) -> Iterator[int]:
    return (int(path.stem) for path in tray.glob("*.bin"))
