"""What the benchmarks share: a server in its own process, measured from outside."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parent.parent
LOBBY = Path(sys.executable).with_name("lobby")
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FLAGS.append("--autoplay-policy=no-user-gesture-required")
SLOWER = 4
"""The processor of a cheap kiosk or phone is so many times slower than this one."""
LOADED = """() => new Promise((done) => {
  const look = () => {
    const [page] = performance.getEntriesByType("navigation");
    if (page.loadEventEnd) done(page.domContentLoadedEventEnd);
    else setTimeout(look, 10);
  };
  look();
})"""


def verdict(*, held: bool) -> str:
    """The word for a limit in a benchmark's output."""
    if held:
        return "held"
    return "MISSED"


class Process:
    """A server on a free port; it runs within the `with` block."""

    def __init__(self, command: list[str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.command = command

    def __enter__(self) -> Self:
        self.since = time.monotonic()
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while not self._alive():
            time.sleep(0.01)
        self.started_s = time.monotonic() - self.since
        return self

    def _alive(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz"):
                return True
        except OSError:
            return False

    def cpu_s(self) -> float:
        """The processor time that the server has used, seconds: clock_getcpuclockid(3), since two calls to ten
        boards take less than a tick of /proc, 10 ms."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def memory_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        self.process.wait()


class Branch(Process):
    """`lobby serve` with the shipped configuration."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "var"
        super().__init__([str(LOBBY), "serve", "--demo", "--config", str(ROOT / "config.toml")])
        self.command += ["--data", str(self.data), "--port", str(self.port)]

    def token(self, role: str) -> str:
        command = [str(LOBBY), "token", "create", "--role", role, "--data", str(self.data)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def put_into(page: Path, name: str, table: str) -> None:
    """Puts the table into the page, where `<!-- name -->` says."""
    text = page.read_text(encoding="utf-8")
    before, _, table_and_after = text.partition(f"<!-- {name} -->")
    _, _, after = table_and_after.partition(f"<!-- end of {name} -->")
    marked = f"<!-- {name} -->\n{table}\n<!-- end of {name} -->"
    page.write_text(f"{before}{marked}{after}", encoding="utf-8")
