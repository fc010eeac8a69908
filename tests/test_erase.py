"""Personal data stands nowhere in clear, and once erased it can be read nowhere: tried on real files and processes."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import forked
import pytest
import requests
from conftest import CONFIG, Clock, Desk, Server, lived, midday_config, serving, sign_in, until

from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.branch.rules import Missed
from lobby.engine.runtime import BranchRuntime, open_branch

TEXT = "柜员说话太快，我没有听清楚，请再慢一点。"
CONTACT = "canary-13900001111@lotus.example"
GLAD = 4
REASON = "she is the aunt of Mr Canary"
SPELLED = [
    form
    for said in (TEXT, CONTACT, REASON)
    for form in (said.encode(), json.dumps(said)[1:-1].encode())
]


lobby = forked.run


def erased(data: Path, *args: Any, status: int = 0) -> dict[str, Any]:
    answer = lobby("erase", "--yes", "--json", "--data", data, *args)
    assert answer.returncode == status, answer.stdout + answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def words(data: Path) -> list[tuple[str, str]]:
    """Text and contact of every card, as who has the keys reads them."""
    lines = lobby("journal", "--unseal", "--data", data).stdout.splitlines()
    cards = [row["data"] for row in map(json.loads, lines) if row["kind"] == "FeedbackGiven"]
    return [(card["text"], card["contact"]) for card in cards]


def files_with(folder: Path, *wanted: bytes) -> list[str]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if any(each in file.read_bytes() for each in wanted)]


def key_of(data: Path, ticket: str) -> bytes:
    with closing(sqlite3.connect(f"file:{data / 'subject-keys.db'}?mode=ro", uri=True)) as db:
        key: bytes = db.execute(
            "SELECT key FROM subject WHERE subject = ?", [f"ticket:{ticket}"]
        ).fetchone()[0]
        return key


class Opinions:
    """A branch that runs, with two bad cards; the tier of the first customer was corrected."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.data = server.data
        self.staff = server.as_("manager")
        self.post("counters/1/open")
        self.ticket = self.card(TEXT, CONTACT, REASON)
        self.other = self.card("the other one had to wait too long", "")

    def post(self, path: str, **body: Any) -> Any:
        answer = self.staff.post(f"{self.server.url}/api/v1/{path}", json=body, timeout=20)
        assert answer.ok, answer.text
        return answer.json()

    def card(self, text: str, contact: str, reason: str = "") -> str:
        ticket: str = self.post("tickets", service="cash")["id"]
        if reason:
            self.post(f"tickets/{ticket}/retier", tier="gold", reason=reason)
            assert reason in json.dumps(self.hall()["tickets"])
        self.post("counters/1/call", ticket=ticket)
        for verb in ("start", "finish"):
            self.post(f"counters/1/{verb}")
        token = self.server.links(ticket)["feedback"].rpartition("/")[2]
        card = {"score": 1, "text": text, "contact": contact, "consent": True}
        given = requests.post(
            f"{self.server.url}/api/v1/feedback/{token}",
            json=card,
            headers={"Idempotency-Key": ticket},
            timeout=20,
        )
        assert given.status_code == 201, given.text
        return ticket

    def hall(self) -> Any:
        return self.staff.get(f"{self.server.url}/api/v1/hall", timeout=20).json()

    def alert(self, ticket: str) -> Any:
        """What the tablet is told of the card."""
        return next(
            a["params"]
            for a in self.hall()["alerts"]
            if (a["kind"], a["ticket"]) == ("feedback", ticket)
        )


@pytest.fixture
def opinions(tmp_path: Path) -> Iterator[Opinions]:
    with serving(tmp_path / "var") as server:
        yield Opinions(server)


