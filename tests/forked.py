"""The command `lobby` in a process of its own, forked from one that has its modules already: a server starts with 0.4 s
of a processor, where a new interpreter takes 3.4 s. What needs another environment from the beginning, like a clock
that is preloaded, starts `LOBBY` itself."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["app", "cli"])
TIMEOUT_S = 60.0


class Forked:
    """A running `lobby`, with the part of subprocess.Popen that tests use. It dies with the tests' process."""

    def __init__(
        self,
        args: Sequence[str],
        stdout: Path,
        stderr: Path | None = None,
        stdin: Path = Path(os.devnull),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        files = (str(stdin), str(stdout), str(stderr or stdout))
        there = (str(cwd or Path.cwd()), dict(env or os.environ))
        for file in files[1:]:
            Path(file).touch()  # it may be read at once
        self._process = FORKS.Process(target=_run, args=(list(args), files, *there), daemon=True)
        self._process.start()
        self.pid = self._process.pid or 0

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("lobby", timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _run(args: list[str], files: tuple[str, str, str], cwd: str, env: dict[str, str]) -> None:
    """In the forked process. What it has from its parent is no garbage."""
    gc.freeze()
    stdin, *outputs = files
    os.dup2(os.open(stdin, os.O_RDONLY), 0)
    for number, file in enumerate(outputs, 1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    sys.argv = ["lobby", *args]
    from cli import main

    sys.exit(main(args))


def run(
    *args: object, input: str = "", env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """What `lobby ARGS` does and says."""
    words = [str(arg) for arg in args]
    with TemporaryDirectory() as folder:
        stdin = Path(folder, "stdin")
        stdin.write_text(input)
        stdout = Path(folder, "stdout")
        stderr = Path(folder, "stderr")
        process = Forked(words, stdout, stderr, stdin, env, cwd)
        try:
            status = process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return subprocess.CompletedProcess(words, status, stdout.read_text(), stderr.read_text())
