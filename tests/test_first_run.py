"""The product as the README runs it: a fresh clone, `make run` with its defaults in the clone's own folder, and one
ticket's way over every surface. No answer of 400 or more and no error in the log is let pass."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import requests
import socketio
import zxingcpp
from conftest import ROOT, free_port, press_first_key, sign_in, take_a_number, until
from PIL import Image

BUILD_S = 480
"""A fresh environment is built within this time, on a machine that does much besides."""
HEARD = 200
"""Of 32,767: speech is some thousands loud in the mean, silence and a click stay far below this."""
ZONE = "Asia/Shanghai"
WALK = timedelta(minutes=10)

pytestmark = [
    pytest.mark.timeout(2 * BUILD_S),
    pytest.mark.skipif(
        shutil.which("make") is None or shutil.which("git") is None, reason="needs make and git"
    ),
    pytest.mark.skipif(
        not (ROOT / ".git").exists(), reason="a copy without its history cannot be cloned"
    ),
]


class Run:
    """`make run` in a clone, in a process group of its own."""

    def __init__(self, clone: Path) -> None:
        self.clone, self.port = clone, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = clone.parent / "run.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, **more: str) -> bool:
        """Whether it serves; False when it ended before it did."""
        with self.output.open("ab") as log:
            self._process = subprocess.Popen(
                ["make", "run", f"ARGS=--port {self.port}"],
                cwd=self.clone, env=fresh_environment(**more), stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        return bool(
            until(self._settled, f"{self.url} serves: {self.log()[-2000:]}", BUILD_S) == "serves"
        )

    def _settled(self) -> str:
        assert self._process
        if self._process.poll() is not None:
            return "ended"
        try:
            return "serves" if requests.get(f"{self.url}/healthz", timeout=2).ok else ""
        except requests.RequestException:
            return ""

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)  # as Ctrl-C does
            self._process.wait(timeout=60)

    def log(self) -> str:
        return self.output.read_text() if self.output.exists() else ""


def fresh_environment(**more: str) -> dict[str, str]:
    """Without what the make that runs these tests, and their own environment, hand down."""
    ours = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "VIRTUAL_ENV", "PYTHONPATH", "ARGS", "UV_OFFLINE")
    return {name: value for name, value in os.environ.items() if name not in ours} | more


@contextmanager
def running(clone: Path) -> Iterator[Run]:
    run = Run(clone)
    try:
        if not run.start():
            without_a_network(clone)
            assert run.start(UV_OFFLINE="1", npm_config_offline="true"), run.log()[-3000:]
        yield run
    finally:
        run.stop()


def without_a_network(clone: Path) -> None:
    """Tests must pass a second time without a network: then the clone is built from what this checkout was built of."""
    for made in (".tools", ".stamps"):
        shutil.copytree(ROOT / made, clone / made, dirs_exist_ok=True)
    for stamp in ("venv", "project", "dev"):
        (clone / ".stamps" / stamp).unlink(missing_ok=True)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    clone = tmp_path_factory.mktemp("first") / "lobby"
    subprocess.run(
        ["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, env=fresh_environment()
    )
    Image.new("RGB", (1280, 720), "#0b5d6b").save(clone / "slides" / "05-welcome.png")
    away_from_midnight(clone / "config.toml")
    with running(clone) as started:
        yield started


def away_from_midnight(config: Path) -> None:
    """The defaults as they are shipped, but in the minutes in which the branch's day would end meanwhile."""
    now = datetime.now(ZoneInfo(ZONE))
    if (now + WALK).date() != now.date():
        config.write_text(config.read_text().replace(ZONE, "UTC"))