def test_words_are_read_by_who_may_and_stand_in_no_file(opinions: Opinions, tmp_path: Path) -> None:
    assert opinions.alert(opinions.ticket)["text"] == TEXT
    assert words(opinions.data)[0] == (TEXT, CONTACT)
    assert REASON in lobby("journal", "--unseal", "--data", opinions.data).stdout
    plain = lobby("journal", "--data", opinions.data).stdout
    assert not [form for form in SPELLED if form in plain.encode()]
    assert lobby("backup", tmp_path / "copy.db", "--data", opinions.data).returncode == 0
    assert files_with(tmp_path, *SPELLED) == []
    with_key = files_with(tmp_path, key_of(opinions.data, opinions.ticket))
    assert with_key
    assert set(with_key) <= {"subject-keys.db", "subject-keys.db-wal"}


def test_who_is_erased_can_be_read_nowhere_and_figures_stay(
    opinions: Opinions, tmp_path: Path
) -> None:
    """Beside the running branch, after its restart, and in a backup of before that is restored."""
    key = key_of(opinions.data, opinions.ticket)
    lobby("backup", tmp_path / "copy.db", "--data", opinions.data)
    found = erased(opinions.data, "--ticket", opinions.ticket)
    of_customer = [f"ticket:{opinions.ticket}", f"contact:{opinions.ticket}"]
    assert found["subjects"] == of_customer
    assert (found["texts"], found["found"], found["clear"], found["unread"]) == (3, [], [], [])
    assert {"lobby.db", "lobby.db-wal", "subject-keys.db", "access.db", "secret.key"} <= set(
        found["files"]
    )
    alert = opinions.alert(opinions.ticket)
    assert (alert["score"], alert["text"]) == (1, "")
    assert alert["missing"].items() >= {"zh": "已删除", "en": "erased"}.items()
    assert opinions.alert(opinions.other)["text"] == "the other one had to wait too long"
    assert words(opinions.data) == [
        ("[erased]", "[erased]"),
        ("the other one had to wait too long", ""),
    ]
    assert files_with(tmp_path, key, *SPELLED) == []

    opinions.server.stop()
    assert lobby("restore", tmp_path / "copy.db", "--yes", "--data", opinions.data).returncode == 0
    assert words(opinions.data)[0] == ("[erased]", "[erased]")
    opinions.server.start()
    assert opinions.alert(opinions.ticket)["missing"]["en"] == "erased"
    with closing(sqlite3.connect(f"file:{opinions.data / 'lobby.db'}?mode=ro", uri=True)) as db:
        assert db.execute("SELECT score, consent FROM feedback ORDER BY at").fetchall() == [
            (1, 1),
            (1, 1),
        ]


def test_the_tablet_says_that_words_were_erased(
    opinions: Opinions, page_at: Callable[..., Any]
) -> None:
    """With its next change: what is on the glass is not on the disk."""
    other = next(
        alert["id"] for alert in opinions.hall()["alerts"] if alert["ticket"] == opinions.other
    )
    opinions.post(f"alerts/{other}/acknowledge")
    tablet = page_at(f"{opinions.server.url}/desk/hall?lang=zh", 1180, 820)
    sign_in(tablet, "manager")
    tablet.wait_for_selector(f"#alerts [data-kind=feedback]:has-text('{TEXT}')")
    erased(opinions.data, "--ticket", opinions.ticket)
    opinions.post("counters/2/open")
    tablet.wait_for_selector("#alerts [data-kind=feedback]:has-text('已删除')")
    assert TEXT not in tablet.inner_text("body")


def test_a_copy_of_a_key_or_of_words_is_found_and_named(opinions: Opinions) -> None:
    """What the command cannot delete it does not call deleted."""
    aside = opinions.data / "aside"
    aside.mkdir()
    (aside / "key.txt").write_text(f"key={key_of(opinions.data, opinions.ticket).hex()}\n")
    (aside / "note.txt").write_text(f"call her: {CONTACT}")
    found = erased(opinions.data, "--ticket", opinions.ticket, status=1)
    assert {
        (trace["file"], trace["at"], trace["what"].partition(" ")[0]) for trace in found["found"]
    } == {
        ("aside/key.txt", 4, "key"),
        ("aside/note.txt", 10, "words"),
    }


