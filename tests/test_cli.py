"""The command line: what it prints, and bad input as one clear line with exit status 2."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import forked
import pytest
import requests
from click.types import FuncParamType
from conftest import CONFIG, MORNING, free_port, serving

from arguments import folder, place
from cli import cli, main
from web.access import Access

lobby = forked.run


def test_the_journal_backup_restore_rebuild_and_check(tmp_path: Path) -> None:
    data = tmp_path / "var"
    copy = tmp_path / "copy.db"
    with serving(data) as server:
        number = requests.post(
            f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=30
        ).json()["number"]
        rows = [json.loads(line) for line in lobby("journal", "--data", data).stdout.splitlines()]
        issued = next(row for row in rows if row["kind"] == "TicketIssued")
        assert issued["data"]["number"] == number
        assert [*issued] == [
            "branch",
            "epoch",
            "seq",
            "at",
            "kind",
            "v",
            "ticket",
            "counter",
            "actor",
            "data",
            "hash",
        ]
        later = lobby("journal", "--data", data, "--since", issued["seq"]).stdout.splitlines()
        assert json.loads(later[0])["seq"] == issued["seq"] + 1
        assert lobby("backup", copy, "--data", data).returncode == 0
        requests.post(f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=30)
        refused = lobby("restore", copy, "--data", data)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
        assert server.stop() == 0
    assert lobby("restore", copy, "--data", data, "--yes").returncode == 0
    issued = [
        line
        for line in lobby("journal", "--data", data).stdout.splitlines()
        if "TicketIssued" in line
    ]
    assert len(issued) == 1
    assert "equals the replay" in lobby("rebuild", "--data", data, "--config", CONFIG).stdout
    checked = lobby("check", "--data", data, "--config", CONFIG, "--json")
    assert checked.returncode == 0
    assert {"config", "database", "chain", "disk", "clock", "voice"} <= {
        f["topic"] for f in json.loads(checked.stdout)
    }


def test_check_says_all_that_is_wrong_and_fails(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(
        CONFIG.read_text()
        .replace("paper_mm = 80", "paper_mm = 7")
        .replace("usual_s = 300", "usual_s = 0")
    )
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
        ("journal", "--since"),
        ("token", "create", "--role", "kiosk", "--data", "--json"),
        ("serve", "--printer", "parallel:"),
        ("token", "create", "--role", "emperor"),
        ("backup", "x.db"),
        ("journal",),
        ("rebuild", "--config", CONFIG),
        ("restore", "missing.db"),
        ("dance",),
        ("token", "list", "--help=me"),
        ("account",),
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


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("account", "no-totp", "nobody"), "there is no account 'nobody'"),
        (("erase", "--older-than", "999999"), "999999"),
        (("erase", "--ticket", "x", "--older-than", "1"), "--older-than is for every customer"),
        (("journal", "--since", "9" * 23), "Invalid value for '--since'"),
        (("demo", "--speed", "nan"), "'nan' is no number"),
        (("token", "create", "--role", "teller", "--name", "--json"), "--name has no value"),
        (("erase", "--ticket", "--yes"), "--ticket has no value"),
        (("account", "revoke"), "Missing argument"),
    ],
)
def test_what_is_wrong_with_a_value_is_named(
    tmp_path: Path, args: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where = () if args[0] == "demo" else ("--data", str(tmp_path))
    assert main([*args, *where]) == 2
    text = capsys.readouterr().err
    assert said in text
    assert len(text.splitlines()) == 1


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"lobby \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_a_register_of_thousands_is_not_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    access = Access(tmp_path)
    access.remember_branch({"person": tuple(map(str, range(10_000)))}, {})
    access.close()
    monkeypatch.setattr("sys.stdin.readline", lambda: "a long word of mine")
    new = ["account", "create", "--name", "li", "--role", "teller", "--staff-number", "abc"]
    assert main([*new, "--data", str(tmp_path)]) == 2
    assert "and 9980 more" in (text := capsys.readouterr().err)
    assert len(text) < 500


def test_a_new_data_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token = ["token", "create", "--role", "teller", "--data", str(tmp_path / "typo")]
    for told in (True, False):
        assert main(token) == 0
        assert ("is a new data folder" in capsys.readouterr().err) == told


def test_a_port_in_use_is_said_at_once(tmp_path: Path) -> None:
    import socket

    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        answer = lobby("serve", "--config", CONFIG, "--data", tmp_path, "--port", port)
    assert answer.returncode == 2
    assert str(port) in answer.stderr


def test_every_command_explains_itself() -> None:
    for command in cli.commands:
        explained = lobby(command, "--help")
        assert explained.returncode == 0
        assert explained.stdout.startswith(f"Usage: lobby {command}")


BAD = {
    "binary": lambda path: path.write_bytes(bytes(range(256)) * 64),
    "a folder": lambda path: path.mkdir(),
    "unreadable": lambda path: (path.write_text("key,tier\n"), path.chmod(0)),
    "a zero byte": lambda path: path.write_text("key,tier\na\0b,gold\n"),
    "empty": lambda path: path.write_text(""),
    "one endless field": lambda path: path.write_text(f'key,tier\n"{"x" * 200_000}'),
    "another database": lambda path: _database(
        path, "CREATE TABLE event(a); CREATE TABLE account(b)"
    ),
    "a cut database": lambda path: (
        _database(path, "CREATE TABLE event(a)"),
        os.truncate(path, 5000),
    ),
}
"""What may stand where a file is expected."""


def _database(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)


# A process would end here.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("place", ["lobby.db", "access.db", "secret.key", "lock"])
@pytest.mark.parametrize("bad", BAD)
def test_no_file_of_the_data_ends_a_command_in_a_traceback(
    tmp_path: Path, bad: str, place: str, said: Any
) -> None:
    BAD[bad](tmp_path / place)
    for command in (
        ("journal",),
        ("check", "--config", CONFIG),
        ("rebuild", "--config", CONFIG),
        ("backup", tmp_path / "copy"),
        ("token", "create", "--role", "manager"),
    ):
        said(*command, "--data", tmp_path)


# A process would end here.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("bad", BAD)
def test_no_file_given_ends_a_command_in_a_traceback(tmp_path: Path, bad: str, said: Any) -> None:
    file = tmp_path / "file"
    data = tmp_path / "var"
    BAD[bad](file)
    for command in (
        ("serve", "--config", file, "--data", data),
        ("check", "--config", file, "--data", data),
        ("journal", "--data", file),
        ("simulate", file),
        ("forecast", file, "--out", tmp_path / "out.csv"),
        ("forecast", file, "--out", file),
    ):
        status, _ = said(*command)
        assert status in (1, 2), command
    said("restore", file, "--data", data)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run a command here, where starting a process each would take minutes: its status and what it says on standard
    error, which is one line where the input was bad, or one for each complaint of a configuration; an exception that
    it lets out fails the test."""

    def run(*args: Any) -> tuple[int, str]:
        status = main([*map(str, args)])
        text = capsys.readouterr().err
        assert status in (0, 1, 2)
        assert "Traceback" not in text
        assert (status == 2) == bool(text)
        assert len(text.splitlines()) <= 1 or all(
            ": found " in line for line in text.splitlines()
        ), text
        return status, text

    return run