class Visitor:
    """A browser that remembers every answer that was none, and every error."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._contexts: list[Any] = []
        self.seen: list[str] = []
        self.wrong: list[str] = []

    def at(self, url: str, width: int, height: int) -> Any:
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN"
        )
        self._contexts.append(context)
        context.on("response", self._answered)
        context.on("requestfailed", self._failed)
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on(
            "console", lambda said: self.wrong.append(said.text) if said.type == "error" else None
        )
        page.goto(url)
        return page

    def _answered(self, response: Any) -> None:
        self.seen.append(response.url)
        if response.status >= 400:
            self.wrong.append(f"{response.status} {response.url}")

    def _failed(self, request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # a page that was left meanwhile
            self.wrong.append(f"{request.failure} {request.url}")

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def visitor(browser: Any) -> Iterator[Visitor]:
    made = Visitor(browser)
    yield made
    made.close()


@pytest.fixture
def heard(run: Run) -> Iterator[list[dict[str, Any]]]:
    """The `call` events that the main board is sent over Socket.IO."""
    calls: list[dict[str, Any]] = []
    client = socketio.Client(reconnection=False)
    client.on("call", calls.append, namespace="/board")
    client.connect(run.url, namespaces=["/board"])
    assert client.call("join", {"board": "main"}, namespace="/board") == {"board": "main"}
    yield calls
    client.disconnect()


def test_the_first_run_serves_a_ticket_on_every_surface(
    run: Run, visitor: Visitor, heard: list[dict[str, Any]]
) -> None:
    board = visitor.at(f"{run.url}/board/main", 1920, 1080)
    board.wait_for_selector("body[data-seq]")
    tablet = visitor.at(f"{run.url}/desk/hall", 1180, 820)
    sign_in(tablet, "manager")
    number = take_a_number(visitor.at(f"{run.url}/kiosk", 1080, 1920))
    tablet.wait_for_selector(f"#tickets b:text-is('{number}')")
    link = read_the_slip(visitor, run.url, number)
    teller = call_it(visitor, run.url, number)
    board.wait_for_selector(f"#calls .number:text-is('{number}')", state="attached")
    call = until(
        lambda: [one for one in heard if one["number"] == number], "the call came over Socket.IO"
    )[0]
    for clip in call["audio"].values():
        assert loudness(requests.get(run.url + clip, timeout=30)) > HEARD
    board.wait_for_selector(f"body[data-last-call='{number}']", timeout=60000)
    assert any("/voice/" in url for url in visitor.seen), "the board speaks"
    see_the_slide(run.url)
    follow_on_the_phone(visitor, link, number)
    press_first_key(teller)  # start
    teller.wait_for_selector("#ticket-state:text('办理中')")
    give_feedback(visitor, link)
    tablet.wait_for_selector(f"#alerts [data-kind=feedback]:has-text('{number}')")
    press_first_key(teller)  # finish
    teller.wait_for_selector("body[data-ticket='']")
    for page in (
        "/",
        "/book",
        "/desk/plan",
        "/board/priority",
        "/board/counter-1",
        "/board/upright",
    ):
        look_at(visitor, tablet, run.url + page)
    assert visitor.wrong == []
    assert_nothing_wrong_in(run.log())


def read_the_slip(visitor: Visitor, url: str, number: str) -> str:
    """The link in its QR code, read from the picture of the paper as a phone's camera would."""
    paper = visitor.at(f"{url}/printer", 1024, 768)
    if "/signin" in paper.url:
        sign_in(paper, "manager")
    slip = paper.locator("main img").first
    assert number in slip.get_attribute("alt")
    got = paper.request.get(url + slip.get_attribute("src"))
    assert got.status == 200
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(got.body())).convert("L"))
    assert len(codes) == 1, "the QR code on the slip reads"
    link: str = codes[0].text
    assert re.fullmatch(rf"{url}/\w+/f/\S{{9}}", link)
    return link


def call_it(visitor: Visitor, url: str, number: str) -> Any:
    teller = visitor.at(f"{url}/desk/counter/1", 1024, 768)
    sign_in(teller, "teller1")
    teller.wait_for_selector("#state:text('关闭')")
    press_first_key(teller)  # open
    teller.wait_for_selector("#state:text('开放')")
    press_first_key(teller)  # call next
    teller.wait_for_selector(f"body[data-ticket='{number}']")
    return teller


def loudness(answer: requests.Response) -> float:
    """The root of the mean square of a clip's samples."""
    assert answer.status_code == 200, answer.text[:500]
    with wave.open(io.BytesIO(answer.content)) as clip:
        assert clip.getsampwidth() == 2
        samples = np.frombuffer(clip.readframes(clip.getnframes()), dtype="<i2")
    assert len(samples) > clip.getframerate() / 2, "a call takes longer than half a second"
    return float(np.sqrt(np.mean(samples.astype(float) ** 2)))


def see_the_slide(url: str) -> None:
    slides = requests.get(f"{url}/api/v1/boards/main/slides", timeout=30).json()["slides"]
    shown = [slide["picture"] for slide in slides if "picture" in slide]
    assert len(shown) == 1
    picture = requests.get(f"{url}/board/main/picture/{shown[0]}", timeout=30)
    assert picture.status_code == 200
    assert Image.open(io.BytesIO(picture.content)).size == (1280, 720)


def follow_on_the_phone(visitor: Visitor, link: str, number: str) -> None:
    phone = visitor.at(link.replace("/f/", "/t/"), 390, 844)
    phone.wait_for_selector("body[data-ready]")
    assert number in phone.text_content("main")


def give_feedback(visitor: Visitor, link: str) -> None:
    card = visitor.at(link, 390, 844)
    card.wait_for_selector("body[data-ready]")
    card.check("[name=score][value='1']", force=True)
    card.fill("[name=text]", "等得太久")
    card.click("#send")
    card.wait_for_selector("#thanks:not([hidden])")


def look_at(visitor: Visitor, signed_in: Any, url: str) -> None:
    """With a staff session: some of these pages are for staff."""
    page = signed_in.context.new_page()
    page.on("pageerror", lambda error: visitor.wrong.append(f"script: {error}"))
    page.goto(url)
    page.wait_for_load_state("networkidle") if "/board/" not in url else page.wait_for_selector(
        "body[data-seq]"
    )
    page.close()


def assert_nothing_wrong_in(log: str) -> None:
    wrong = [
        line
        for line in log.splitlines()
        if re.search(r"\b(ERROR|CRITICAL|Traceback|Exception)\b", line)
    ]
    assert wrong == [], log[-5000:]


def test_the_addresses_that_it_prints_are_there(run: Run) -> None:
    printed = [line.split()[-1] for line in run.log().splitlines() if f"  {run.url}/" in line]
    assert len(printed) >= 5
    for url in printed:
        assert requests.get(url, timeout=30).ok, url


def test_what_it_keeps_lies_in_the_clones_own_folder(run: Run) -> None:
    assert (run.clone / "var" / "lobby.db").exists()
    dirty = subprocess.run(
        ["git", "status", "--porcelain"], cwd=run.clone, capture_output=True, text=True, check=True
    )
    assert dirty.stdout.split() in (
        ["??", "slides/05-welcome.png"],
        ["M", "config.toml", "??", "slides/05-welcome.png"],
    )
