"""What a customer's phone on a slow line loads is small, and is not sent to it twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import open_lobby
from lobby.branch.model import Branch

FILES = [
    "/static/tokens.css",
    "/static/kiosk/phone/page.js",
    "/static/staff/shared/names.js",
    "/static/display/board/page.js",
]


@pytest.fixture
def client(branch: Branch, tmp_path: Path) -> Iterator[FlaskClient]:
    lobby = open_lobby(branch, tmp_path, "http://lobby.test", loopback=True, demo=True)
    yield lobby.app.test_client()
    lobby.close()


@pytest.mark.parametrize("encoding", ["br", "gzip"])
@pytest.mark.parametrize("path", ["/kiosk", *FILES])
def test_pages_and_their_files_are_compressed(
    client: FlaskClient, path: str, encoding: str
) -> None:
    whole = client.get(path, buffered=True).data
    small = client.get(path, headers={"Accept-Encoding": encoding}, buffered=True)
    assert small.content_encoding == encoding
    assert len(small.data) < len(whole) / 1.5


@pytest.mark.parametrize("path", FILES)
def test_an_unchanged_file_is_not_sent_again(client: FlaskClient, path: str) -> None:
    asked = {"Accept-Encoding": "gzip"}
    etag = client.get(path, headers=asked, buffered=True).headers["ETag"]
    again = client.get(path, headers={**asked, "If-None-Match": etag}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", FILES)
def test_a_files_tag_is_the_same_however_it_is_compressed(client: FlaskClient, path: str) -> None:
    tags = {
        client.get(path, headers={"Accept-Encoding": one}, buffered=True).headers["ETag"]
        for one in ("br", "gzip")
    }
    assert len(tags) == 1
