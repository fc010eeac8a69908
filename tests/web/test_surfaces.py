"""Of a page's folder browsers get the scripts, styles and pictures, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import ROOT
from flask.testing import FlaskClient

from app import SURFACES, open_lobby
from lobby.branch.model import Branch

FILES = [file for name in SURFACES for file in sorted((ROOT / name).rglob("*")) if file.is_file()]
TYPES = {".css": "text/css", ".js": "text/javascript"}


@pytest.fixture(scope="module")
def client(branch: Branch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    lobby = open_lobby(
        branch, tmp_path_factory.mktemp("surfaces"), "http://lobby.test", loopback=True
    )
    yield lobby.app.test_client()
    lobby.close()


def test_scripts_and_styles_are_served_and_no_other_file(client: FlaskClient) -> None:
    answers = {
        file: client.get(f"/static/{file.relative_to(ROOT)}", buffered=True) for file in FILES
    }
    served = {
        file: answer.mimetype for file, answer in answers.items() if answer.status_code == 200
    }
    assert served == {file: TYPES[file.suffix] for file in FILES if file.suffix in TYPES}
    assert {answer.status_code for file, answer in answers.items() if file not in served} == {404}
    assert {".py", ".html"} <= {file.suffix for file in FILES if file not in served}


@pytest.mark.parametrize(
    "path",
    [
        "kiosk/touch",
        "kiosk/touch/",
        "kiosk/touch/pages.py%00.js",
        "kiosk/touch/page.js/",
        "kiosk/..%2fapp.py",
    ],
)
def test_no_other_way_leads_to_a_source(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404
