"""A name that a script imports leads to the same module in a browser, in Node and in an editor."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from flask.testing import FlaskClient

from app import SURFACES, open_lobby
from lobby.branch.model import Branch

SHARED = ROOT / "web/static"
SCRIPTS = [
    *SHARED.glob("*.js"),
    *(file for name in SURFACES for file in sorted((ROOT / name).rglob("*.js"))),
]
IMPORTED = re.compile(
    r'^(?:import\s|\}\s*from\s|export\s.*\sfrom\s)(?:.*\sfrom\s+)?"([^"]+)"', re.MULTILINE
)
MAP = re.compile(r'<script type="importmap">(.*?)</script>')
LIBRARY = "socket.io-client"


@pytest.fixture(scope="module")
def client(branch: Branch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    lobby = open_lobby(
        branch, tmp_path_factory.mktemp("imports"), "http://lobby.test", loopback=True, demo=True
    )
    yield lobby.app.test_client()
    lobby.close()


@pytest.fixture(scope="module")
def page(client: FlaskClient) -> str:
    return client.get("/kiosk").text


def address(script: Path) -> str:
    return f"/static/{script.relative_to(SHARED if script.is_relative_to(SHARED) else ROOT)}"


def led_to(script: Path, name: str, page: str) -> str:
    """The address that a browser makes of the name, by the page's map."""
    if name.startswith("."):
        here = Path(address(script)).parent
        return "/" + str((here / name).resolve().relative_to("/"))
    names: dict[str, str] = json.loads(MAP.findall(page)[0])["imports"]
    key = max(
        (key for key in names if name == key or (key.endswith("/") and name.startswith(key))),
        key=len,
    )
    return names[key] + name.removeprefix(key)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_a_script_imports_is_served(client: FlaskClient, page: str, script: Path) -> None:
    for name in IMPORTED.findall(script.read_text()):
        assert client.get(led_to(script, name, page), buffered=True).status_code == 200, name


def test_node_finds_the_same_modules(page: str) -> None:
    names = {
        name
        for script in SCRIPTS
        for name in IMPORTED.findall(script.read_text())
        if name.startswith("#")
    }
    ask = "for (const name of process.argv.slice(1)) console.log(import.meta.resolve(name))"
    command = ["node", "--input-type=module", "--eval", ask, *sorted(names)]
    found = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    here = SHARED / "any.js"
    assert found == [
        f"file://{SHARED}{led_to(here, name, page).removeprefix('/static')}"
        for name in sorted(names)
    ]
    assert LIBRARY in json.loads((ROOT / "package.json").read_text())["dependencies"]


def test_the_map_comes_before_every_module_and_its_hash_is_allowed(client: FlaskClient) -> None:
    """Chromium reads no map after the first module; without the hash the policy refuses it."""
    for path in ("/kiosk", "/signin", "/board/main", "/book", "/none"):
        answer = client.get(path, headers={"Accept": "text/html"})
        maps = MAP.findall(answer.text)
        assert len(maps) == 1, path
        assert (
            answer.text.index('type="importmap"')
            < re.search(r'type="module"|modulepreload', answer.text).start()
        )
        digest = b64encode(hashlib.sha256(maps[0].encode()).digest()).decode()
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert f"script-src 'self' 'sha256-{digest}'" in policy
