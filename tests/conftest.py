"""The standing cast: a branch on an injected clock, a real server, a real browser, a listening printer."""

from __future__ import annotations

import gc
import io
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from crm import Crm
from forked import Forked
from gevent import get_hub
from hypothesis import settings
from sqlite_utils import Database
from sqlite_utils.db import sqlite3

from app import Lobby, open_lobby
from cli import main
from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.engine.keys import read_keys
from lobby.engine.links import Links
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.events import Card
from lobby.events.envelope import chained
from lobby.journal.envelope import end
from web.transport.serving import GC_THRESHOLDS

TIMES = {"usual": 1, "long": 6}[os.environ.get("HYPOTHESIS_PROFILE", "usual")]
"""How many times as many examples a property is tried with as `make test` has time for."""


def examples(usual: int) -> settings:
    """So many in `make test`. A time limit for one example would measure how busy the machine is."""
    return settings(max_examples=usual * TIMES, deadline=None)


settings.register_profile("lobby", examples(25))
settings.load_profile("lobby")

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / "config.toml"
LOBBY = Path(sys.executable).with_name("lobby")
CHROMIUM = Path("/usr/bin/chromium")
HEADLESS = CHROMIUM.with_name("chromium-headless-shell")
"""The same engine without the browser around it: two thirds of the processor's time for the same pages."""
UNUSED = (
    "HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding,SpareRendererForSitePerProcess,"
    "WebUIOmniboxAimPopup,WebUIOmniboxPopup"
)
"""Parts of Chromium that a test has no use for. The list takes the place of Playwright's own, so it names what of that
matters here. The address bar's pop-ups are two pages that start with each window: half the cost of a new page. A spare
renderer is a process for a page that never comes, as is the second renderer of each context without its limit below."""
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--in-process-gpu",
    "--renderer-process-limit=1",
    "--disable-gpu",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
    f"--disable-features={UNUSED}",
]
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in the branch


