"""What a bank installs on a kiosk or board, with the real Chromium: its policies and the script that starts it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests
from conftest import CHROMIUM, ROOT, Server, free_port, midday_config, until

DEPLOY = ROOT / "deploy"
SHIPPED_FOR = "http://127.0.0.1:8000"
NAMESPACE = ["unshare", "--mount", "sh", "-c"]
"""Its own view of /etc/chromium: no other Chromium of this machine sees the policy."""
SHOWN = """
() => {
  const lines = [];
  const walk = (root) => root.querySelectorAll("*").forEach((one) => {
    if (!one.children.length && one.textContent.trim()) lines.push(one.textContent.trim());
    if (one.shadowRoot) walk(one.shadowRoot);
  });
  walk(document);
  return lines;
}
"""
"""The texts of chrome://policy, which lie in shadow trees."""


SCREENS = pytest.mark.parametrize(
    ("script", "page"),
    [(("kiosk/start.sh",), "/kiosk"), (("board/start.sh", "main"), "/board/main")],
)


def has_namespaces() -> bool:
    tried = subprocess.run(
        [*NAMESPACE, "mount -t tmpfs none /mnt"], capture_output=True, check=False
    )
    return tried.returncode == 0


@pytest.fixture
def under(tmp_path: Path, browser: Any) -> Iterator[Callable[..., Any]]:
    """under(policy): a page in a Chromium of its own that has read the policy."""
    if not has_namespaces() or not Path("/etc/chromium").is_dir():
        pytest.skip("this machine gives no mount namespace in which to lay down a policy")
    started: list[Any] = []

    def launch(policy: dict[str, Any]) -> Any:
        # The door through which this test looks in.
        policy = {**policy, "DeveloperToolsAvailability": 1}
        (tmp_path / "policy.json").write_text(json.dumps(policy))
        wrapper = tmp_path / "chromium"
        inside = (
            "mount -t tmpfs none /etc/chromium && mkdir -p /etc/chromium/policies/managed && "
            f'cp {tmp_path}/policy.json /etc/chromium/policies/managed/lobby.json && exec {CHROMIUM} "$@"'
        )
        wrapper.write_text(f"#!/bin/sh\nexec unshare --mount sh -c '{inside}' chromium \"$@\"\n")
        wrapper.chmod(0o755)
        flags = ["--no-sandbox", "--disable-gpu"]
        own = browser.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=str(wrapper), args=flags
        )
        started.append(own)
        return own.pages[0]

    yield launch
    for one in started:
        one.close()


def shipped(screen: str, url: str = SHIPPED_FOR) -> dict[str, Any]:
    policy: dict[str, Any] = json.loads(
        (DEPLOY / screen / "policy.json").read_text().replace(SHIPPED_FOR, url)
    )
    return policy


@pytest.mark.parametrize("screen", ["kiosk", "board"])
def test_chromium_takes_every_policy_as_it_is_shipped(
    under: Callable[..., Any], screen: str
) -> None:
    policy = shipped(screen)
    page = under({**policy, "URLAllowlist": [*policy["URLAllowlist"], "chrome://policy"]})
    page.goto("chrome://policy")
    lines = until(
        lambda: (all := page.evaluate(SHOWN)) and "PrintingEnabled" in all and all,
        "the policies are listed",
    )
    assert [name for name in policy if name not in lines] == []
    assert [line for line in lines if line.startswith("Unknown policy")] == []


def leads_to(page: Any, address: str) -> bool:
    try:
        return bool(page.goto(address).ok)
    except Exception as refused:
        if "ERR_BLOCKED_BY_ADMINISTRATOR" in str(refused) or "chrome-error://" in str(refused):
            return False
        raise


@pytest.mark.parametrize(
    "out", ["/desk", "/", "file:///etc/passwd", "chrome://version", "chrome://settings"]
)
def test_no_address_leads_out_of_the_kiosk(
    under: Callable[..., Any], server: Server, out: str
) -> None:
    """A browser for each address: headless Chromium ends now and then on the way from one refused page to another."""
    page = under(shipped("kiosk", server.url))
    assert leads_to(page, f"{server.url}/kiosk")
    assert not leads_to(page, urljoin(server.url, out))