def test_a_damaged_database_is_told_in_one_line_by_the_real_command(tmp_path: Path) -> None:
    (tmp_path / "lobby.db").write_bytes(bytes(range(256)) * 64)
    answer = lobby("journal", "--data", tmp_path)
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    assert "Traceback" not in answer.stderr


def test_every_path_on_the_command_line_is_resolved_where_it_enters() -> None:
    types = [param.type for command in commands(cli) for param in command.params]
    assert {type.func for type in types if isinstance(type, FuncParamType)} == {folder, place}
    assert [type for type in types if isinstance(type, click.Path | click.File)] == []


def commands(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for part in command.commands.values():
            yield from commands(part)


def test_an_operator_reads_times_as_the_branchs_clock_shows_them(tmp_path: Path) -> None:
    """Whatever the machine's own zone; a program reads ISO 8601 with the offset."""
    access = Access(tmp_path, clock=lambda: MORNING.timestamp())
    access.remember_branch({"zone": ("Asia/Shanghai",)}, {})
    access.create_account("li", "a long word of mine", "teller")
    access.open_session("li", "10.0.0.7")
    access.close()
    machine = {**os.environ, "TZ": "America/New_York"}
    shown = lobby("account", "list", "--data", tmp_path, env=machine).stdout
    assert "2026-03-02 09:00:00+08:00" in shown
    (account,) = json.loads(
        lobby("account", "list", "--data", tmp_path, "--json", env=machine).stdout
    )
    assert account["signed_in_at"] == "2026-03-02T09:00:00+08:00"


def test_check_shows_the_clock_of_the_branch(tmp_path: Path) -> None:
    said = lobby(
        "check",
        "--config",
        CONFIG,
        "--data",
        tmp_path,
        env={**os.environ, "TZ": "America/New_York"},
    ).stdout
    assert re.search(r"clock: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+08:00 \(Asia/Shanghai\)", said)


def test_what_was_done_to_an_account_is_said(tmp_path: Path) -> None:
    lobby(
        "account",
        "create",
        "--name",
        "li",
        "--role",
        "teller",
        "--data",
        tmp_path,
        input="a long word of mine\n",
    )
    for verb, done in (
        ("disable", "disabled"),
        ("enable", "enabled"),
        ("no-totp", "has no second factor"),
        ("revoke", "removed"),
    ):
        assert lobby("account", verb, "li", "--data", tmp_path).stdout == f"li: {done}\n"
