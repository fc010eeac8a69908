"""`lobby hq demo`: a province on one machine, with engines of its own and three branches that live. Each part is a
process, as in a bank: what one of them does when another is killed can be tried here."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from headquarters.config import read_headquarters
from headquarters.engines.engines import HOST, NatsServer, Postgres, dies_with
from headquarters.instruction.signing import Signer

MARK = "lobby-province"
"""The file that says a folder is of an earlier demonstration, and may be emptied."""
HOUR = 11
"""In the province it is about this hour, whenever it is started: lobbies are full."""
START_S = 180.0
POLL_S = 0.3
LOBBY = Path(sys.executable).with_name("lobby")


@dataclass(frozen=True)
class DemoBranch:
    """`load`: so many customers for one of a usual day."""

    code: str
    zh: str
    en: str
    load: float


BRANCHES = (
    DemoBranch("4401", "城东支行", "East City Branch", 1.0),
    DemoBranch("4402", "开发区支行", "Development Zone Branch", 1.6),
    DemoBranch("4403", "南湖支行", "South Lake Branch", 0.6),
)
HEADQUARTERS = """\
name = {{ zh = "省分行", en = "Provincial office" }}
zone = "{zone}"

[engines]
nats = "{nats}"
database = "{database}"

[limits]
stream_gb = 1

[[units]]
id = "province"
name = {{ zh = "省分行", en = "Provincial office" }}

[[units]]
id = "city"
name = {{ zh = "南城市分行", en = "Nancheng City Branch" }}
parent = "province"
"""
OUTLET = """
[[branches]]
code = "{code}"
unit = "city"
name = {{ zh = "{zh}", en = "{en}" }}
"""
TAKES = """
# Headquarters' public key: what it signs and sends down is taken (docs/province.md).
[headquarters]
key = "{key}"
"""


class Part:
    """One process of the province, with its log beside the others'. It dies with this one."""

    def __init__(self, name: str, folder: Path, words: list[str], env: Mapping[str, str]) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(LOBBY), *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **env},
                start_new_session=True,  # a Ctrl-C is for this process, which ends its parts in order
                preexec_fn=dies_with(os.getpid(), signal.SIGKILL),
            )

    def ended(self) -> int | None:
        return self._process.poll()

    def end_told(self) -> str:
        """How it ended. What was killed had no last word: the last line of its log tells of something else."""
        status = self._process.returncode
        if status < 0:
            return f"{self.name} was ended by {signal.Signals(-status).name}; its log: {self.log}"
        lines = self.log.read_text(errors="replace").split("\n")
        last = next((line for line in reversed(lines) if line.strip()), "")
        return f"{self.name} ended (status {status}): {last}"

    def stop(self) -> None:
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait()


