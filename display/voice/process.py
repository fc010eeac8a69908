"""A process of `display.voice.worker`: started with the first job, ended after the last."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from typing import Any

PATIENT = "patient"
QUICK_S = 20.0
"""A board waits for the clip, which takes a second: a voice that says nothing for so long has stopped."""
PATIENT_S = 180.0
"""What is made ahead gives way to everything else: on a busy machine to load the voice alone takes half a minute."""


class Process:
    """Does one job at a time, for one thread at a time. A `patient` one gives way to all else on the machine."""

    def __init__(self, *, patient: bool = False) -> None:
        self._patient = patient
        self._running: subprocess.Popen[bytes] | None = None

    def do(self, job: dict[str, Any]) -> None:
        """Blocks up to QUICK_S or PATIENT_S. Raises OSError when it was not done."""
        try:
            failed = self._answer(self._started(), job)
        except OSError:
            self.end()
            raise
        if failed:
            raise OSError(f"no voice: {failed}")

    def _started(self) -> subprocess.Popen[bytes]:
        if self._running is None or self._running.poll() is not None:
            self.end()
            self._running = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "display.voice.worker",
                    *([PATIENT] if self._patient else []),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._running

    def _answer(self, running: subprocess.Popen[bytes], job: dict[str, Any]) -> str:
        asks, answers = running.stdin, running.stdout
        assert asks
        assert answers
        asks.write(json.dumps(job).encode() + b"\n")
        asks.flush()
        within_s = PATIENT_S if self._patient else QUICK_S
        if not select.select([answers], [], [], within_s)[0]:
            raise OSError("no voice: no answer")
        line = answers.readline()
        if not line:
            raise OSError("no voice: its process ended")
        return line.decode().strip()

    @property
    def runs(self) -> bool:
        return self._running is not None

    def end(self) -> None:
        running, self._running = self._running, None
        if running is None:
            return
        running.kill()
        running.wait()
        for pipe in (running.stdin, running.stdout):
            if pipe:
                pipe.close()
