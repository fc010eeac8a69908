"""A real branch whose computer's clock a test sets, by libfaketime: the wall clock moves, what counts does not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import requests
from conftest import Server, until

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


class FakedClock:
    """A real branch whose computer's clock the test sets."""

    def __init__(self, folder: Path) -> None:
        assert LIBRARY, "install faketime"
        self.folder = folder
        self._offset = folder / "offset"
        self.set(0)
        self.server = Server(folder / "var")
        self.server.env = {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_CACHE_DURATION": "1",
        }

    def set(self, seconds: int) -> None:
        """So much beside the true time."""
        fresh = self._offset.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}")
        fresh.replace(self._offset)

    def set_and_seen(self, seconds: int) -> None:
        """Set while the branch runs, and noticed by it."""
        before = self.steps()
        self.set(seconds)
        until(lambda: self.steps() > before, "the branch saw its clock set")

    def steps(self) -> int:
        return len(re.findall(r"clock was set by", self.server.log.read_text()))

    def start(self) -> None:
        self.server.start()
        self.staff = self.server.as_("manager")

    def restart(self, seconds: int) -> None:
        """As after a cut of the power, with the clock set meanwhile."""
        self.server.kill()
        self.set(seconds)
        self.start()

    def post(self, path: str, **body: Any) -> requests.Response:
        answer = self.staff.post(f"{self.server.url}/api/v1{path}", json=body, timeout=20)
        assert answer.ok, answer.text
        return answer

    def draw(self) -> str:
        number: str = self.post("/tickets", service="cash").json()["number"]
        return number

    def hall(self) -> Any:
        return self.staff.get(f"{self.server.url}/api/v1/hall", timeout=20).json()

    def waiting(self) -> list[str]:
        return [t["number"] for t in self.hall()["tickets"] if t["state"] == "waiting"]

    def alerts(self) -> list[str]:
        return [alert["kind"] for alert in self.hall()["alerts"]]
