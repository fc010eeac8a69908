"""The checker of scripts knows the API: a misspelt field is found."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from app import Lobby, open_lobby
from lobby.branch.model import Branch
from tools.api_types import types

TSC = ROOT / "tools/js/node_modules/.bin/tsc"
SCRIPTS = {
    "misspelt answer": '(await get("/api/v1/services")).services[0].aheed;',
    "misspelt part": "(await get(`/api/v1/tickets/${id}?token=x`)).print.stat;",
    "misspelt body": "await post(`/api/v1/counters/${id}/call`, { tickt: id });",
    "misspelt state": 'follow("/staff", { onState: (hall) => hall.tickets[0].age });',
    "misspelt call": 'follow("/board", { onState: (state) => state.calls[0].nummer });',
    "null unasked": 'follow("/board", { onState: (state) => state.counter.id });',
}
RIGHT = """
(await get("/api/v1/services")).services[0].ahead;
(await get(`/api/v1/tickets/${id}?token=x`)).why.zh;
await post(`/api/v1/counters/${id}/call`, { ticket: id });
follow("/staff", { onState: (hall) => hall.tickets[0].age_s + hall.boards.length });
follow("/board", { onState: (state) => state.counter?.id });
"""


def complaints(folder: Path, script: str) -> str:
    names = [
        f'import {{ get, post }} from "{ROOT}/web/static/api.js";',
        f'import {{ follow }} from "{ROOT}/web/static/live.js";',
    ]
    (folder / "script.js").write_text(
        "\n".join([*names, 'const id = "1";', script, "export {};\n"])
    )
    settings = {
        "extends": str(ROOT / "tsconfig.json"),
        "include": ["script.js", str(ROOT / "tools/js/*.d.ts")],
    }
    (folder / "tsconfig.json").write_text(json.dumps(settings))
    done = subprocess.run(
        [str(TSC), "--project", str(folder)], capture_output=True, text=True, check=False
    )
    return done.stdout


@pytest.fixture(scope="module")
def lobby(branch: Branch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    opened = open_lobby(
        branch, tmp_path_factory.mktemp("types"), "http://lobby.test", loopback=True, demo=True
    )
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def made(lobby: Lobby) -> None:
    (ROOT / "tools/js/api.d.ts").write_text(types(json.loads(json.dumps(lobby.app.api_doc))))


@pytest.mark.parametrize("mistake", SCRIPTS)
def test_a_mistake_is_found(made: None, tmp_path: Path, mistake: str) -> None:
    assert "script.js(4," in complaints(tmp_path, SCRIPTS[mistake])


def test_what_is_right_is_let_pass(made: None, tmp_path: Path) -> None:
    assert complaints(tmp_path, RIGHT) == ""
