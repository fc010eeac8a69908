"""`lobby hq demo`: a province that lives on one machine, and leaves nothing running."""

from __future__ import annotations

import re
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from conftest import CONFIG, ROOT, until
from forked import Forked, run

from headquarters.config import read_headquarters
from headquarters.engines.demonstration import (
    BRANCHES,
    HEADQUARTERS,
    HOUR,
    MARK,
    OUTLET,
    Part,
    _configured,
    _zone,
)
from headquarters.engines.engines import free_port
from lobby.branch.config import read_branch

READY_S = 180.0


@pytest.mark.parametrize("hour", range(24))
def test_it_is_late_morning_in_the_province_whenever_it_is_started(hour: int) -> None:
    now = datetime(2026, 11, 28, hour, 30, tzinfo=UTC)
    assert now.astimezone(ZoneInfo(_zone(now))).hour == HOUR


def test_each_branch_has_a_name_and_a_code_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    for branch in BRANCHES:
        file.write_text(_configured(CONFIG.read_text(), branch, "Etc/GMT-3"))
        read = read_branch(file)
        assert (read.code, read.name.zh, str(read.zone)) == (branch.code, branch.zh, "Etc/GMT-3")


def test_headquarters_knows_the_branches(tmp_path: Path) -> None:
    file = tmp_path / "hq.toml"
    outlets = "".join(OUTLET.format(**vars(branch)) for branch in BRANCHES)
    file.write_text(
        HEADQUARTERS.format(zone="Etc/GMT", nats="nats://h", database="postgresql://h") + outlets
    )
    assert read_headquarters(file, {}).codes == {branch.code for branch in BRANCHES}


def test_the_docs_examples_are_of_the_demonstrations_branches() -> None:
    docs = (ROOT / "docs/province.md").read_text()
    codes = {branch.code for branch in BRANCHES}
    assert set(re.findall(r"\b44\d\d\b", docs)) <= codes
    code, name = re.findall(r'code = "(\d+)".*\nunit = "city"\nname = \{ zh = "(\S+)"', docs)[0]
    assert name == {branch.code: branch.zh for branch in BRANCHES}[code]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").touch()
    refused = run("hq", "demo", "--data", tmp_path, "--port", free_port(4))
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "not empty" in refused.stderr
    assert (tmp_path / "letters").exists()
    assert not (tmp_path / MARK).exists()


def test_a_part_that_is_killed_has_no_last_word(tmp_path: Path) -> None:
    part = Part("ingest", tmp_path, ["hq", "alarm", "--help"], {})
    until(lambda: part.ended() is not None, "its end", 60)
    assert part.end_told().startswith("ingest ended (status 0): ")
    killed = Part("serve", tmp_path, ["demo", "--data", str(tmp_path / "var")], {})
    killed._process.kill()
    until(lambda: killed.ended() is not None, "its end", 60)
    assert killed.end_told() == f"serve was ended by SIGKILL; its log: {tmp_path / 'serve.log'}"


@pytest.mark.long
def test_three_branches_live_and_end_with_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    folder = tmp_path / "province"
    province = Forked(
        ["hq", "demo", "--data", str(folder), "--config", str(CONFIG), "--port", str(free_port(4))],
        out,
    )
    try:
        until(lambda: "Ctrl-C ends it." in out.read_text(), f"the addresses: {folder}", READY_S)
        found = re.search(r"postgresql://\S+", out.read_text())
        assert found
        with psycopg.connect(found[0], autocommit=True) as db:
            since = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
            asked = (
                "SELECT count(DISTINCT branch) FROM journal WHERE kind = 'TicketCalled' AND at > %s"
            )
            until(lambda: db.execute(asked, [since]).fetchone() == (3,), "calls of all three", 180)
            words = ("SELECT count(*) FROM snapshot WHERE abs(clock_off_s) < 5",)
            until(lambda: db.execute(*words).fetchone() == (3,), "a word of all three", 60)
            news = ("announce", "--zh", "好", "--en", "Good", "--until", "2100-01-01")
            hq = ("--config", str(folder / "hq.toml"))
            sent = run("hq", "instruction", *news, *hq)
            assert sent.returncode == 0, sent.stderr
            taken = "SELECT count(*) FROM received_instruction WHERE outcome = 'taken'"
            until(lambda: db.execute(taken).fetchone() == (3,), "all three show it", 120)
        checked = re.search(r"lobby (hq check .*)", out.read_text())
        assert checked
        found_wrong = run(*checked[1].split())
        assert found_wrong.returncode == 0, found_wrong.stdout
        pids = _below(province.pid)
        assert len(pids) >= 9
        province.send_signal(signal.SIGTERM)
        assert province.wait(60) == 0
        until(lambda: not any(map(_runs, pids)), "the end of all parts")
    finally:
        if province.poll() is None:
            province.kill()


def _below(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children]


def _runs(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
