"""Which kiosks answer: told with their names on the tablet, on the page of the day, and by `lobby check`."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from conftest import CONFIG, Ticks
from flask.testing import FlaskClient

from app import Lobby, open_lobby
from doctor import examine
from doctor.data_files import ACCESS
from lobby.branch.model import Branch
from web.kiosks import ANSWERS_S, Kiosks

SERVICES = "/api/v1/services"


def watch(lobby: Lobby, kiosks: Kiosks) -> list[dict[str, str]]:
    """The kiosks' alerts, once the branch has looked."""
    look = lobby.runtime.alert_monitor.look
    lobby.runtime.writer.do("watch", look, silent_kiosks=kiosks.silent(60))
    with lobby.runtime.writer.published() as state:
        return [one.params for one in state.alerts.values() if one.kind == "kiosk"]


def signed_in(lobby: Lobby) -> FlaskClient:
    lobby.access.create_account("li", "a long word of mine", "manager")
    client = lobby.app.test_client()
    with client.session_transaction() as cookie:
        cookie["id"] = lobby.access.open_session("li", "127.0.0.1")
    return client


def is_bad(client: FlaskClient) -> bool:
    return bool(re.search(r'data-check="kiosk-entrance" class="bad"', client.get("/desk/day").text))


def test_a_kiosk_that_falls_silent_is_told_with_its_name_until_it_answers(
    lobby: Lobby, ticks: Ticks
) -> None:
    kiosks = lobby.app.extensions["kiosks"] = Kiosks(("entrance",), ticks)
    device = lobby.app.test_client()
    manager = signed_in(lobby)
    assert watch(lobby, kiosks) == [], "one that was never there is not missed"
    assert is_bad(manager), "and does not count as well"
    manager.get(f"{SERVICES}", headers={"Lobby-Kiosk": "entrance"})
    assert is_bad(manager), "a page that staff look at is no kiosk"
    device.get(SERVICES)
    assert not is_bad(manager)
    ticks.now += ANSWERS_S + 1
    assert is_bad(manager)
    assert watch(lobby, kiosks) == []
    ticks.now += 60
    [told] = watch(lobby, kiosks)
    assert told["name"]["zh"] == "入口取号机"
    device.get(SERVICES)
    assert watch(lobby, kiosks) == []


def test_a_dead_screen_is_told_until_it_answers_though_the_branch_starts_anew(
    branch: Branch, tmp_path: Path
) -> None:
    def stand(lobby: Lobby) -> tuple[list[str], set[tuple[str, str]]]:
        lobby._watch()
        with lobby.runtime.writer.published() as state:
            return [one.kind for one in state.alerts.values()], state.acknowledged

    with closing(open_here(branch, tmp_path)) as lobby:
        look = lobby.runtime.alert_monitor.look
        lobby.runtime.writer.do("watch", look, dark_boards=["main"], silent_kiosks=["entrance"])
        with lobby.runtime.writer.published() as state:
            board = next(one.id for one in state.alerts.values() if one.kind == "board")
        lobby.runtime.writer.do("manager", lobby.runtime.commands.acknowledge, alert=board)
    with closing(open_here(branch, tmp_path)) as again:
        assert stand(again) == (["kiosk"], {("board", "main")})
        again.app.test_client().get(SERVICES)
        assert stand(again)[0] == []


def open_here(branch: Branch, folder: Path) -> Lobby:
    opened = open_lobby(branch, folder, "http://lobby.test", loopback=True, demo=True)
    opened.runtime.writer.notify = opened.runtime.writer.pump
    return opened


def test_the_only_kiosk_of_a_branch_needs_no_id(lobby: Lobby) -> None:
    assert 'data-kiosk="entrance"' in lobby.app.test_client().get("/kiosk").text
    assert lobby.app.test_client().post("/api/v1/help", json={}).status_code == 201
    with lobby.runtime.writer.published() as state:
        [alert] = state.alerts.values()
    assert alert.params["name"]["en"] == "Entrance kiosk"


def test_lobby_check_says_which_device_is_the_kiosk_and_when_it_was_here(lobby: Lobby) -> None:
    data = lobby.runtime.data

    def said() -> list[str]:
        return [one.line() for one in examine(CONFIG, data, "en") if one.topic == "kiosk entrance"]

    lobby.access.create_token("kiosk", name="spare", kiosk="elsewhere")
    assert "no device is enrolled" in said()[0]
    token = lobby.access.create_token("kiosk", name="door")
    assert "has not been here yet" in said()[0]
    known = lobby.access.token(token)
    assert known
    lobby.access.used(known)
    lobby.access.write_uses(now=True)
    assert said()[0].startswith("OK    kiosk entrance: Entrance kiosk: last here 20")
    with closing(sqlite3.connect(data / ACCESS)) as db, db:
        db.execute("UPDATE token SET used_at = used_at - 90000")
    assert said()[0].startswith("WARN")
    assert "more than a day ago" in said()[0]
    look = lobby.runtime.alert_monitor.look
    lobby.runtime.writer.do("watch", look, silent_kiosks=["entrance"])
    assert any("has not answered since" in line for line in said())