def test_what_links_lead_to_is_looked_through_as_well(opinions: Opinions, tmp_path: Path) -> None:
    """Once each, also where a link leads round in a circle; a link to nothing is named."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "note.txt").write_text(f"call her: {CONTACT}")
    (elsewhere / "again").symlink_to(elsewhere)
    (elsewhere / "home").symlink_to(opinions.data)
    (opinions.data / "backups").symlink_to(elsewhere)
    (opinions.data / "old.txt").symlink_to(elsewhere / "note.txt")
    (opinions.data / "lost").symlink_to(tmp_path / "no" / "where")
    found = erased(opinions.data, "--ticket", opinions.ticket, status=1)
    assert [trace["file"] for trace in found["found"]] == ["old.txt"]
    assert found["unread"] == ["lost"]
    assert len(found["files"]) == len(set(found["files"]))


def test_a_folder_behind_a_link_is_looked_through(opinions: Opinions, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "note.txt").write_text(f"call her: {CONTACT}")
    (opinions.data / "backups").symlink_to(tmp_path / "elsewhere")
    found = erased(opinions.data, "--ticket", opinions.ticket, status=1)
    assert [trace["file"] for trace in found["found"]] == ["backups/note.txt"]


def test_nothing_is_erased_unasked_or_by_a_name_that_is_mistyped(opinions: Opinions) -> None:
    unasked = lobby("erase", "--ticket", opinions.ticket, "--data", opinions.data)
    mistyped = lobby("erase", "--ticket", f"{opinions.ticket}0", "--yes", "--data", opinions.data)
    assert (unasked.returncode, mistyped.returncode) == (2, 2)
    assert "2 texts" not in unasked.stderr
    assert "--yes" in unasked.stderr
    assert f"there is no ticket {opinions.ticket}0" in mistyped.stderr
    assert erased(opinions.data, "--config", opinions.server.config)["subjects"] == []
    assert words(opinions.data)[0] == (TEXT, CONTACT)


def test_who_gives_a_number_is_told_the_id(opinions: Opinions) -> None:
    other = opinions.post("tickets", service="cash")
    number = other["number"]
    by_number = lobby("erase", "--ticket", number.lower(), "--yes", "--data", opinions.data)
    assert by_number.returncode == 2
    assert f"today's {number.lower()} is {other['id']}" in by_number.stderr
    without = lobby("erase", "--ticket", other["id"], "--yes", "--data", opinions.data)
    assert f"there is no personal data of ticket:{other['id']}" in without.stderr


def test_erase_speaks_of_one_as_of_many_and_in_the_branchs_time(opinions: Opinions) -> None:
    zone = read_branch(opinions.server.config).zone
    offset = datetime.now(zone).isoformat()[-6:]
    unasked = lobby("erase", "--ticket", opinions.other, "--data", opinions.data)
    assert "keys to delete: 1, the last of " in unasked.stderr
    assert f"{offset}; texts" in unasked.stderr
    done = lobby("erase", "--ticket", opinions.other, "--yes", "--data", opinions.data)
    assert "keys deleted: 1; texts that can be read no more: 1" in done.stdout
    again = lobby("erase", "--ticket", opinions.other, "--yes", "--data", opinions.data)
    assert again.stdout.rstrip().endswith(offset)


def test_a_reader_of_the_keys_is_told_and_the_next_call_settles(opinions: Opinions) -> None:
    """While another program is in the midst of reading, the old pages have to stay."""
    key = key_of(opinions.data, opinions.ticket)
    with closing(sqlite3.connect(opinions.data / "subject-keys.db", isolation_level=None)) as db:
        db.execute("BEGIN")
        db.execute("SELECT * FROM subject").fetchall()
        held = lobby("erase", "--ticket", opinions.ticket, "--yes", "--data", opinions.data)
        assert held.returncode == 2
        assert "another program reads subject-keys.db" in held.stderr
        db.execute("COMMIT")
    again = lobby("erase", "--ticket", opinions.ticket, "--yes", "--data", opinions.data)
    assert again.returncode == 0
    assert f"nothing to erase; ticket:{opinions.ticket} was erased at " in again.stdout
    assert files_with(opinions.data, key) == []


# -- a ticket that was reissued ------------------------------------------------------------------------------------
@pytest.mark.parametrize("of", [0, 1, 2])
def test_a_customer_who_drew_again_is_erased_by_any_of_the_tickets(
    branch: Branch, tmp_path: Path, clock: Clock, of: int
) -> None:
    """What a manager said of the first ticket stands in all that were drawn for it; the card is of the last."""
    redraws = replace(branch, rules=replace(branch.rules, missed=Missed.REDRAW))
    runtime = open_branch(redraws, tmp_path, "http://x", clock)
    desk = Desk(runtime)
    desk.open_counter(counter="1")
    tickets = [desk.issue()["id"]]
    desk.retier(ticket=tickets[0], tier="gold", reason=REASON)
    for _ in range(2):
        desk.call(counter="1", ticket=tickets[-1]), desk.no_show(counter="1")
        tickets.append(desk.redraw(ticket=tickets[-1])["ticket"]["id"])
    desk.call(counter="1", ticket=tickets[-1]), desk.start(counter="1")
    desk.give_feedback(ticket=tickets[-1], score=1, text=TEXT)
    runtime.close()
    assert lobby("journal", "--unseal", "--data", tmp_path).stdout.count(REASON) == 3
    assert erased(tmp_path, "--ticket", tickets[of])["texts"] == 2
    unsealed = lobby("journal", "--unseal", "--data", tmp_path).stdout
    assert REASON not in unsealed
    assert TEXT not in unsealed


# -- by age -------------------------------------------------------------------------------------------------------
def opinion(desk: Desk, text: str, score: int = 1) -> str:
    """A low score opens a case, which keeps its words until it is closed."""
    ticket: str = desk.issue()["id"]
    desk.open_counter(counter="1")
    desk.call(counter="1", ticket=ticket)
    desk.start(counter="1")
    desk.finish(counter="1")
    desk.give_feedback(ticket=ticket, score=score, text=text, contact=CONTACT)
    desk.close_counter(counter="1")
    return ticket


def test_words_end_with_the_days_that_the_branch_keeps_them(
    runtime: BranchRuntime, clock: Clock
) -> None:
    opinion(Desk(runtime), TEXT, GLAD)
    lived(runtime, clock, 200)
    opinion(Desk(runtime), "a later one of another customer", GLAD)
    lived(runtime, clock, 164)
    clock.forward(hours=23)
    assert runtime.erase_aged() == 0
    clock.forward(hours=2)
    assert runtime.erase_aged() == 2, "the words and the contact"
    assert [words[0] for words in words(runtime.data)] == [
        "[erased]",
        "a later one of another customer",
    ]


def test_a_clock_that_is_years_ahead_erases_nothing_by_age(
    runtime: BranchRuntime, clock: Clock
) -> None:
    desk = Desk(runtime)
    opinion(desk, TEXT, GLAD)
    clock.forward(days=6 * 365)
    assert runtime.erase_aged() == 0, "before the branch noticed the day"
    desk.open_day()
    for _ in range(2):
        assert runtime.erase_aged() == 0
        clock.forward(days=1)
        desk.open_day()
    clock.forward(days=1)
    desk.open_day()
    assert runtime.erase_aged() == 2, "after three days nobody doubts the date"


def test_a_branch_that_runs_erases_by_itself(branch: Branch, tmp_path: Path) -> None:
    lately = Clock(datetime.now(UTC) - timedelta(days=5))
    runtime = open_branch(branch, tmp_path / "var", "http://x", lately)
    ticket = opinion(Desk(runtime), TEXT, GLAD)
    runtime.close()
    key = key_of(tmp_path / "var", ticket)
    config = midday_config(tmp_path, ("keep_days = 365", "keep_days = 1"))
    with serving(tmp_path / "var", config=config):
        until(lambda: not files_with(tmp_path, key), "the key is erased")
    assert words(tmp_path / "var") == [("[erased]", "[erased]")]


def test_by_age_on_the_command_line(branch: Branch, tmp_path: Path, clock: Clock) -> None:
    runtime = open_branch(branch, tmp_path / "var", "http://x", clock)
    opinion(Desk(runtime), TEXT, GLAD)
    runtime.close()
    assert erased(tmp_path / "var", "--older-than", "3000")["subjects"] == []
    assert erased(tmp_path / "var", "--older-than", "1")["texts"] == 2
    assert erased(tmp_path / "var", "--older-than", "1")["subjects"] == []


# -- journals of before -------------------------------------------------------------------------------------------
def test_a_journal_of_before_is_read_and_what_stands_in_clear_is_told(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    data = tmp_path / "var"
    runtime = open_branch(branch, data, "http://x", clock)
    ticket = opinion(Desk(runtime), TEXT)
    runtime.close()
    with closing(sqlite3.connect(data / "lobby.db")) as db:
        db.execute("DROP TRIGGER event_no_update")
        db.execute(
            "UPDATE event SET data = json_set(data, '$.text', ?) WHERE kind = 'FeedbackGiven'",
            [TEXT],
        )
        db.commit()
    (data / "subject-keys.db").unlink()
    runtime = open_branch(branch, data, "http://x", clock)
    with runtime.writer.published() as state:
        alerts = runtime.views.hall(state, clock())["alerts"]
    assert [alert["params"]["text"] for alert in alerts if alert["kind"] == "feedback"] == [TEXT]
    runtime.close()
    assert words(data) == [(TEXT, "[lost]")]
    told = erased(data, "--ticket", ticket, status=1)
    assert len(told["clear"]) == 1
    (data / "subject-keys.db").unlink()
    assert erased(data, "--older-than", "1", status=1)["clear"] == told["clear"]


# -- crashes ------------------------------------------------------------------------------------------------------
CRASHING = """
import os, signal, sys
from pathlib import Path
from conftest import Clock, Desk
from lobby.branch.config import read_branch
from lobby.engine.runtime import open_branch
from lobby.journal.journal import Journal
from test_erase import opinion

