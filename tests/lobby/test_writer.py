"""The door: idempotency, a full disk, many at once, one process."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk, add_event

from lobby.branch.model import Branch
from lobby.engine.runtime import DATABASE, BranchLocked, BranchRuntime, open_branch
from lobby.engine.submission import By
from lobby.errors import Invalid, Unavailable


def test_a_repeated_key_gives_the_same_answer_once_done(desk: Desk, runtime: BranchRuntime) -> None:
    by = By("kiosk", "key-1", "print")
    first = runtime.writer.submit(by, runtime.commands.issue, service="cash").result()
    desk.issue()
    again = runtime.writer.submit(by, runtime.commands.issue, service="cash").result()
    assert again.data == first.data
    assert again.repeated
    assert desk.issue()["number"] == "A003"


def test_a_key_survives_a_restart(branch: Branch, tmp_path: Path, clock: Clock) -> None:
    by = By("kiosk", "key-1", "print")
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    first = runtime.writer.submit(by, runtime.commands.issue, service="cash").result()
    runtime.close()
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    assert (
        runtime.writer.submit(by, runtime.commands.issue, service="cash").result().data
        == first.data
    )
    with pytest.raises(Invalid):
        runtime.writer.submit(
            By("kiosk", "key-1", "other"), runtime.commands.issue, service="fx"
        ).result()
    runtime.close()


def test_a_key_is_its_actors_alone(runtime: BranchRuntime) -> None:
    """Two programs count their requests from 1: neither hears of the other, waiting together or one after the other."""
    by_two = [By("kiosk", "1", "print"), By("till", "1", "another print")]
    together = [runtime.writer.submit(by, runtime.commands.issue, service="cash") for by in by_two]
    numbers = [asked.result().data["ticket"]["number"] for asked in together]
    again = [
        runtime.writer.submit(by, runtime.commands.issue, service="cash").result() for by in by_two
    ]
    assert numbers == ["A001", "A002"]
    assert [answer.data["ticket"]["number"] for answer in again] == numbers
    assert all(answer.repeated for answer in again)


def test_what_was_done_before_an_upgrade_is_not_done_again(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    by = By("kiosk", "key-1", "print")
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    first = runtime.writer.submit(by, runtime.commands.issue, service="cash").result()
    runtime.close()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as db, db:
        db.execute(
            "CREATE TABLE old (key TEXT PRIMARY KEY, at TEXT, fingerprint TEXT, answer TEXT)"
        )
        db.execute("INSERT INTO old SELECT key, at, fingerprint, answer FROM request")
        db.execute("DROP TABLE request")
        db.execute("ALTER TABLE old RENAME TO request")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm005_whose_request'")
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    again = runtime.writer.submit(by, runtime.commands.issue, service="cash").result()
    runtime.close()
    assert again.repeated
    assert again.data == first.data


def test_a_key_is_kept_two_days_and_no_event(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    by = By("kiosk", "key-1", "print")
    runtime.writer.submit(by, runtime.commands.issue, service="cash").result()
    clock.forward(hours=47)
    assert runtime.writer.submit(by, runtime.commands.issue, service="cash").result().repeated
    clock.forward(hours=2)
    later = runtime.writer.submit(
        By("kiosk", "key-2", "print"), runtime.commands.issue, service="cash"
    ).result()
    assert [row[0] for row in runtime._journal.db.execute("SELECT key FROM request")] == ["key-2"]
    assert (
        runtime.writer.submit(by, runtime.commands.issue, service="cash").result().data
        != later.data
    )
    kinds = {row[0] for row in runtime._journal.db.execute("SELECT kind FROM event")}
    assert "TicketIssued" in kinds
    assert "RequestAnswered" not in kinds


def test_a_key_is_kept_only_for_what_did_something(desk: Desk, runtime: BranchRuntime) -> None:
    desk.open_counter(counter="1")
    by = By("teller", "key-1", "print")
    assert runtime.writer.submit(by, runtime.commands.next, counter="1").result().data == {}
    ticket = desk.issue()
    called = runtime.writer.submit(by, runtime.commands.next, counter="1").result()
    assert called.data["ticket"]["id"] == ticket["id"]
    assert runtime.writer.submit(by, runtime.commands.next, counter="1").result().repeated


def test_a_key_goes_with_the_commit_that_failed(
    desk: Desk, runtime: BranchRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = By("kiosk", "key-1", "print")

    def fails() -> None:
        raise OSError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(runtime._journal, "commit", fails)
        with pytest.raises(Unavailable):
            runtime.writer.submit(by, runtime.commands.issue, service="cash").result()
    assert not runtime.writer.submit(by, runtime.commands.issue, service="cash").result().repeated
    assert desk.issue()["number"] == "A002"


def test_the_answers_of_an_old_journal_are_passed_over(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    Desk(runtime).issue()
    runtime.close()
    data = '{"key": "k", "fingerprint": "f", "answer": {"ticket": {"tier": "gold"}}}'
    add_event(tmp_path / "lobby.db", "RequestAnswered", data)
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    assert Desk(runtime).issue()["number"] == "A002"
    assert not any(runtime._journal.rebuild(branch).values())
    runtime.close()


def test_the_same_key_twice_in_one_commit_is_done_once(runtime: BranchRuntime) -> None:
    by = By("kiosk", "key-1", "print")
    both = [runtime.writer.submit(by, runtime.commands.issue, service="cash") for _ in range(50)]
    assert len({future.result().data["ticket"]["id"] for future in both}) == 1


def test_many_at_once_get_different_numbers_without_gap(runtime: BranchRuntime) -> None:
    numbers: list[str] = []

    def customer() -> None:
        for _ in range(20):
            numbers.append(
                runtime.writer.do("k", runtime.commands.issue, service="cash").data["ticket"][
                    "number"
                ]
            )

    threads = [threading.Thread(target=customer) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [f"A{n:03d}" for n in range(1, 201)]


def test_a_pumped_writer_leaves_nothing_behind_however_much_waits(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    runtime = open_branch(branch, tmp_path, "http://x", clock, pumped=True)
    waiting = [
        runtime.writer.submit(By("k"), runtime.commands.issue, service="cash") for _ in range(1000)
    ]
    runtime.writer.pump()
    assert waiting[-1].result(timeout=0).data["ticket"]["number"] == "A1000"
    runtime.close()


def test_a_full_disk_refuses_and_heals(desk: Desk, runtime: BranchRuntime) -> None:
    desk.issue()
    conn = runtime._journal.db.conn
    pages = conn.execute("PRAGMA page_count").fetchone()[0]
    conn.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable):
        issue_for_ever(desk)
    with runtime.writer.published() as state:
        given = len(state.tickets)
    assert runtime._journal.db.execute("SELECT count(*) FROM ticket").fetchone()[0] == given
    conn.execute("PRAGMA max_page_count = 1000000")
    assert desk.issue()["number"] == f"A{given + 1:03d}"
    assert not runtime.writer.failing


def issue_for_ever(desk: Desk) -> None:
    while True:
        desk.issue()


def test_a_fault_in_one_verb_hurts_nobody_else(desk: Desk, runtime: BranchRuntime) -> None:
    def faulty(state: Any, now: Any) -> Any:
        raise ZeroDivisionError

    futures = [
        runtime.writer.submit(By("t"), verb)
        for verb in (faulty, runtime.commands.close_day, faulty)
    ]
    assert futures[1].result().data == {}
    with pytest.raises(ZeroDivisionError):
        futures[0].result()


def test_events_cannot_be_changed_or_removed(desk: Desk, runtime: BranchRuntime) -> None:
    desk.issue()
    for statement in ("UPDATE event SET actor = 'x'", "DELETE FROM event"):
        with pytest.raises(Exception, match="append only"):
            runtime._journal.db.execute(statement)


def test_a_branchs_data_is_open_in_one_process_only(runtime: BranchRuntime, branch: Branch) -> None:
    with pytest.raises(BranchLocked):
        open_branch(branch, runtime.data, "http://x")


def test_rebuild_mends_a_table_that_was_tampered_with(
    desk: Desk, runtime: BranchRuntime, branch: Branch
) -> None:
    desk.issue()
    runtime._journal.db.execute("UPDATE ticket SET tier = 'private'")
    runtime._journal.db.conn.commit()
    assert runtime._journal.rebuild(branch)["ticket"] == 2
    assert runtime._journal.rebuild(branch)["ticket"] == 0
    assert runtime._journal.db.execute("SELECT tier FROM ticket").fetchone()[0] == "standard"