def midday_zone() -> ZoneInfo:
    """Where it is about noon now, so that no test meets midnight."""
    offset = 12 - datetime.now(UTC).hour
    return ZoneInfo(f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT")


def midday_config(folder: Path, *changes: tuple[str, str]) -> Path:
    """The shipped branch moved to `midday_zone`; with more `(old, new)` changes of its text."""
    text = CONFIG.read_text().replace("Asia/Shanghai", str(midday_zone()))
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    config = folder / "config.toml"
    config.write_text(text)
    return config


pytest_plugins = ["province"]
PROCESSES = {"LOBBY", "Server", "serving", "subprocess", "forked", "browser", "server"}
PROCESSES |= {"Forked", "NatsServer", "Postgres", "bus", "nats", "postgres"}
"""A test starts processes whose module knows one of these names, or that has a fixture with one."""
running: list[pytest.Item] = []


def names(item: pytest.Item) -> set[str]:
    """What the test's module knows, and the test's fixtures."""
    return {*vars(item.module), *item.fixturenames} if isinstance(item, pytest.Function) else set()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that start processes are marked, for `make check` to leave them out. Files with a browser come first, then
    those with processes: for a long file at the end all other processors would wait."""
    for item in items:
        if PROCESSES & names(item):
            item.add_marker("process")
    slowest = {item.path for item in items if "browser" in names(item)}
    slow = {item.path for item in items if item.get_closest_marker("process")}
    items.sort(key=lambda item: (item.path not in slowest, item.path not in slow))


def pytest_collection_finish() -> None:
    """Modules and tests stay: to look through them for garbage again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def pytest_runtest_setup(item: pytest.Item) -> None:
    running[:] = [item]


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """A command that a test runs in this process has its log written to what is standard error then, which is closed
    when the test is over."""
    root = logging.getLogger()
    handlers = list(root.handlers)
    of_thread = threading.excepthook
    of_nobody = sys.unraisablehook
    hub = get_hub()
    of_greenlet = hub.print_exception
    yield
    root.handlers = [handler for handler in root.handlers if handler in handlers]
    logging.captureWarnings(False)
    threading.excepthook = of_thread
    sys.unraisablehook = of_nobody
    hub.print_exception = of_greenlet


class Clock:
    """A clock that the test winds."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)


class Computer(Clock):
    """A computer's clock that may be set, and one that only counts."""

    def __init__(self, now: datetime = MORNING) -> None:
        super().__init__(now)
        self.counted_s = 1000.0

    def steady(self) -> float:
        return self.counted_s

    def forward(self, **amount: float) -> None:
        """Time passes."""
        super().forward(**amount)
        self.counted_s += timedelta(**amount).total_seconds()

    def set(self, **by: float) -> None:
        """Somebody, or the time service, sets the clock."""
        self.now += timedelta(**by)


def lived(runtime: BranchRuntime, clock: Clock, days: int) -> None:
    """The branch opens on so many days: one in each month, and on the last three, which prove its clock."""
    for step in [*[30] * ((days - 3) // 30), (days - 3) % 30, 1, 1, 1]:
        clock.forward(days=step)
        Desk(runtime).open_day()


class Ticks:
    """Monotonic seconds that the test adds to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


class Desk:
    """Says the hall's verbs for a test, and shows the state."""

    def __init__(self, runtime: BranchRuntime) -> None:
        self.runtime = runtime

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        return lambda **args: (
            self.runtime.writer.do("test", getattr(self.runtime.commands, verb), **args).data
        )

    def issue(self, service: str = "cash", customer: str = "", **args: Any) -> dict[str, Any]:
        args["assignment"] = self.runtime.recognise(customer)
        return self.runtime.writer.do(
            "test", self.runtime.commands.issue, service=service, **args
        ).data["ticket"]

    def give_feedback(self, ticket: str, **card: Any) -> dict[str, Any]:
        return self.runtime.writer.do(
            "test", self.runtime.commands.give_feedback, ticket, Card(**card)
        ).data

    def ticket(self, id: str) -> dict[str, Any]:
        with self.runtime.writer.published() as state:
            return self.runtime.views.ticket(state, state.tickets[id])


def add_event(
    database: Path, kind: str, data: str, at: datetime = MORNING, v: int = 1, **columns: str | None
) -> None:
    """A row that this version would never write, as another version would: with its hash."""
    with closing(Database(sqlite3.connect(str(database)))) as db:
        last = end(db)
        of = {"ticket": None, "counter": None, **columns}
        row = (
            "4403",
            last.epoch,
            last.seq + 1,
            at.isoformat(),
            kind,
            v,
            of["ticket"],
            of["counter"],
            "x",
            data,
        )
        db.conn.executemany(
            f"INSERT INTO event VALUES ({'?, ' * 10}?)", list(chained([row], last.hash))
        )
        db.conn.commit()


@pytest.fixture(scope="session")
def branch() -> Branch:
    return read_branch(CONFIG)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def runtime(branch: Branch, tmp_path: Path, clock: Clock) -> Iterator[BranchRuntime]:
    opened = open_branch(branch, tmp_path, "http://lobby.test", clock)
    yield opened
    opened.close()


@pytest.fixture
def lobby(branch: Branch, tmp_path: Path) -> Iterator[Lobby]:
    """A branch with its surfaces, in this process and without a listener."""
    opened = open_lobby(branch, tmp_path, "http://lobby.test", loopback=True, demo=True)
    opened.runtime.writer.notify = opened.runtime.writer.pump
    yield opened
    opened.close()


@pytest.fixture
def desk(runtime: BranchRuntime) -> Desk:
    return Desk(runtime)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(found: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    """Ask again until there is an answer, or fail saying what was missed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := found():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")


def alive(url: str) -> bool:
    """Whether a server answers there."""
    try:
        return requests.get(f"{url}/healthz", timeout=30).ok
    except requests.RequestException:
        return False


class Server:
    """`lobby serve` as a process of its own, which a test may kill."""

    def __init__(
        self,
        data: Path,
        config: Path | None = None,
        printer: str | None = None,
        port: int = 0,
        *,
        demo: bool = True,
        form: str = "text",
    ) -> None:
        data.parent.mkdir(parents=True, exist_ok=True)
        self.data = data
        self.printer = printer
        self.demo = demo
        self.form = form
        self.config = config or midday_config(data.parent)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.parent / f"{data.name}.log"
        self.process: subprocess.Popen[bytes] | Forked | None = None
        self.env: dict[str, str] = {}

    def start(self) -> Server:
        assert not running or running[0].get_closest_marker("process"), (
            "this test needs pytest.mark.process"
        )
        args = [
            "serve",
            "--config",
            str(self.config),
            "--data",
            str(self.data),
            "--port",
            str(self.port),
        ]
        args += ["--printer", self.printer] if self.printer else []
        args += ["--demo"] if self.demo else []
        args += ["--log", self.form]
        self.process = self._anew(args) if self.env else Forked(args, self.log)
        try:
            until(self.alive, f"{self.url} serves", 60)
        except AssertionError as error:
            self.kill()  # a process left behind fails tests that have nothing to do with it
            raise AssertionError(self.log.read_text()[-2000:]) from error
        return self

    def _anew(self, args: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [str(LOBBY), *args], stdout=log, stderr=log, env={**os.environ, **self.env}
            )

    def alive(self) -> bool:
        return alive(self.url)

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)

    def token(self, role: str, *more: str) -> str:
        """What `lobby token create` prints, without a process of its own."""
        printed = io.StringIO()
        with redirect_stdout(printed):
            assert main(["token", "create", "--role", role, "--data", str(self.data), *more]) == 0
        return printed.getvalue().strip()

    def links(self, ticket: str) -> dict[str, str]:
        """What stands on the ticket's slip, which staff are not told."""
        return Links(read_keys(self.data), self.url, "4403").of_ticket(ticket)

    def as_(self, role: str, *more: str) -> requests.Session:
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.token(role, *more)}"
        return session


@contextmanager
def serving(data: Path, **options: Any) -> Iterator[Server]:
    server = Server(data, **options).start()
    try:
        yield server
    finally:
        if server.process and server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One branch for a whole module, on its virtual printer."""
    with serving(tmp_path_factory.mktemp("branch") / "var") as running:
        yield running


class TcpPrinter:
    """A printer on the network that keeps what it gets. `answers` maps a DLE EOT number to its byte;
    empty: a mute one. `cut_after`: resets the line after so many bytes of a slip."""

    def __init__(self, answers: dict[int, int] | None = None, port: int = 0) -> None:
        self.answers = {1: 0x12, 2: 0x12, 4: 0x12} if answers is None else answers
        self.cut_after: int | None = None
        self.chunk = 65536
        self.slips: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"tcp://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        got = b""
        with line:
            while data := self._receive(line):
                for question in re.findall(rb"\x10\x04([\x01-\x04])", data):
                    if question[0] in self.answers:
                        line.sendall(bytes([self.answers[question[0]]]))
                got += re.sub(rb"\x10\x04[\x01-\x04]", b"", data)
                if self.cut_after is not None and len(got) >= self.cut_after:
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    break
        if got:
            self.slips.append(got)

    def _receive(self, line: socket.socket) -> bytes:
        try:
            return line.recv(self.chunk)
        except OSError:
            return b""

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def tcp_printer() -> Iterator[TcpPrinter]:
    printer = TcpPrinter()
    yield printer
    printer.close()


@pytest.fixture
def crm() -> Iterator[Crm]:
    server = Crm()
    yield server
    server.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium."""
    program = HEADLESS if HEADLESS.exists() else CHROMIUM
    if not program.exists():
        pytest.skip("this machine has no Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(program), args=CHROMIUM_FLAGS)
        yield started
        started.close()


@pytest.fixture
def page_at(browser: Any) -> Iterator[Callable[..., Any]]:
    """page_at(url, width, height): a page in a context of its own; script errors fail the test. Its reader has motion
    switched off, since frames that nobody looks at are most of a page's cost. A test of motion switches it on."""
    contexts: list[Any] = []
    errors: list[str] = []

    def open_page(url: str, width: int, height: int, locale: str = "zh-CN") -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        if url != page.url:  # each page begins at about:blank
            page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def twice(text: str) -> str:
    """A configuration whose names are twice as long; a voice is no name."""
    names, voice, rest = text.partition("[voice]")
    names = re.sub(r'zh = "([^"]+)"', r'zh = "\1\1"', names)
    return re.sub(r'en = "([^"]+)"', r'en = "\1 \1"', names) + voice + rest


def take_a_number(kiosk: Any) -> str:
    """The standard customer's visit to the kiosk's page, until the slip is there."""
    kiosk.wait_for_selector("body[data-ready]")
    kiosk.click("[data-service=cash]")
    kiosk.click("#take")
    kiosk.wait_for_selector("#result:not([hidden])")
    kiosk.wait_for_selector("#printing:text('请取走')")
    number: str = kiosk.text_content("#number")
    assert re.fullmatch(r"A\d{3}", number)
    return number


def sign_in(page: Any, name: str) -> None:
    """The page that it leads to is there whole: one that still arrives has only some of its rows."""
    page.fill("[name=name]", name)
    page.fill("[name=password]", "lobby-demo")
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.click("button.primary")


def press_first_key(console: Any) -> None:
    """The next right thing at a counter, once the one before has been answered and its button rests no more."""
    console.wait_for_selector("body:not(.busy):has(#primary:not(.resting):not([disabled]))")
    console.keyboard.press("1")


os.environ.setdefault("NO_PROXY", "127.0.0.1,localhost")
