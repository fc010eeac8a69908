"""Cases over the API: what each role sees, whose words are read and that this is on record, files and lists."""

from __future__ import annotations

import csv
import io
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock
from openpyxl import Workbook, load_workbook

from app import Lobby, open_lobby
from lobby.branch.model import Branch
from lobby.commands.access import record
from lobby.engine.case_lists import CaseLists
from lobby.errors import Unavailable
from lobby.events import WordsOpened
from lobby.journal.attachments import FOLDER
from lobby.journal.history import reader
from lobby.reports.cells import cell
from staff.cases import files
from staff.cases.exports import as_xlsx
from staff.cases.workbook import NoWorkbook, rows_of
from staff.looks.called import CALLED
from staff.looks.pages import NOUNS
from web.dispatch import do_piece

PDF = b"%PDF-1.7 a letter of the customer"
TEXT = "柜员说话不耐烦，等了五十分钟"


class Asker:
    """One role at the API of a branch in this process, with a token; `Person` signs in."""

    def __init__(self, lobby: Lobby, role: str) -> None:
        token = lobby.access.create_token(role, name=f"{role}-api")
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": "zh-CN"}
        self.client = lobby.app.test_client()

    def ask(self, method: str, path: str, **options: Any) -> Any:
        return self.client.open(f"/api/v1{path}", method=method, headers=self.headers, **options)

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, **body: Any) -> Any:
        answer = self.ask("POST", path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json

    def status(self, path: str, **body: Any) -> int:
        status: int = self.ask("POST", path, json=body).status_code
        return status


class Person(Asker):
    """Somebody of the demo, signed in at a page."""

    def __init__(self, lobby: Lobby, account: str) -> None:
        self.client = lobby.app.test_client()
        self.client.post("/signin", data={"name": account, "password": "lobby-demo"})
        (csrf,) = re.findall(
            r'name="csrf-token" content="([^"]+)"', self.client.get("/account").text
        )
        self.headers = {"X-CSRFToken": csrf, "Accept-Language": "zh-CN"}


@pytest.fixture(scope="module")
def lobby(branch: Branch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    opened = open_lobby(
        branch, tmp_path_factory.mktemp("cases"), "http://lobby.test", loopback=True, demo=True
    )
    opened.runtime.writer.notify = opened.runtime.writer.pump
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def roles(lobby: Lobby) -> dict[str, Asker]:
    return {
        role: Asker(lobby, role) for role in ("manager", "office", "head", "teller", "inspector")
    }


@pytest.fixture
def case(roles: dict[str, Asker]) -> Any:
    return roles["manager"].post(
        "/cases", channel="opinion_book", text=TEXT, complainant="王小明", cause="C01"
    )


def kinds(lobby: Lobby) -> list[tuple[str, str, str]]:
    rows = lobby.runtime._journal.db.execute(
        "SELECT kind, actor, data FROM event WHERE kind LIKE 'Case%' ORDER BY seq"
    )
    return [tuple(row) for row in rows.fetchall()]


def test_no_answer_has_a_word_that_somebody_said_but_to_who_looks(
    lobby: Lobby, roles: dict[str, Asker], case: Any
) -> None:
    office = roles["office"]
    for answer in (case, office.get("/cases"), office.get(f"/cases/{case['id']}")):
        assert "王小明" not in str(answer)
        assert "sealed" not in str(answer)
    words = office.post(f"/cases/{case['id']}/look")
    assert words["complaint"] == {"text": TEXT, "complainant": "王小明"}
    assert kinds(lobby)[-1][:2] == ("CaseSeen", "office-api")


def test_a_correction_is_read_with_what_stood_there(roles: dict[str, Asker], case: Any) -> None:
    manager = roles["manager"]
    manager.post(f"/cases/{case['id']}/correct", reason="听错", complainant="王晓明", cause="C02")
    words = manager.post(f"/cases/{case['id']}/look")
    assert words["complaint"]["complainant"] == "王晓明"
    assert [said.get("complainant") for said in words["steps"].values()] == ["王小明", "王晓明"]
    steps = manager.get(f"/cases/{case['id']}")["steps"]
    assert steps[1]["data"] == {"cause": "C02"}


def test_a_case_of_years_ago_is_found_by_its_number_and_nothing_is_done_with_it(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    with closing(
        open_lobby(branch, tmp_path, "http://lobby.test", loopback=True, demo=True, clock=clock)
    ) as lobby:
        lobby.runtime.writer.notify = lobby.runtime.writer.pump
        office = Asker(lobby, "office")
        opened = office.post("/cases", channel="letter", text=TEXT, against=["teller1"])
        id, number = opened["id"], opened["number"]
        office.post(f"/cases/{id}/close", result="withdrawn", text="撤诉")
        clock.forward(days=2 * 365)
        lobby.runtime.writer.pump()
        assert office.get("/cases?status=all")["total"] == 0
        (found,) = office.get(f"/cases?q={number.lower()}")["cases"]
        read = office.get(f"/cases/{id}")
        assert (found["id"], found["moves"]) == (id, [])
        assert read["case"] == found
        assert [step["kind"] for step in read["steps"]] == ["CaseOpened", "CaseClosed"]
        assert office.post(f"/cases/{id}/look")["complaint"] == {"text": TEXT}
        assert Asker(lobby, "teller").ask("GET", f"/cases/{id}").status_code == 404
        assert office.status(f"/cases/{id}/reopen", reason="客户又来电") == 404


def test_the_words_of_a_card_are_the_cards(lobby: Lobby, roles: dict[str, Asker]) -> None:
    manager = roles["manager"]
    ticket = lobby.app.test_client().post("/api/v1/tickets", json={"service": "cash"}).json
    manager.post("/counters/1/open")
    for verb in ("next", "start", "finish"):
        manager.post(f"/counters/1/{verb}")
    token = ticket["links"]["feedback"].rpartition("/")[2]
    card = {"score": 1, "text": "太慢", "contact": "13800000000", "consent": True}
    answer = lobby.app.test_client().post(f"/api/v1/feedback/{token}", json=card)
    assert answer.status_code == 201
    listed = manager.get("/cases?channel=card")
    (opened,) = listed["cases"]
    story = manager.get(f"/cases/{opened['id']}")
    assert story["visit"]["number"] == ticket["number"]
    words = roles["office"].post(f"/cases/{opened['id']}/look")
    assert words["complaint"] == {"text": "太慢", "contact": "13800000000"}
    assert manager.status(f"/cases/{opened['id']}/look") == 403, "the manager served this ticket"


def test_tellers_have_their_own_cases_and_nothing_is_there_of_others(
    lobby: Lobby, roles: dict[str, Asker], case: Any
) -> None:
    teller = Person(lobby, "teller7")
    assert teller.get("/cases")["total"] == 0
    assert teller.ask("GET", f"/cases/{case['id']}").status_code == 404
    roles["manager"].post(f"/cases/{case['id']}/assign", owner="teller7")
    assert teller.get("/cases")["total"] == 1
    teller.post(f"/cases/{case['id']}/contact", by="telephone", text="已联系")
    assert roles["inspector"].status(f"/cases/{case['id']}/note", text="x") == 403


def test_a_confidential_case_is_not_there_for_others(roles: dict[str, Asker]) -> None:
    body = {"channel": "letter", "text": "x", "confidential": True}
    case = roles["office"].post("/cases", **body)
    for role in ("manager", "head", "inspector"):
        assert roles[role].ask("GET", f"/cases/{case['id']}").status_code == 404
        assert case["id"] not in str(roles[role].get("/cases?status=all"))
        assert case["number"] not in export(roles[role])[1]


def test_an_owner_is_somebody(roles: dict[str, Asker], case: Any) -> None:
    answer = roles["manager"].ask("POST", f"/cases/{case['id']}/assign", json={"owner": "nobody"})
    assert (answer.status_code, answer.json["field"]) == (422, "owner")
    assert "nobody" in answer.json["detail"]


def test_what_runs_out_is_told_to_who_looks_after_it(roles: dict[str, Asker]) -> None:
    old = roles["manager"].post(
        "/cases", channel="telephone", text="x", came_at="2024-01-02T09:00:00+08:00"
    )
    for role in ("manager", "office", "head"):
        first = roles[role].get("/cases/due")["entries"][0]
        assert first["case"]["id"] == old["id"]
        assert first["why"][:2] == ["answer_late", "word_late"]
    assert roles["teller"].get("/cases/due") == {
        "total": 0,
        "entries": [],
        "unseen": 0,
        "taking": [],
    }
    words = roles["head"].get("/cases/due")["entries"][0]["case"]["answer_due"]["words"]["zh"]
    assert words.startswith("已逾期")


def test_the_visit_is_found_by_day_and_number(lobby: Lobby, roles: dict[str, Asker]) -> None:
    ticket = lobby.app.test_client().post("/api/v1/tickets", json={"service": "cash"}).json
    day = roles["manager"].get("/hall")["day"]
    visit = {"day": day, "number": ticket["number"].lower()}
    case = roles["teller"].post("/cases", channel="on_the_spot", text="x", visit=visit)
    assert case["ticket"] == ticket["id"]
    visit = {"day": day, "number": "Z999"}
    assert roles["teller"].status("/cases", channel="on_the_spot", text="x", visit=visit) == 422


# -- files ---------------------------------------------------------------------------------------------------
def attach(asker: Asker, case: str, content: bytes, name: str = "来信.pdf") -> Any:
    return asker.ask(
        "POST", f"/cases/{case}/attachments", query_string={"name": name}, data=content
    )


def test_a_file_is_kept_encrypted_and_goes_with_the_cases_key(
    lobby: Lobby, roles: dict[str, Asker], case: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    manager = roles["manager"]
    assert attach(manager, case["id"], PDF).json["files"] == 1
    (kept,) = (lobby.runtime.data / FOLDER).iterdir()
    assert b"letter" not in kept.read_bytes()
    assert len(kept.name) == 32
    assert kept.stat().st_mode & 0o077 == 0
    path = f"/cases/{case['id']}/attachments/{kept.name}/open"
    opened = manager.ask("POST", path)
    assert opened.data == PDF
    assert kept.name in opened.headers["Content-Disposition"]
    assert kinds(lobby)[-1][0] == "CaseSeen"
    keys = lobby.runtime.subject_keys
    subject = keys.of(f"case:{case['id']}")
    assert subject
    keys.erase([subject], lobby.runtime.clock())
    assert manager.ask("POST", path).status_code == 404
    words = manager.post(f"/cases/{case['id']}/look")
    assert set(words["complaint"].values()) == {"已删除"}


@pytest.mark.parametrize("spoil", [Path.unlink, lambda file: file.write_bytes(b"cut")])
def test_a_file_that_is_gone_or_cut_is_told_in_words(
    lobby: Lobby, roles: dict[str, Asker], case: Any, spoil: Callable[[Path], Any]
) -> None:
    before = {*(lobby.runtime.data / FOLDER).iterdir()}
    attach(roles["manager"], case["id"], PDF)
    (kept,) = {*(lobby.runtime.data / FOLDER).iterdir()} - before
    spoil(kept)
    answer = roles["manager"].ask("POST", f"/cases/{case['id']}/attachments/{kept.name}/open")
    assert (answer.status_code, answer.json["code"]) == (404, "file_lost")
    assert "attachments" in answer.json["detail"]


def test_a_full_disk_refuses_a_file_and_keeps_nothing_of_it(
    lobby: Lobby, roles: dict[str, Asker], case: Any
) -> None:
    folder = lobby.runtime.data / FOLDER
    folder.mkdir(exist_ok=True)
    before = sorted(folder.iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**16, hard))
    try:
        answer = attach(roles["manager"], case["id"], PDF + b" " * 2**18)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (answer.status_code, answer.json["code"]) == (503, "disk_full")
    assert sorted(folder.iterdir()) == before
    assert attach(roles["manager"], case["id"], PDF).json["files"] == 1


@pytest.mark.parametrize("content", [b"", b"MZ an executable", b"<html>", b"PK\x03\x04 a workbook"])
def test_what_a_file_is_its_content_says(
    roles: dict[str, Asker], case: Any, content: bytes
) -> None:
    assert attach(roles["manager"], case["id"], content, "letter.pdf").status_code == 422


def test_a_file_has_a_limit_and_none_is_left_that_was_refused(
    lobby: Lobby, roles: dict[str, Asker], case: Any
) -> None:
    large = PDF + b"x" * (10 * 2**20)
    assert attach(roles["manager"], case["id"], large).status_code == 422
    before = set((lobby.runtime.data / FOLDER).glob("*"))
    assert attach(roles["inspector"], case["id"], PDF).status_code == 403
    assert set((lobby.runtime.data / FOLDER).glob("*")) == before


def test_no_other_body_may_be_so_large(roles: dict[str, Asker], case: Any) -> None:
    assert roles["manager"].status(f"/cases/{case['id']}/note", text="x" * 70_000) == 413


# -- lists ---------------------------------------------------------------------------------------------------
HEAD = ("工单号", "受理时间", "发生日期", "投诉原因", "投诉人", "联系电话", "投诉内容")
ROW = (
    "GD1",
    "2026/3/1 9:05",
    "2026年2月28日",
    "服务态度及服务质量",
    "李四",
    "13900000000",
    "态度差",
)


def sheet(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    for row in (HEAD, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(*rows: tuple[Any, ...], encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *rows])
    return out.getvalue().encode(encoding)


def send(asker: Asker, content: bytes, channel: str = "hotline") -> Any:
    answer = asker.ask("POST", f"/cases/import?channel={channel}", data=content)
    assert answer.status_code == 200, answer.text
    return answer.json


def export(asker: Asker, form: str = "csv") -> tuple[bytes, str]:
    answer = asker.ask("GET", f"/cases/export?from=2000-01-01&to=2100-01-01&form={form}")
    assert answer.status_code == 200
    return answer.data, answer.data.decode("utf-8-sig", errors="replace")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_a_list_sent_twice_is_taken_once(roles: dict[str, Asker], encoding: str) -> None:
    rows = [(f"{encoding}{n}", *ROW[1:]) for n in range(120)]
    content = table(*rows, encoding=encoding)
    first = send(roles["office"], content)
    assert (first["rows"], first["taken"], first["known"]) == (120, 120, 0)
    assert not any(first[told] for told in ("wrong", "known_rows", "to_check"))
    assert send(roles["office"], content)["known"] == 120
    assert send(roles["office"], sheet(*rows))["taken"] == 0
    (case,) = roles["office"].get(f"/cases?q={encoding}119")["cases"]
    assert (case["came_at"][:16], case["happened_on"], case["cause"]) == (
        "2026-03-01T09:05",
        "2026-02-28",
        "C01",
    )


def test_a_row_that_is_here_is_told_with_its_case(roles: dict[str, Asker]) -> None:
    """By the row of the file, whose empty rows count; of a confidential case of others without its number."""
    office = roles["office"]
    send(office, table(("TOLD1", *ROW[1:]), ("TOLD2", *ROW[1:])))
    (open_one,) = office.get("/cases?q=TOLD1")["cases"]
    (hidden,) = office.get("/cases?q=TOLD2")["cases"]
    office.post(
        f"/cases/{hidden['id']}/correct", confidential=True, readers=["head"], reason="涉密"
    )
    again = send(
        office,
        table(("TOLD3", *ROW[1:]), ("",) * len(ROW), *((f"TOLD{n}", *ROW[1:]) for n in (1, 2))),
    )
    assert (again["taken"], again["known"]) == (1, 2)
    assert again["known_rows"] == [
        {
            "row": 4,
            "reference": "TOLD1",
            "case": open_one["id"],
            "number": open_one["number"],
            "formerly": False,
        },
        {"row": 5, "reference": "TOLD2", "case": None, "number": None, "formerly": False},
    ]


def test_of_one_list_that_is_sent_twice_at_once_each_row_counts_once(
    roles: dict[str, Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = table(*((f"TWICE{n}", *ROW[1:]) for n in range(3)))
    accept = CaseLists.accept
    others: list[Any] = []

    def after_another(*args: Any) -> Any:
        if not others:
            others.append({})
            others.append(send(roles["office"], content))
        return accept(*args)

    monkeypatch.setattr(CaseLists, "accept", after_another)
    answer = send(roles["office"], content)
    assert (others[1]["taken"], others[1]["known"]) == (3, 0)
    assert (answer["taken"], answer["known"]) == (0, 3)
    assert [one["row"] for one in answer["known_rows"]] == [2, 3, 4]


def test_who_reads_while_a_list_is_taken_is_told_that_a_part_is_here(
    roles: dict[str, Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    names = []

    def look() -> None:
        office = roles["office"]
        for path in ("/cases", "/cases/due"):
            seen.append(office.get(path)["taking"])
        seen.append(office.get("/due")["cases"]["taking"])
        answer = office.ask("GET", "/cases/export?from=2026-01-01&to=2026-12-31")
        names.append(answer.headers["Content-Disposition"].rpartition("=")[2])

    def piece_and_look(*args: Any) -> Any:
        answer = do_piece(*args)
        look()
        return answer

    monkeypatch.setattr(files, "do_piece", piece_and_look)
    assert (
        send(roles["office"], table(*((f"PART{n}", *ROW[1:]) for n in range(120))))["taken"] == 120
    )
    look()
    part = {"rows": 120, "stopped": False, "unreadable": False}
    here = [{**part, "here": 0}]
    further = [{**part, "here": 100}]
    assert seen == [here] * 3 + [further] * 3 + [[]] * 3
    assert [name.endswith("-part.csv") for name in names] == [True, True, False]


def test_a_system_is_offered_nowhere_and_names_itself_alone(
    lobby: Lobby, roles: dict[str, Asker]
) -> None:
    manager = Person(lobby, "manager")
    for page in ("cases", "cases/new", "actions", "meeting", "team", "panel"):
        offered = re.findall(r'<option value="([^"]*)"', manager.client.get(f"/desk/{page}").text)
        assert "manager-api" not in offered, page
    for named in ({"owner": "manager-api"}, {"confidential": True, "readers": ["manager-api"]}):
        refused = manager.ask("POST", "/cases", json={"channel": "letter", **named})
        assert (refused.status_code, refused.json["code"]) == (422, "unknown_person")
    assert roles["manager"].post("/cases", channel="letter", mine=True)["owner"] == "manager-api"


CHOICES = r'<(?:select name|datalist id|template id)="(\w+)"(.*?)</(?:select|datalist|template)>'


def test_who_has_left_is_offered_where_a_complaint_is_about_them_alone(lobby: Lobby) -> None:
    manager = Person(lobby, "manager")
    pages = ("cases/new", "actions", "meeting", "panel", "standards", "team")
    texts = [manager.client.get(f"/desk/{page}").text for page in pages]
    lobby.access.disable_account("teller3")
    texts_later = [manager.client.get(f"/desk/{page}").text for page in pages]
    lobby.access.enable_account("teller3")

    offered = [choices_of(text, "teller3") for text in texts]
    assert [set(names) for names in offered] == [
        {"owner", "against", "readers", "owners"},
        {"owner", "people"},
        {"people"},
        {"people"},
        {"people"},
        {"wronged", "named", "about", "people"},
    ]
    assert [choices_of(text, "teller3") for text in texts_later] == [["against"], *[[]] * 5]


def choices_of(page: str, account: str) -> list[str]:
    """The choices of a page that offer the account."""
    choices = re.findall(CHOICES, page, re.DOTALL)
    return [name for name, options in choices if f'<option value="{account}"' in options]


def test_who_names_no_owner_is_offered_none(lobby: Lobby) -> None:
    for account, offered in (("manager", True), ("teller1", False)):
        for page in ("meeting", "actions"):
            shown = Person(lobby, account).client.get(f"/desk/{page}").text
            assert ('value="teller2"' in shown) is offered, (account, page)


GIVEN_BY = "SELECT actor, count(*) FROM event WHERE kind = 'CaseOpened' AND data ->> 'reference' LIKE ? GROUP BY 1"


@pytest.mark.parametrize(
    ("failure", "status"), [(Unavailable("disk_full"), 503), (RuntimeError("a fault"), 500)]
)
def test_a_list_that_a_failure_stops_is_told_as_stopped_until_the_next_list_comes(
    lobby: Lobby,
    roles: dict[str, Asker],
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    status: int,
) -> None:
    office = roles["office"]
    content = table(*((f"STOP{status}-{n}", *ROW[1:]) for n in range(120)))
    pieces = []

    def second_fails(*args: Any) -> Any:
        pieces.append(args)
        if len(pieces) == 2:
            raise failure
        return do_piece(*args)

    monkeypatch.setattr(files, "do_piece", second_fails)
    lobby.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = office.ask("POST", "/cases/import?channel=hotline", data=content)
    assert answer.status_code == status
    assert office.get("/cases")["taking"] == [
        {"rows": 120, "here": 100, "stopped": True, "unreadable": False}
    ]
    half_written = lobby.runtime.data / "lists/of-somebody-else.part"
    half_written.write_text("")
    assert send(roles["manager"], table((f"OTHER{status}", *ROW[1:])))["taken"] == 1
    assert office.get("/cases")["taking"] == []
    assert list((lobby.runtime.data / "lists").iterdir()) == [half_written]
    half_written.unlink()
    # All of it is of the one who gave it.
    with closing(reader(lobby.runtime.database)) as db:
        ((actor, n),) = db.execute(GIVEN_BY, [f"STOP{status}-%"])
    assert (actor, n) == ("office-api", 120)
    assert send(office, content)["known"] == 120


def test_a_list_whose_file_is_damaged_is_told_no_more_once_the_next_one_is_in(
    lobby: Lobby, roles: dict[str, Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = roles["office"]
    pieces = iter([do_piece])

    def second_fails(*args: Any) -> Any:
        return next(pieces)(*args)

    with monkeypatch.context() as failing:
        failing.setattr(files, "do_piece", second_fails)
        lobby.app.config["PROPAGATE_EXCEPTIONS"] = False
        content = table(*((f"HURT{n}", *ROW[1:]) for n in range(120)))
        office.ask("POST", "/cases/import?channel=hotline", data=content)
    (file,) = (lobby.runtime.data / "lists").iterdir()
    file.write_bytes(b"{")
    # A start has nothing to take from it, and says so.
    lobby.runtime.lists.take_what_is_left()
    for told in (office.get("/cases")["taking"], office.get("/cases/due")["taking"]):
        assert told == [{"rows": 0, "here": 0, "stopped": True, "unreadable": True}]
    assert send(office, content)["taken"] == 20
    assert office.get("/cases")["taking"] == []
    file.unlink()


def test_the_number_of_a_case_that_was_corrected_loses_no_other_complaint(
    roles: dict[str, Asker],
) -> None:
    """The list that it came with is known still; what came otherwise under that number is taken, and told."""
    office = roles["office"]
    first = table(("WRONG1", *ROW[1:]))
    send(office, first)
    (case,) = office.get("/cases?q=WRONG1")["cases"]
    office.post(f"/cases/{case['id']}/correct", reference="RIGHT1", reason="编号录错")
    again = send(office, first)
    assert (again["taken"], again["known"], again["to_check"]) == (0, 1, [])
    assert again["known_rows"][0] | {"row": 2} == {
        "row": 2,
        "reference": "WRONG1",
        "case": case["id"],
        "number": case["number"],
        "formerly": True,
    }
    other = send(office, table(("WRONG1", "2026-03-01 09:06", *ROW[2:])))
    assert (other["taken"], other["known"]) == (1, 0)
    assert other["to_check"] == again["known_rows"]
    same = send(office, table(("RIGHT1", *ROW[1:])))
    assert (same["taken"], same["known_rows"][0]["case"]) == (0, case["id"])


def test_nothing_is_taken_while_a_row_is_wrong_and_each_is_told(roles: dict[str, Asker]) -> None:
    rows = [
        ("W1", *ROW[1:]),
        ("1.38E+10", *ROW[1:]),
        ("W1", *ROW[1:]),
        ("W4", "03/04/2026", *ROW[2:]),
        ("W5", "2999-01-01", *ROW[2:]),
        ("W6", *ROW[1:3], "C77", *ROW[4:]),
        ("123456789012345000", *ROW[1:]),
        ("W8", *ROW[1:6], ""),
    ]
    answer = send(roles["office"], table(*rows))
    assert answer["taken"] == 0
    places = [(one["row"], one["field"]) for one in answer["wrong"]]
    assert places == [
        (3, "reference"),
        (4, "reference"),
        (5, "came_at"),
        (6, "came_at"),
        (7, "cause"),
        (8, "reference"),
        (9, "text"),
    ]
    assert "李四" not in str(answer)
    assert "Excel" in answer["wrong"][0]["message"]
    assert roles["office"].get("/cases?q=W1")["total"] == 0


def test_a_list_may_have_the_words_of_the_screen(roles: dict[str, Asker]) -> None:
    heads = "工单号\t受理时间\t投诉内容\t投诉渠道\t复杂程度\n"
    rows = "SW1\t2026-03-01 09:05\t等候太久\t来信\t复杂\nSW2\t2026-03-01\t等候\thotline\tSimple\n"
    assert send(roles["office"], (heads + rows).encode())["taken"] == 2
    (first,) = roles["office"].get("/cases?q=SW1")["cases"]
    (second,) = roles["office"].get("/cases?q=SW2")["cases"]
    assert (first["channel"], first["severity"]) == ("letter", "complex")
    assert (second["channel"], second["severity"]) == ("hotline", "simple")


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 no workbook", b'a,b\n"open', "编号\n1\n".encode()]
)
def test_what_is_no_list_is_said_in_a_sentence(roles: dict[str, Asker], content: bytes) -> None:
    answer = send(roles["office"], content)
    assert [one["row"] for one in answer["wrong"]] == [0]


def a_sheet() -> bytes:
    return sheet(ROW)


def packed(rows: str, strings: str = "", sheet: str = "sheet1.xml") -> bytes:
    """A workbook of Excel whose sheet has these rows, and this name."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(a_sheet())) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for part in good.namelist():
            content = good.read(part).decode().replace("sheet1.xml", sheet)
            if part.endswith("sheet1.xml"):
                content = content.replace("</sheetData>", f"{rows}</sheetData>")
            bad.writestr(part.replace("sheet1.xml", sheet), content)
        bad.writestr("xl/strings.xml", f"<sst>{strings}</sst>")
    return out.getvalue()


MOST = """
import sys, tracemalloc
from staff.cases.workbook import TooLarge, rows_of
content = sys.stdin.buffer.read()
tracemalloc.start()
try:
    list(rows_of(content))
except TooLarge:
    print(tracemalloc.get_traced_memory()[1])
"""
"""The most in use at once, bytes. In a process of its own, where no server of another test is counted too."""


@pytest.mark.parametrize(
    "bomb",
    [
        lambda: packed("<row>" + "<c/>" * 3_000_000 + "</row>"),
        lambda: packed("", "<si><t/></si>" * 1_500_000),
        lambda: packed("", f"<si><t>{'a' * 110 * 2**20}</t></si>"),
        lambda: packed("<row>" + "<c/>" * 3_000_000 + "</row>", sheet="sheet1.bin"),
    ],
    ids=["cells", "strings", "text", "sheet"],
)
def test_a_workbook_that_is_made_to_fill_the_memory_is_refused_early(
    bomb: Callable[[], bytes],
) -> None:
    content = bomb()
    assert len(content) < 2**20
    most = subprocess.run(
        [sys.executable, "-c", MOST], input=content, capture_output=True, check=True
    )
    assert int(most.stdout) < 8 * 2**20


def test_a_part_that_is_cut_or_declares_entities_is_no_workbook() -> None:
    with pytest.raises(NoWorkbook):
        list(rows_of(packed("<row><c>")))
    with pytest.raises(NoWorkbook):
        list(rows_of(packed("<row r='x'/>")))


def test_excels_unicode_text_is_read_and_spoiled_bytes_are_told(roles: dict[str, Asker]) -> None:
    content = table(("UTF16", *ROW[1:])).decode("utf-8-sig").replace(",", "\t")
    assert send(roles["office"], content.encode("utf-16"))["taken"] == 1
    without_mark = content.encode("utf-16-le")
    (refused,) = send(roles["office"], without_mark)["wrong"]
    assert "CSV UTF-8" in refused["message"]
    spoiled = table(("SPOILED", *ROW[1:]), encoding="gb18030").replace(b"GD", b"\xff\xff")
    answer = send(roles["office"], spoiled + b"\xff")
    assert [one["row"] for one in answer["wrong"]] == [0]


def test_a_row_is_held_to_the_limits_of_the_desk(roles: dict[str, Asker]) -> None:
    rows = [
        ("L1", *ROW[1:6], "长" * 4001),
        ("L" * 201, *ROW[1:]),
        ("L\x01", *ROW[1:]),
        ("L4", *ROW[1:6], "长" * 4000),
    ]
    answer = send(roles["office"], table(*rows))
    places = [(one["row"], one["field"]) for one in answer["wrong"]]
    assert [place for place in places if place[1] != "came_at"] == [
        (2, "text"),
        (3, "reference"),
        (4, "reference"),
    ]
    assert answer["taken"] == 0


def test_no_word_has_a_control_character(roles: dict[str, Asker]) -> None:
    for word in ("A\x01", "\x00"):
        answer = roles["office"].ask(
            "POST", "/cases", json={"channel": "hotline", "text": "x", "reference": word}
        )
        assert answer.status_code == 422
        assert answer.json["field"] == "reference"


def test_a_number_that_a_case_was_corrected_into_loses_no_other_complaint(
    roles: dict[str, Asker],
) -> None:
    """The true owner of the number is taken, once, and told with the case that has it by mistake."""
    office = roles["office"]
    send(office, table(("MINE1", *ROW[1:])))
    (case,) = office.get("/cases?q=MINE1")["cases"]
    office.post(f"/cases/{case['id']}/correct", reference="OTHER1", reason="编号录错")
    later = table(("OTHER1", "2026-03-02 10:15", *ROW[2:]))
    answer = send(office, later)
    assert (answer["taken"], answer["known"]) == (1, 0)
    (told,) = answer["to_check"]
    assert (told["case"], told["formerly"]) == (case["id"], False)
    again = send(office, later)
    assert (again["taken"], again["known"], again["to_check"]) == (0, 1, [])
    assert again["known_rows"][0]["case"] != case["id"]


def test_a_number_that_was_added_later_is_the_case_s_own(roles: dict[str, Asker]) -> None:
    office = roles["office"]
    case = office.post("/cases", channel="hotline", text="等了很久")
    office.post(f"/cases/{case['id']}/correct", reference="ADDED1", reason="补录编号")
    answer = send(office, table(("ADDED1", *ROW[1:])))
    assert (answer["taken"], answer["known_rows"][0]["case"]) == (0, case["id"])


def test_a_list_is_for_those_who_handle_cases(roles: dict[str, Asker]) -> None:
    for role in ("teller", "inspector"):
        assert roles[role].ask("POST", "/cases/import", data=table()).status_code == 403


def test_the_export_is_in_codes_and_has_no_words(roles: dict[str, Asker], case: Any) -> None:
    _, text = export(roles["inspector"])
    assert f"{case['number']},,意见簿" in text
    assert TEXT not in text
    assert "sealed" not in text
    in_english = roles["inspector"].client.get(
        "/api/v1/cases/export?from=2000-01-01&to=2100-01-01&form=csv",
        headers={**roles["inspector"].headers, "Accept-Language": "en"},
    )
    assert f"{case['number']},,Opinion book" in in_english.data.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(export(roles["office"], "xlsx")[0]))
    assert case["number"] in {row[0] for row in book.active.values}
    assert roles["teller"].ask(
        "GET", "/cases/export?from=2026-01-01&to=2026-01-02"
    ).status_code in (403,)


def test_the_export_counts_the_days_of_the_branch(roles: dict[str, Asker]) -> None:
    """Half past midnight in the branch is the day before in UTC, and the same instant everywhere."""
    for reference, came_at in (("E1", "2026-02-27T16:30:00Z"), ("E2", "2026-02-28T11:31:00-05:00")):
        roles["manager"].post("/cases", channel="letter", came_at=came_at, reference=reference)
    answer = roles["office"].ask("GET", "/cases/export?from=2026-02-28&to=2026-02-28&form=csv")
    rows = {row["来件编号"]: row for row in csv.DictReader(io.StringIO(answer.text[1:]))}
    assert rows["E1"]["来件时间"] == "2026-02-28 00:30"
    assert "E2" not in rows
    answer = roles["office"].ask("GET", "/cases/export?from=2026-03-01&to=2026-03-01&form=csv")
    assert ",E2,来信,2026-03-01 00:31" in answer.text


def test_a_cell_from_an_old_journal_can_be_written() -> None:
    sheet_of_old = as_xlsx([[cell("A\x01"), cell("\t=1"), cell(3)]])
    book = load_workbook(io.BytesIO(sheet_of_old))
    assert next(book.active.values) == ("A\N{REPLACEMENT CHARACTER}", "'\t=1", 3)


def test_what_somebody_looked_at_is_told_by_what_people_call_it(
    lobby: Lobby, roles: dict[str, Asker]
) -> None:
    """A thing on loan and a note have no number: who reads the log knows none by its id."""
    thing = lobby.runtime.branch.things[0]
    manager = roles["manager"]
    lent = manager.post("/loans", thing=thing.id, borrower="穿红外套的老人")
    manager.post(f"/loans/{lent['id']}/borrower")
    note = manager.post("/notes", words="三号柜打印机卡纸")
    manager.post(f"/notes/{note['id']}/read")
    panel = manager.post("/panels", title="排队", on="2199-01-01", place="会议室")["id"]
    manager.post(f"/panels/{panel}/cancel", reason="主持人病假")
    manager.post(f"/panels/{panel}/words")
    lobby.runtime.writer.do("manager", record, event=WordsOpened("loan", "let-go"))
    named = {look["id"]: look["number"] for look in roles["head"].get("/looks")}
    assert (named[panel], named["let-go"]) == ("排队 · 2199-01-01", "已不在现有台账")
    minute = lent["lent_at"][:16].replace("T", " ")
    assert named[lent["id"]] == f"{thing.name.in_('zh')} · {minute}"
    assert named[note["id"]] == note["at"][:16].replace("T", " ")
    page = Person(lobby, "head").client.get("/desk/looks").text
    assert lent["id"] not in page
    assert minute in page
    assert set(NOUNS) - {"ticket", "case", "evidence"} == set(CALLED), "all others have no number"