# -- the scripts ----------------------------------------------------------------------------------------
class Screen:
    """A start script as a process group of its own, whose Chromium is watched at its own port."""

    def __init__(self, server: Server, profile: Path, *command: str) -> None:
        self.port = free_port()
        flags = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            f"--remote-debugging-port={self.port}",
        ]
        env = {
            **os.environ,
            "LOBBY_URL": server.url,
            "LOBBY_PROFILE": str(profile),
            "LOBBY_CHROMIUM": str(CHROMIUM),
        }
        self.process = subprocess.Popen(
            [*command, *flags],
            env=env,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def pages(self) -> list[str]:
        try:
            found = requests.get(f"http://127.0.0.1:{self.port}/json", timeout=2).json()
        except requests.RequestException:
            return []
        return [one["url"] for one in found if one["type"] == "page"]

    def browsers(self, profile: Path) -> list[int]:
        """The browser processes that run on the profile."""
        own = f"--user-data-dir={profile}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes().split(b"\0")
            except OSError:
                continue
            if (
                own in words
                and not any(word.startswith(b"--type=") for word in words)
                and b"--kiosk" in words
            ):
                found.append(int(entry.parent.name))
        return found

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)


@SCREENS
def test_a_screen_waits_for_the_branch_and_comes_back_when_its_browser_ends(
    tmp_path: Path, script: tuple[str, ...], page: str
) -> None:
    if not CHROMIUM.exists():
        pytest.skip("this machine has no Chromium")
    server = Server(tmp_path / "var", midday_config(tmp_path))
    profile = tmp_path / "profile"
    screen = Screen(server, profile, str(DEPLOY / script[0]), *script[1:])
    try:
        until(profile.is_dir, "the script has begun")
        assert screen.pages() == []
        server.start()
        until(lambda: f"{server.url}{page}" in screen.pages(), "the page is up", 40)
        for browser in screen.browsers(profile):
            os.kill(browser, signal.SIGKILL)
        until(lambda: not screen.pages(), "the browser has ended")
        until(lambda: f"{server.url}{page}" in screen.pages(), "the page is up again", 40)
    finally:
        screen.stop()
        server.stop()


def test_a_screen_that_waits_says_for_what_and_once(tmp_path: Path) -> None:
    """A name that is not known, a certificate that is not trusted: the screen is as dark as before the branch opens."""
    url = f"http://127.0.0.1:{free_port()}"
    pause = tmp_path / "sleep"
    pause.write_text(f"#!/bin/sh\necho >> {tmp_path}/asked\n")
    pause.chmod(0o755)
    env = {
        **os.environ,
        "LOBBY_URL": url,
        "LOBBY_PROFILE": str(tmp_path / "profile"),
        "LOBBY_CHROMIUM": "true",
    }
    env["PATH"] = f"{tmp_path}:{env['PATH']}"
    log = tmp_path / "log"
    with log.open("wb") as out:
        waiting = subprocess.Popen(
            [DEPLOY / "kiosk/start.sh"], env=env, stderr=out, start_new_session=True
        )
    try:
        asked = tmp_path / "asked"
        until(lambda: asked.exists() and len(asked.read_text()) >= 3, "it has asked three times")
    finally:
        waiting.terminate()
        waiting.wait(10)
    (line,) = log.read_text().splitlines()
    assert line.startswith(f"waiting for {url}: ")
    assert len(line) > len(f"waiting for {url}: ") + 10, "with the reason"


def test_the_units_start_what_is_shipped() -> None:
    for unit in (DEPLOY / "kiosk/lobby-kiosk.service", DEPLOY / "board/lobby-board@.service"):
        start = next(
            line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")
        )
        script = ROOT / start.removeprefix("ExecStart=/opt/lobby/").split()[0]
        assert os.access(script, os.X_OK)
    assert shutil.which("sh")
