"""The commands of headquarters' web server: accounts and tokens of its own, and what keeps it from starting."""

from __future__ import annotations

import io
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from conftest import free_port
from office import province

from cli import main
from web.access import Access

PASSWORD = "four tall cranes\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "hq.toml").write_text(province(3))
    return tmp_path


def typed(monkeypatch: pytest.MonkeyPatch, *args: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD))
    return main(["hq", *args])


def test_an_account_has_a_role_and_may_be_bound_to_a_unit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert typed(monkeypatch, "account", "add", "zhang", "--role", "head", "--unit", "c1") == 0
    access = Access(folder / "var-hq")
    account = access.account("zhang")
    access.close()
    assert account is not None
    assert (account.role, account.unit) == ("head", "c1")


def test_a_new_password_leaves_the_unit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "account", "add", "zhang", "--role", "head", "--unit", "c1")
    typed(monkeypatch, "account", "add", "zhang", "--role", "head")
    access = Access(folder / "var-hq")
    account = access.account("zhang")
    access.close()
    assert account is not None
    assert account.unit == "c1"


def test_a_unit_that_is_not_there_is_refused_with_those_that_are(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "account", "add", "li", "--role", "office", "--unit", "x") == 2
    assert "there is no unit 'x': hq.toml has p, c0, c1, c2" in capsys.readouterr().err


@pytest.mark.parametrize("role", ["teller", "manager", "kiosk"])
def test_roles_of_a_branch_are_none_of_headquarters(
    folder: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    assert typed(monkeypatch, "account", "add", "li", "--role", role) == 2
    assert typed(monkeypatch, "token", "create", "--role", role) == 2


def test_a_token_is_printed_once_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ("token", "create", "--role", "office", "--name", "dashboards", "--unit", "c2")
    assert typed(monkeypatch, *args) == 0
    secret = capsys.readouterr().out.strip()
    access = Access(folder / "var-hq")
    token: Any = access.token(secret)
    access.close()
    assert (token.name, token.role, token.unit) == ("dashboards", "office", "c2")
    assert typed(monkeypatch, "token", "revoke", "dashboards") == 0
    capsys.readouterr()
    assert typed(monkeypatch, "token", "list") == 0
    assert "dashboards" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["serve"], "DATABASE_URL says where PostgreSQL is"),
        (["serve", "--config", "none.toml"], "none.toml"),
        (["serve", "--demo", "--host", "0.0.0.0"], "a demo serves this machine only"),
    ],
)
def test_what_keeps_it_from_starting_is_one_clear_line(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    args: list[str],
    said: str,
) -> None:
    if "--demo" in args:
        monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert main(["hq", *args]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


AWAY = "postgresql://nobody@127.0.0.1:1/none"
NEEDS_DATABASE = (
    ["serve", "--port", str(free_port())],
    ["bulletin", "day"],
    ["rebuild"],
    ["alarm", "list"],
    ["alarm", "clear", "4403"],
    ["journal", "list"],
    ["journal", "adopt", "4403", "1", "--yes"],
    ["archive", "--to", "."],
    ["instruction", "list"],
)


@pytest.mark.parametrize("args", NEEDS_DATABASE, ids=itemgetter(0))
def test_a_database_that_is_not_there_is_one_clear_line_and_a_status_of_its_own(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    args: list[str],
) -> None:
    """Who starts commands by a timer tells it from what is typed wrongly."""
    monkeypatch.setenv("DATABASE_URL", AWAY)
    assert main(["hq", *args]) == 3
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert "the database: connection failed" in error
    assert error.startswith(f"lobby hq {args[0]}")
    monkeypatch.setenv("DATABASE_URL", "no address")
    assert main(["hq", *args]) == 2
    monkeypatch.setenv("DATABASE_URL", AWAY)
    assert main(["hq", *args, "--colour"]) == 2
