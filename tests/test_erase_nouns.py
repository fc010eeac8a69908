"""Nothing personal stands in clear in any file, of whichever noun, and once erased it can be read nowhere."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from personal import STAFF, Asker, something_personal

from app import open_lobby
from cli import main
from lobby import events as ev
from lobby.branch.model import Branch
from lobby.events.personal import TOKEN
from lobby.journal.subject_keys import SubjectKeys

MARK = "Nymphaea"
"""Stands in every word that the test writes, and nowhere else."""
PERSONAL = {kind.__name__ for kind, names in ev.PERSONAL_FIELDS.items() if names}


def test_every_noun_is_sealed_and_erased_from_every_file(
    branch: Branch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / "var"
    lobby = open_lobby(branch, data, "http://lobby.test", loopback=True)
    lobby.runtime.writer.notify = lobby.runtime.writer.pump
    askers = {role: Asker(lobby, role) for role in ("", "kiosk", *STAFF)}
    ids = something_personal(lobby, askers)
    _all_else(lobby, askers, ids)
    lobby.close()
    assert MARK not in caplog.text
    assert PERSONAL - _kinds(data) == set(), "the test writes something of each noun"
    assert _files_with(data, *_spelled(MARK)) == []

    keys = _keys(data)
    chosen = [option for subject in keys for option in ("--subject", subject)]
    assert main(["erase", "--yes", "--data", str(data), *chosen]) == 0
    assert _files_with(data, *keys.values(), *_spelled(MARK)) == []
    with closing(SubjectKeys(data)) as left:
        assert {left.reveal(token) for token in _sealed(data)} == {"erased"}


def _all_else(lobby: Any, askers: dict[str, Asker], ids: dict[str, list[str]]) -> None:
    """The steps after the first one, each with words."""
    manager, head, office = askers["manager"], askers["head"], askers["office"]
    words = f"{MARK} 说的话"
    today = lobby.runtime.branch.day_of(lobby.runtime.clock())
    due = (today + timedelta(days=9)).isoformat()

    case = f"/cases/{ids['cases'][0]}"
    manager.post(f"{case}/assign", owner=_account(lobby))
    manager.post(f"{case}/note", text=words)
    manager.post(f"{case}/correct", reason=words, complainant=words)
    manager.post(f"{case}/pause", reason=words, until=due)
    manager.post(f"{case}/resume")
    head.post(f"{case}/extend", reason=words, told="telephone")
    manager.post(f"{case}/contact", by="telephone", text=words)
    promised = manager.post(f"{case}/promise", due=due, text=words)["promises"]
    manager.post(f"{case}/keep", promise=promised[0]["id"])
    promised = manager.post(f"{case}/promise", due=due, text=words)["promises"]
    mistake = {"promise": promised[1]["id"], "reason": words, "told": "telephone"}
    manager.post(f"{case}/unpromise", **mistake)
    manager.post(f"{case}/answer", by="telephone", text=words)
    head.post(f"{case}/review", accepted=True, text=words)
    manager.post(f"{case}/close", result="settled", text=words, cause="C01", business="B01")
    manager.post(f"{case}/reopen", reason=words)
    letter = {"query_string": {"name": f"{MARK}.pdf"}, "data": b"%PDF-1.7 " + words.encode()}
    assert manager.ask("POST", f"/api/v1{case}/attachments", **letter).status_code == 200
    row = f"R1,2026-03-01 09:05,{words},{MARK},13900005555"
    rows = "\n".join(["工单号,受理时间,投诉内容,投诉人,联系电话", row]).encode()
    taken = manager.ask("POST", "/api/v1/cases/import?channel=hotline", data=rows).json
    assert taken["taken"] == 1
    imported = next(
        one for one in manager.ask("GET", "/api/v1/cases").json["cases"] if one["reference"] == "R1"
    )
    manager.post(f"/cases/{imported['id']}/join", into=case.rpartition("/")[2])
    manager.post(f"/cases/{imported['id']}/separate", reason=words)

    ticket = manager.post("/tickets", service="cash")["id"]
    manager.post(f"/tickets/{ticket}/retier", tier="gold", reason=words)
    token = lobby.runtime.links.tickets.of(ticket)
    askers[""].post(f"/tickets/{ticket}/opinion?token={token}", text=words)
    manager.post("/compliments", channel="on_the_spot", about=["owner"], words=words)
    incident = f"/incidents/{ids['incidents'][0]}"
    head.post(f"{incident}/care", care="comfort", words=words)

    action = f"/actions/{ids['actions'][0]}"
    manager.post(f"{action}/prove", changed_on=today.isoformat(), words=words)
    head.post(f"{action}/refuse", reason=words, due=due)
    head.post(f"{action}/assign", owner="owner", due=due, reason=words)
    office.post(f"{action}/cancel", reason=words)

    [inspection], [item] = ids["inspections"], ids["items"]
    path = f"/inspections/{inspection}/items/{item}"
    manager.post(f"{path}/coach", note=words)
    manager.post(f"{path}/finding", owner="owner", due=due, text=words)
    head.post(f"{path}/settle", note=words)
    _agree(askers, words)
    _look_at_all(askers, ids)
    panel = manager.post("/panels", title="queue", on=due, place="hall")["id"]
    manager.post(f"/panels/{panel}/cancel", reason=words)
    assert manager.post(f"/panels/{panel}/words")["reason"] == words
    office.post("/standards/evidence", first=today.isoformat(), last=today.isoformat())


def _account(lobby: Any) -> str:
    lobby.access.create_account("owner", "four tall cranes", "manager")
    return "owner"


def _agree(askers: dict[str, Asker], words: str) -> None:
    """Two colleagues differ, and talk it over."""
    manager = askers["manager"]
    meeting = manager.post("/inspections", occasion="meeting")
    item = next(one["id"] for one in meeting["items"] if len(one["sides"]) == 2)
    path = f"/inspections/{meeting['id']}/items/{item}"
    manager.post(f"{path}/mark", side="self", verdict="kept", marker="A1")
    manager.post(f"{path}/mark", side="peer", verdict="broken", marker="B1")
    manager.post(f"{path}/agree", verdict="broken", note=words)


def _look_at_all(askers: dict[str, Asker], ids: dict[str, list[str]]) -> None:
    """What was shown is kept nowhere either."""
    head, manager = askers["head"], askers["manager"]
    head.post(f"/cases/{ids['cases'][0]}/look")
    head.post(f"/incidents/{ids['incidents'][0]}/words")
    manager.post(f"/loans/{ids['loans'][0]}/borrower")
    manager.post(f"/visits/{ids['visits'][0]}/visitor")
    manager.post(f"/notes/{ids['notes'][0]}/read")


# -- files ---------------------------------------------------------------------------------------------------
def _spelled(text: str) -> list[bytes]:
    return [text.encode(), text.encode("utf-16-le")]


def _files_with(folder: Path, *wanted: bytes) -> list[str]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if any(each in file.read_bytes() for each in wanted)]


def _rows(data: Path, name: str, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{data / name}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def _kinds(data: Path) -> set[str]:
    """Of the events that have something sealed."""
    rows = _rows(data, "lobby.db", "SELECT kind, data FROM event")
    return {kind for kind, text in rows if TOKEN.search(text)}


def _sealed(data: Path) -> list[str]:
    rows = _rows(data, "lobby.db", "SELECT data FROM event")
    return [token[0] for (text,) in rows for token in TOKEN.finditer(json.dumps(json.loads(text)))]


def _keys(data: Path) -> dict[str, bytes]:
    query = "SELECT subject, key FROM subject WHERE key IS NOT NULL"
    return dict(_rows(data, "subject-keys.db", query))
