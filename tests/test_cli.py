"""The command line: what it prints, and bad input as one clear line with exit status 2."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests
from conftest import CONFIG, LOBBY, free_port, serving


def lobby(*args: Any, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [str(LOBBY), *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)


def test_the_journal_backup_restore_rebuild_and_check(tmp_path: Path) -> None:
    data, copy = tmp_path / "var", tmp_path / "copy.db"
    with serving(data) as server:
        number = requests.post(f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=5).json()["number"]
        rows = [json.loads(line) for line in lobby("journal", "--data", data).stdout.splitlines()]
        issued = next(row for row in rows if row["kind"] == "TicketIssued")
        assert issued["data"]["number"] == number
        assert set(issued) == {"seq", "at", "kind", "ticket", "counter", "actor", "data"}
        later = lobby("journal", "--data", data, "--since", issued["seq"]).stdout.splitlines()
        assert json.loads(later[0])["seq"] == issued["seq"] + 1
        assert lobby("backup", copy, "--data", data).returncode == 0
        requests.post(f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=5)
        refused = lobby("restore", copy, "--data", data)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
        assert server.stop() == 0
    assert lobby("restore", copy, "--data", data).returncode == 0
    issued = [line for line in lobby("journal", "--data", data).stdout.splitlines() if "TicketIssued" in line]
    assert len(issued) == 1
    assert "equals the replay" in lobby("rebuild", "--data", data, "--config", CONFIG).stdout
    checked = lobby("check", "--data", data, "--config", CONFIG, "--json")
    assert checked.returncode == 0
    assert {"config", "database", "disk", "clock", "voice"} <= {f["topic"] for f in json.loads(checked.stdout)}


def test_check_says_all_that_is_wrong_and_fails(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(CONFIG.read_text().replace("paper_mm = 80", "paper_mm = 7").replace("usual_s = 300", "usual_s = 0"))
    checked = lobby("check", "--config", bad, "--data", tmp_path)
    assert checked.returncode == 1
    assert "printers.paper_mm" in checked.stdout
    assert "services.usual_s" in checked.stdout


def test_a_token_is_alone_on_standard_out_and_stored_hashed(tmp_path: Path) -> None:
    made = lobby("token", "create", "--role", "teller", "--counter", "1", "--data", tmp_path).stdout
    assert made.count("\n") == 1
    assert made.strip().encode() not in (tmp_path / "access.db").read_bytes()


def test_an_account_is_made_from_standard_input(tmp_path: Path) -> None:
    account = ("account", "create", "--role", "manager", "--name", "li", "--data", tmp_path)
    assert lobby(*account, input="short\n").returncode == 2
    assert lobby(*account, input="a long password\n").returncode == 0


@pytest.mark.parametrize(
    "args",
    [
        ("serve", "--config", "nowhere.toml"),
        ("serve", "--port", "http"),
        ("serve", "--printer", "parallel:"),
        ("token", "create", "--role", "emperor"),
        ("backup", "x.db"),
        ("journal",),
        ("rebuild", "--config", CONFIG),
        ("restore", "missing.db"),
        ("dance",),
        (),
    ],
)
def test_bad_input_is_one_line_and_status_2(tmp_path: Path, args: tuple[Any, ...]) -> None:
    if "serve" in args and "--config" not in args:
        args = (*args, "--config", CONFIG)
    answer = lobby(*args, cwd=tmp_path)
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    assert "Traceback" not in answer.stderr


def test_a_port_in_use_is_said_at_once(tmp_path: Path) -> None:
    import socket

    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        answer = lobby("serve", "--config", CONFIG, "--data", tmp_path, "--port", port)
    assert answer.returncode == 2
    assert str(port) in answer.stderr


def test_every_command_explains_itself() -> None:
    for command in ("serve", "check", "journal", "backup", "restore", "rebuild", "token", "account"):
        assert lobby(command, "--help").returncode == 0
