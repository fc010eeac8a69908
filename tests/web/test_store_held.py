"""The access store is held by another process, such as a copy that somebody makes of it by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import until

from app import Lobby
from lobby.errors import Unavailable
from web.access import Access, base
from web.audit import Audit, Refusals

PASSWORD = "quiet harbour lantern 7"


@contextmanager
def held(data: Path) -> Iterator[None]:
    with closing(base.sqlite3.connect(data / base.FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    return lambda seconds: monkeypatch.setattr(base, "BUSY_S", seconds)


@pytest.fixture
def access(tmp_path: Path, patience: Callable[[float], None]) -> Iterator[Access]:
    patience(30.0)
    opened = Access(tmp_path)
    opened.create_account("li", PASSWORD, "teller", "2")
    yield opened
    opened.close()


def meanwhile(act: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=act)
    thread.start()
    return thread


def test_who_reads_does_not_wait_for_who_waits_to_change(access: Access, tmp_path: Path) -> None:
    secret = access.open_session("li", "127.0.0.1")
    began = threading.Event()

    def change() -> None:
        began.set()
        access.lock(secret)

    with held(tmp_path):
        waiting = meanwhile(change)
        began.wait()
        until(lambda: access._changing, "the change waits for the other process")
        session = access.session(secret)
        assert session is not None
        assert not session.locked
        assert access.changed() in (True, False)
        assert waiting.is_alive()
    waiting.join()
    session = access.session(secret)
    assert session is not None
    assert session.locked


def test_who_reads_first_and_changes_then_has_the_same_patience(
    access: Access, tmp_path: Path
) -> None:
    secret = access.open_session("li", "127.0.0.1")
    done: list[bool] = []

    def sign_out() -> None:
        access.end_session(secret)
        done.append(True)

    with held(tmp_path):
        leaving = meanwhile(sign_out)
        leaving.join(0.3)
    leaving.join()
    assert done
    assert access.session(secret) is None


def test_what_cannot_be_kept_is_told_in_one_sentence(
    lobby: Lobby, patience: Callable[[float], None], caplog: pytest.LogCaptureFixture
) -> None:
    lobby.access._db.conn.execute("PRAGMA busy_timeout = 10")
    patience(0.01)
    browser = lobby.app.test_client()
    with held(lobby.runtime.data):
        form = {"name": "teller1", "password": "lobby-demo", "csrf_token": _csrf(browser)}
        answer = browser.post("/signin", data=form, headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "database_busy"
    assert "Traceback" not in caplog.text


def _csrf(browser: Any) -> str:
    page = browser.get("/signin").get_data(as_text=True)
    found: str = page.split('name="csrf_token" value="')[1].split('"')[0]
    return found


def test_a_fact_reaches_the_journal_once_although_the_outbox_cannot_be_emptied(
    lobby: Lobby, patience: Callable[[float], None]
) -> None:
    lobby.access._db.conn.execute("PRAGMA busy_timeout = 10")
    patience(0.01)
    refusals = Refusals(lobby.access)
    audit = Audit(lobby.runtime, lobby.access, refusals)
    audit.drain(_here)
    lobby.access.create_token("kiosk", name="east door")
    with held(lobby.runtime.data):
        refusals.refused("", "192.0.2.1", "password")
        for _ in range(3):
            with pytest.raises(Unavailable):
                audit.drain(_here)
    audit.drain(_here)
    lobby.access.create_token("kiosk", name="west door")
    audit.drain(_here)
    told = [recorded.event for recorded in lobby.runtime._journal.events()]
    names = [getattr(event, "name", "") for event in told if type(event).__name__ == "TokenChanged"]
    assert names == ["east door", "west door"]
    assert [event.count for event in told if type(event).__name__ == "SignInRefused"] == [1]  # type: ignore[attr-defined]


def _here(act: Callable[..., Any], *args: Any) -> Any:
    return act(*args)
