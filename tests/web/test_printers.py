"""What the surfaces say of printers, over a real server with a real line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from conftest import Server, TcpPrinter, free_port, midday_config, serving, until

from app import Lobby
from lobby.engine.runtime import DATABASE
from lobby.journal.history import reader
from web.access import Access


def test_only_who_signed_in_may_sign_out_of_the_virtual_printers_paper(lobby: Lobby) -> None:
    assert "/signout" not in lobby.app.test_client().get("/printer").text
    client = lobby.app.test_client()
    client.post("/signin", data={"name": "manager", "password": "lobby-demo"})
    assert "/signout" in client.get("/printer").text


def test_a_printer_that_falls_silent_is_told_to_monitoring_kiosk_and_tablet(
    tmp_path: Path, tcp_printer: TcpPrinter
) -> None:
    with serving(tmp_path / "var", printer=tcp_printer.url) as server:
        until(
            lambda: ready(server.url)["checks"]["printer"]["detail"] == "slip: ok",
            "the printer answers",
        )
        tcp_printer.answers = {}
        until(
            lambda: ready(server.url)["checks"]["printer"]["detail"] == "slip: silent",
            "its silence",
            30,
        )
        assert ready(server.url)["status"] == "not ready"
        assert requests.get(f"{server.url}/readyz", timeout=30).status_code == 503
        kiosk = server.as_("kiosk")
        manager = server.as_("manager")
        assert kiosk.get(f"{server.url}/api/v1/services", timeout=30).json()["paper"] is False
        hall = manager.get(f"{server.url}/api/v1/hall", timeout=30).json()
        assert [
            alert["params"]["status"] for alert in hall["alerts"] if alert["kind"] == "printer"
        ] == ["silent"]
        metrics = manager.get(f"{server.url}/metrics", timeout=30).text
        assert 'lobby_printer_prints{printer="slip"} 0.0' in metrics


def ready(url: str) -> Any:
    return requests.get(f"{url}/readyz", timeout=30).json()


KIOSKS = """
[[printers]]
id = "second"
device = "virtual:"

[[kiosks]]
id = "east"
name = { zh = "东门取号机", en = "East door kiosk" }
printer = "second"

[[kiosks]]
id = "west"
name = { zh = "西门取号机", en = "West door kiosk" }
printer = "slip"

[[kiosks]]
id = "codes"
name = { zh = "无纸取号机", en = "Kiosk without paper" }
"""


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A branch in the demo with a kiosk at each door, and one without paper."""
    folder = tmp_path_factory.mktemp("doors")
    config = midday_config(folder)
    config.write_text(config.read_text() + KIOSKS)
    with serving(folder / "var", config=config) as server:
        yield server


def bound(server: Server, kiosk: str) -> requests.Session:
    """A device whose token is bound to this kiosk."""
    with closing(Access(server.data)) as access:
        token = access.create_token("kiosk", kiosk=kiosk)
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    return session


def take(server: Server, device: Any, **headers: str) -> Any:
    asked = {"json": {"service": "cash"}, "headers": headers, "timeout": 5}
    return device.post(f"{server.url}/api/v1/tickets", **asked)


def printer_of(server: Server, ticket: dict[str, Any]) -> Any:
    db = reader(server.data / DATABASE)
    row = db.execute("SELECT printer FROM slip WHERE ticket = ?", [ticket["id"]]).fetchone()
    return row and row[0]


def test_a_device_is_the_kiosk_of_its_token_and_no_other(doors: Server) -> None:
    east = bound(doors, "east")
    assert printer_of(doors, take(doors, east).json()) == "second"
    assert printer_of(doors, take(doors, east, **{"Lobby-Kiosk": "east"}).json()) == "second"
    assert take(doors, east, **{"Lobby-Kiosk": "west"}).status_code == 403
    assert east.get(f"{doors.url}/kiosk/west", timeout=30).status_code == 403
    assert 'data-kiosk="east"' in east.get(f"{doors.url}/kiosk", timeout=30).text


def test_in_the_demo_a_kiosk_says_which_it_is(doors: Server) -> None:
    assert printer_of(doors, take(doors, requests, **{"Lobby-Kiosk": "east"}).json()) == "second"
    assert printer_of(doors, take(doors, requests).json()) == "slip"
    ticket = take(doors, requests, **{"Lobby-Kiosk": "codes"}).json()
    assert (printer_of(doors, ticket), ticket["print"]["state"]) == (None, "none")


def test_a_kiosk_that_the_branch_does_not_have_is_refused(doors: Server) -> None:
    assert take(doors, requests, **{"Lobby-Kiosk": "south"}).status_code == 404
    assert requests.get(f"{doors.url}/kiosk/south", timeout=30).status_code == 404
    assert take(doors, bound(doors, "gone")).status_code == 404


def test_paper_is_about_this_kiosks_printer(doors: Server) -> None:
    def paper(kiosk: str) -> bool:
        headers = {"Lobby-Kiosk": kiosk}
        return bool(
            requests.get(f"{doors.url}/api/v1/services", headers=headers, timeout=30).json()[
                "paper"
            ]
        )

    assert [paper(kiosk) for kiosk in ("east", "west", "codes")] == [True, True, False]


def test_help_says_which_kiosk_and_the_manager_chooses_the_printer(doors: Server) -> None:
    manager = doors.as_("manager")
    east = bound(doors, "east")
    assert east.post(f"{doors.url}/api/v1/help", json={}, timeout=30).status_code == 201
    alerts = manager.get(f"{doors.url}/api/v1/hall", timeout=30).json()["alerts"]
    assert [one["params"]["name"]["en"] for one in alerts if one["kind"] == "help"] == [
        "East door kiosk"
    ]
    ticket = take(doors, east).json()
    again = f"{doors.url}/api/v1/tickets/{ticket['id']}/reprint"
    assert manager.post(f"{again}?printer=slip", timeout=30).json()["print"]["copies"] == 2
    assert manager.post(again, timeout=30).json()["print"]["copies"] == 3
    assert manager.post(f"{again}?printer=none", timeout=30).status_code == 422
    rows = (
        reader(doors.data / DATABASE)
        .execute("SELECT printer FROM slip WHERE ticket = ?", [ticket["id"]])
        .fetchall()
    )
    assert sorted(row[0] for row in rows) == ["second", "second", "slip"]


def test_a_branch_is_not_ready_while_the_slips_of_one_kiosk_come_out_nowhere(
    tmp_path: Path, tcp_printer: TcpPrinter
) -> None:
    """Another printer that prints does not help them; a backup does."""
    config = midday_config(tmp_path)
    dead = f'device = "tcp://127.0.0.1:{free_port()}"'
    config.write_text(config.read_text().replace('device = "virtual:"', dead) + KIOSKS)
    with serving(tmp_path / "var", config=config) as server:
        until(
            lambda: "second: ok" in ready(server.url)["checks"]["printer"]["detail"],
            "the second answers",
        )
        until(lambda: ready(server.url)["status"] == "not ready", "the first is dead")
    config.write_text(config.read_text().replace(dead, f'{dead}\nbackup = "second"'))
    with serving(tmp_path / "var", config=config) as server:
        until(
            lambda: "slip: offline" in ready(server.url)["checks"]["printer"]["detail"],
            "the first is dead",
        )
        until(lambda: ready(server.url)["status"] == "ready", "the backup prints")
