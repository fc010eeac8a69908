"""docs/operations.md, word for word: the lines of the first day are run as they stand there, in a folder that has
what a clone has after `make setup`, which tests/test_first_run.py builds."""

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

FIRST_DAY = re.compile(r"## The first day.*?\n## ", re.DOTALL)
FENCED = re.compile(r"^```\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks() -> list[list[str]]:
    """The lines of each block of commands."""
    section = FIRST_DAY.search((ROOT / "docs" / "operations.md").read_text())
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
    page = session.get(f"{url}/signin", timeout=10).text
    token = page.split('csrf-token" content="')[1].split('"')[0]
    session.post(
        f"{url}/signin", data={"name": name, "password": password, "csrf_token": token}, timeout=20
    )
    return session.get(f"{url}/desk/people", timeout=10).url.endswith("/desk/people")


def test_the_first_day_goes_as_it_is_written(product: Path) -> None:
    before, beside, everywhere = blocks()
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
