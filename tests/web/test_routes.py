"""No route is open by oversight: each says who may use it, or that everybody may."""

from __future__ import annotations

from pathlib import Path

from app import open_lobby
from lobby.branch import Branch

ANYBODYS = ("static", "doc_url", "openapi")


def test_every_route_says_who_may_use_it(branch: Branch, tmp_path: Path) -> None:
    lobby = open_lobby(branch, tmp_path, "http://lobby.test", loopback=True)
    views = lobby.app.view_functions
    unmarked = [
        str(rule)
        for rule in lobby.app.url_map.iter_rules()
        if not hasattr(views[rule.endpoint], "needs") and not any(word in rule.endpoint for word in ANYBODYS)
    ]
    lobby.close()
    assert unmarked == []


def test_no_get_changes_anything(branch: Branch, tmp_path: Path) -> None:
    lobby = open_lobby(branch, tmp_path, "http://lobby.test", loopback=True)
    with lobby.house.writer.published() as floor:
        before = floor.seq
    client = lobby.app.test_client()
    for rule in lobby.app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.arguments:
            assert client.get(str(rule)).status_code < 500
    with lobby.house.writer.published() as floor:
        assert floor.seq == before
    lobby.close()