runtime = open_branch(read_branch(Path(sys.argv[1])), Path(sys.argv[2]), "http://x", Clock())
commit = Journal.commit
after = sys.argv[3] == "after"

def commit_and_die(journal):
    written = journal.db.execute("SELECT count(*) FROM event WHERE kind = 'FeedbackGiven'").fetchone()[0]
    if written and not after:
        os.kill(os.getpid(), signal.SIGKILL)
    commit(journal)
    if written:
        os.kill(os.getpid(), signal.SIGKILL)

Journal.commit = commit_and_die
opinion(Desk(runtime), "words of before the crash")
"""


@pytest.mark.parametrize(
    ("moment", "kept"), [("before", []), ("after", [("words of before the crash", CONTACT)])]
)
def test_a_crash_leaves_no_opinion_without_its_key(
    tmp_path: Path, moment: str, kept: list[Any]
) -> None:
    """Killed at once before and at once after the event is durable."""
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", CRASHING, str(CONFIG), str(tmp_path), moment]
    died = subprocess.run(command, env=here, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL
    assert words(tmp_path) == kept
    clock = Clock()
    clock.forward(minutes=1)
    runtime = open_branch(read_branch(CONFIG), tmp_path, "http://x", clock)
    opinion(Desk(runtime), "words of after the crash")
    runtime.close()
    assert words(tmp_path) == [*kept, ("words of after the crash", CONTACT)]
