"""docs/operations.md, word for word: the lines of the first day and of a second branch are run as they stand there, in
a folder that has what a clone has after `make setup`, which tests/test_first_run.py builds."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from conftest import ROOT, alive, free_port, until

FIRST_DAY = "The first day"
SECOND_BRANCH = "A second branch"
CODE = re.compile(r'^code = "\d+"', re.MULTILINE)
FENCED = re.compile(r"^```\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(chapter: str) -> list[list[str]]:
    """The lines of each block of commands."""
    text = (ROOT / "docs" / "operations.md").read_text()
    section = re.search(rf"## {chapter}.*?\n## ", text, re.DOTALL)
    assert section
    return [block.strip().splitlines() for block in FENCED.findall(section[0])]


@pytest.fixture
def product(tmp_path: Path) -> Path:
    folder = tmp_path / "lobby"
    folder.mkdir()
    (folder / ".venv").symlink_to(ROOT / ".venv")
    shutil.copy(ROOT / "config.toml", folder)
    shutil.copytree(ROOT / "slides", folder / "slides")
    return folder


def run(line: str, folder: Path) -> str:
    done = subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def running(line: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Its address and its log; only the port is another one, which may be free here."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = folder.parent / f"{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            f"exec {line} --port {port}", shell=True, cwd=folder, stdout=out, stderr=out
        )
    try:
        until(lambda: alive(url) or process.poll() is not None, f"it serves: {log.read_text()}", 60)
        assert process.poll() is None, log.read_text()
        yield url, log
    finally:
        process.terminate()
        process.wait(timeout=30)


def signed_in(url: str, name: str, password: str) -> bool:
    session = requests.Session()
    page = session.get(f"{url}/signin", timeout=30).text
    token = page.split('csrf-token" content="')[1].split('"')[0]
    session.post(
        f"{url}/signin", data={"name": name, "password": password, "csrf_token": token}, timeout=20
    )
    return session.get(f"{url}/desk/people", timeout=30).url.endswith("/desk/people")


def test_the_first_day_goes_as_it_is_written(product: Path) -> None:
    before, beside, everywhere = blocks(FIRST_DAY)
    setup, *prepare, serve = before
    assert setup == "make setup"
    for line in prepare:
        run(line, product)
    with running(serve, product) as (url, log):
        assert signed_in(url, "li", "a long word of mine")
        assert "Nobody can sign in yet" not in log.read_text()
        told = [run(line, product) for line in beside]
        code = requests.post(
            f"{url}/device", data={"code": told[0].strip()}, timeout=20, allow_redirects=False
        )
        assert code.headers["Location"].endswith("/kiosk")
        assert (product / "copy.db").stat().st_size
    (line,) = everywhere
    with running(line, product) as (_, log):
        assert "slips lead to http://" in log.read_text()


def test_a_second_branch_goes_as_it_is_written_beside_the_first(product: Path) -> None:
    (setup, *prepare), (check, account, serve, device) = blocks(SECOND_BRANCH)
    assert setup == "make setup"
    for line in prepare:
        run(line, product)
    config = product / "west" / "config.toml"
    config.write_text(CODE.sub('code = "4404"', config.read_text(), count=1))
    assert "branch: 4404" in run(check, product)
    run(account, product)
    first = ".venv/bin/lobby serve --demo --config config.toml --data var"
    second = serve.partition(" --port")[0]
    with running(first, product) as (url, _), running(second, product) as (west, _):
        assert signed_in(west, "li", "a long word of mine")
        code = run(device, product).strip()
        answer = requests.post(
            f"{west}/device", data={"code": code}, timeout=20, allow_redirects=False
        )
        assert answer.headers["Location"].endswith("/board/main")
        refused = requests.post(
            f"{url}/device", data={"code": code}, timeout=20, allow_redirects=False
        )
        assert "Location" not in refused.headers, "the first branch knows nothing of it"
