"""What the benchmarks share: a branch served by a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parent.parent


class Branch:
    """`lobby serve` on a free port, with the shipped configuration."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = folder / "var"
        self._log = (folder / "serve.log").open("wb")

    def __enter__(self) -> Branch:
        lobby = Path(sys.executable).with_name("lobby")
        command = [
            lobby,
            "serve",
            "--config",
            ROOT / "config.toml",
            "--data",
            self.data,
            "--port",
            str(self.port),
        ]
        self.process = subprocess.Popen([str(part) for part in command], stdout=self._log, stderr=self._log)
        while not self._alive():
            time.sleep(0.02)
        return self

    def _alive(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz"):
                return True
        except OSError:
            return False

    def token(self, role: str) -> str:
        lobby = Path(sys.executable).with_name("lobby")
        command = [lobby, "token", "create", "--role", role, "--data", self.data]
        return subprocess.run(
            [str(p) for p in command], capture_output=True, text=True, check=True
        ).stdout.strip()

    def cpu_s(self) -> float:
        """Seconds of processor the server has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def memory_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait()
        self._log.close()