class Demonstration:
    """A province in `folder`, its pages at `port` and its branches at the ports after it. Real engines take the place
    of its own where the environment names them. Raises OSError."""

    def __init__(self, folder: Path, port: int, config: Path, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._port = port
        self._branch_config = config
        self._say = say
        self._env = {
            name: value
            for name in ("NATS_URL", "DATABASE_URL")
            if (value := os.environ.get(name, ""))
        }
        self._monitor = ""
        self._parts: list[Part] = []

    def run(self) -> None:
        """Until Ctrl-C or SIGTERM."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        for _, port in self._pages():
            if _answers(port):
                raise OSError(
                    f"port {port} is taken, by another province perhaps: --port names others"
                )
        _emptied(self._folder)
        with ExitStack() as stack, suppress(KeyboardInterrupt):
            self._say("Engines …")
            self._begin_engines(stack)
            stack.callback(self._end)
            self._say("Headquarters and three branches, each with a morning behind it …")
            self._begin(_zone(datetime.now(UTC)))
            self._await()
            for line in self._addresses():
                self._say(line)
            self._watch()
        self._say("ended")

    def _begin_engines(self, stack: ExitStack) -> None:
        if "NATS_URL" not in self._env:
            server = stack.enter_context(NatsServer(self._folder / "nats"))
            self._env["NATS_URL"] = server.url
            self._monitor = f" --monitor {HOST}:{server.monitor}"
        if "DATABASE_URL" not in self._env:
            # A demonstration has few connections, and shares its machine with all of its branches.
            small = {"shared_buffers": "32MB", "max_connections": "40"}
            database = stack.enter_context(Postgres(self._folder / "postgres", settings=small))
            self._env["DATABASE_URL"] = database.url

    def _begin(self, zone: str) -> None:
        hq = self._folder / "hq.toml"
        outlets = "".join(OUTLET.format(**vars(branch)) for branch in BRANCHES)
        hq.touch(mode=0o600)  # the database's password stands in it
        engines = {"nats": self._env["NATS_URL"], "database": self._env["DATABASE_URL"]}
        hq.write_text(HEADQUARTERS.format(zone=zone, **engines) + outlets)
        config = ["--config", str(hq)]
        data = ["--data", str(self._folder / "headquarters")]
        self._part("ingest", "hq", "ingest", *config)
        self._part("serve", "hq", "serve", "--demo", *config, *data, "--port", str(self._port))
        shipped = self._branch_config.read_text()
        if "[headquarters]" not in shipped:
            shipped += TAKES.format(key=Signer(read_headquarters(hq)).public)
        for n, branch in enumerate(BRANCHES, start=1):
            own = self._folder / branch.code
            own.mkdir()
            file = own / "config.toml"
            file.write_text(_configured(shipped, branch, zone))
            words = ["--config", str(file), "--data", str(own / "var"), "--load", str(branch.load)]
            self._part(branch.code, "demo", "--real-time", *words, "--port", str(self._port + n))

    def _part(self, name: str, *words: str) -> None:
        self._parts.append(Part(name, self._folder, [*words], self._env))

    def _await(self) -> None:
        """Until every page answers. A shipper begins when its branch has a journal. `_watch` tells of what ended."""
        deadline = time.monotonic() + START_S
        waiting = dict(self._pages())
        while waiting and time.monotonic() < deadline:
            for name, port in [*waiting.items()]:
                ended = next(part.ended() for part in self._parts if part.name == name)
                if ended is None and not _answers(port):
                    continue
                del waiting[name]
                if ended is None and name in {branch.code for branch in BRANCHES}:
                    data = self._folder / name / "var"
                    words = ["--to", self._env["NATS_URL"], "--data", str(data)]
                    self._part(f"ship-{name}", "ship", *words)
            time.sleep(POLL_S)
        if waiting:
            raise OSError(
                f"{', '.join(waiting)} did not start within {START_S:.0f} s: see {self._folder}"
            )

    def _pages(self) -> Iterator[tuple[str, int]]:
        yield "serve", self._port
        for n, branch in enumerate(BRANCHES, start=1):
            yield branch.code, self._port + n

    def _addresses(self) -> Iterator[str]:
        yield "省分行 · Provincial office"
        yield f"  all branches  http://{HOST}:{self._port}/"
        log = self._folder / "serve.log"
        yield from (line for line in log.read_text().splitlines() if "demo accounts" in line)
        for n, branch in enumerate(BRANCHES, start=1):
            url = f"http://{HOST}:{self._port + n}"
            yield f"  {branch.code} {branch.zh} · {branch.en}"
            yield f"    kiosk {url}/kiosk   manager {url}/desk/hall   all {url}/"
        yield f"  NATS       {self._env['NATS_URL']}"
        yield f"  PostgreSQL {self._env['DATABASE_URL']}"
        yield f"  check      {LOBBY} hq check --config {self._folder}/hq.toml{self._monitor}"
        yield f"  logs       {self._folder}/*.log"
        yield "Ctrl-C ends it."

    def _watch(self) -> None:
        """Say of each part that ends with what words it did; the others go on."""
        told: set[str] = set()
        while True:
            for part in self._parts:
                if part.ended() is not None and part.name not in told:
                    told.add(part.name)
                    self._say(part.end_told())
            time.sleep(POLL_S)

    def _end(self) -> None:
        """The shippers first, the engines last."""
        for part in reversed(self._parts):
            part.stop()


def _emptied(folder: Path) -> None:
    """A new folder, or that of an earlier demonstration without what it had: a clock of another day would not fit it.
    Raises OSError where it is somebody else's."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise OSError(f"{folder} is not empty, and not of an earlier demonstration")
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != MARK:
                path.unlink()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / MARK).touch()


def _zone(now: datetime) -> str:
    """A time zone in which it is HOUR o'clock."""
    offset = (HOUR - now.hour + 12) % 24 - 12
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"


def _configured(shipped: str, branch: DemoBranch, zone: str) -> str:
    """The shipped branch with another code, name and zone."""
    text = re.sub(r'(?m)^zone = "[^"]*"', f'zone = "{zone}"', shipped, count=1)
    text = re.sub(r'(?m)^code = "[^"]*"', f'code = "{branch.code}"', text, count=1)
    named = f'name = {{ zh = "{branch.zh}", en = "{branch.en}" }}'
    return re.sub(r"(?m)^name = .*$", named, text, count=1)


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False
