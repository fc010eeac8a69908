"""Old months of the journal go to Parquet files, are compared event by event, and whoever reads the journal finds them
there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import psycopg
import pytest
from conftest import CONFIG, until
from forked import run
from test_sharing import LONG_S, headquarters_of, said

from headquarters import archived
from headquarters.archived import ArchiveMissing, quoted
from headquarters.archiving import NotWhole, archive, drop
from headquarters.config import Engines, Headquarters
from headquarters.deriving.deriver import Deriver
from headquarters.deriving.line import lines_of
from headquarters.engines import NatsServer
from headquarters.store import JOURNAL, Store
from headquarters.tables import migrate
from lobby.events.batch import Batch
from lobby.events.envelope import BEGINNING, Row, chained

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 1, 20, 2, tzinfo=UTC)
COUNT = 60
"""Events of a branch, one a day: from January to March."""
AWKWARD = (
    '{"text": ""}',
    '{"text": "a \\"quote\\", a comma"}',
    '{\n"text": 1}',
    '{"text": "\\u0000 \\\\N 号"}',
    '"no object"',
)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def journal(branch: str, count: int = COUNT, first: int = 1, former: str = "") -> list[Row]:
    events: list[Row] = []
    for seq in range(first, first + count):
        at = (BEGIN + timedelta(days=seq - 1)).isoformat(timespec="microseconds")
        data = AWKWARD[seq % len(AWKWARD)]
        ticket = (None, "", "t,\n1")[seq % 3]
        events.append((branch, 100, seq, at, "Noted", 1, ticket, None, "teller", data))
    return [*chained(events, former or BEGINNING.hash)]


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    migrate(database)
    with closing(Store(database)) as opened:
        for branch in ("4401", "4402"):
            opened.take([Batch(branch, BEGINNING.hash, journal(branch))])
        yield opened


def rows(store: Store) -> list[Row]:
    names = ", ".join(JOURNAL).replace("data", "data::text")
    return store.db.execute(f"SELECT {names} FROM journal ORDER BY branch, epoch, seq").fetchall()


def derive(database: str) -> dict[str, dict[str, int]]:
    """Until nothing is due; what a rebuild finds different after that."""
    with closing(Deriver(Headquarters(engines=Engines(database=database)))) as deriver:
        while deriver.round(5):
            pass
        return {code: deriver.rebuild(code) for code in ("4401", "4402")}


def test_months_that_are_over_are_in_files_as_they_are_in_the_database(
    store: Store, tmp_path: Path
) -> None:
    before = rows(store)
    written = [*archive(store.db, tmp_path, MARCH, ZONE)]
    assert [(one.month, one.altered) for one in written] == [("2026-01", 0), ("2026-02", 0)]
    names = quoted(JOURNAL)
    kept = duckdb.sql(f"SELECT {names} FROM '{tmp_path}/journal-*.parquet' ORDER BY ALL").fetchall()
    assert kept == [row for row in before if row[3] < "2026-02-28T16"]
    assert {path.suffix for path in tmp_path.iterdir()} == {".parquet"}
    assert rows(store) == before, "nothing is removed"
    assert [*archive(store.db, tmp_path, MARCH, ZONE)] == [], "each month once"


def test_what_comes_of_a_month_later_has_a_file_of_its_own(store: Store, tmp_path: Path) -> None:
    [*archive(store.db, tmp_path, APRIL, ZONE)]
    late = journal("4403", 5)
    store.take([Batch("4403", BEGINNING.hash, late)])
    (written,) = archive(store.db, tmp_path, APRIL, ZONE)
    assert (written.file.name, written.events) == ("journal-2026-01-2.parquet", 5)


def test_what_was_removed_is_read_from_its_file(
    store: Store, database: str, tmp_path: Path
) -> None:
    before = rows(store)
    derive(database)
    [*archive(store.db, tmp_path, MARCH, ZONE)]
    dropped = drop(store.db, MARCH)
    assert (dropped.events, dropped.left) == (len(before) - len(rows(store)), [])
    assert min(row[3] for row in rows(store)) > "2026-02-28T16"
    (line,) = lines_of(store.db, "4401")
    of_branch = [row for row in before if row[0] == "4401"]
    assert [row[0] for row in line.rows(store.db, 0, 1000)] == [row[2] for row in of_branch]
    assert line.rows(store.db, 10, 40) == line.rows(store.db, 0, 1000)[10:50]
    assert store.rows_after("4401", 0, BEGINNING.hash, 1000) == of_branch
    assert store.take([Batch("4401", BEGINNING.hash, journal("4401"))]).repeated == COUNT
    assert store.aside("4401") == []
    differing = derive(database)
    assert not any(sum(tables.values()) for tables in differing.values())
    assert [*archive(store.db, tmp_path, MARCH, ZONE)] == []


def test_a_file_that_differs_is_no_reason_to_remove_anything(
    store: Store, database: str, tmp_path: Path
) -> None:
    derive(database)
    [*archive(store.db, tmp_path, MARCH, ZONE)]
    before = rows(store)
    file = tmp_path / "journal-2026-01.parquet"
    copy = tmp_path / "copy.parquet"
    changed = f"SELECT * REPLACE (replace(data, 'quote', 'quota') AS data) FROM '{file}'"
    duckdb.sql(f"COPY ({changed}) TO '{copy}'")
    copy.replace(file)
    with pytest.raises(NotWhole, match="differs at event 1 of branch 4401"):
        drop(store.db, MARCH)
    assert rows(store) == before
    file.unlink()
    with pytest.raises(ArchiveMissing, match="nothing of it was removed"):
        drop(store.db, MARCH)
    assert rows(store) == before


def test_what_is_not_derived_stays(store: Store, tmp_path: Path) -> None:
    before = rows(store)
    [*archive(store.db, tmp_path, MARCH, ZONE)]
    dropped = drop(store.db, MARCH)
    assert (dropped.events, dropped.left) == (0, ["4401", "4402"])
    assert rows(store) == before


def test_a_file_that_is_away_stops_a_rebuild_and_says_what_to_do(
    store: Store, database: str, tmp_path: Path
) -> None:
    derive(database)
    [*archive(store.db, tmp_path, MARCH, ZONE)]
    drop(store.db, MARCH)
    (tmp_path / "journal-2026-01.parquet").rename(tmp_path / "elsewhere")
    with pytest.raises(ArchiveMissing, match="mount its folder"):
        derive(database)
    assert archived.event(store.db, "4401", 100, 50, ["kind"]) == ("Noted",)


def test_the_command_archives_removes_and_a_burnt_branch_gets_all_of_it(
    store: Store, database: str, tmp_path: Path, bus: NatsServer
) -> None:
    before = rows(store)
    derive(database)
    archive_in = tmp_path / "archive"
    with headquarters_of(tmp_path, bus, database) as hq:
        words = ["hq", "archive", "--to", str(archive_in), "--until", "2026-02", "--json"]
        assert hq.command(*words, "--drop").returncode == 2, "nobody said yes"
        done = hq.command(*words, "--drop", "--yes")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert [file["month"] for file in told["files"]] == ["2026-01", "2026-02"]
        assert told["dropped"]["events"] == len(before) - len(rows(store))
        _, log = hq.ingest()
        until(said(log, "taking in"), "the ingest", LONG_S)
        config = tmp_path / "config.toml"
        config.write_text(CONFIG.read_text().replace("4403", "4401"))
        restore = ["restore", "--from-hq", bus.url, "--data", tmp_path / "var", "--config", config]
        restored = run(*restore, "--yes")
        assert f"gave {COUNT} events" in restored.stderr
        assert restored.returncode == 0, restored.stderr
        for file in archive_in.iterdir():
            file.unlink()
        refused = run(*restore, "--yes")
        assert refused.returncode == 2
        assert "which is not here: mount its folder" in refused.stderr


@pytest.mark.parametrize(
    ("month", "says"), [("2026-13", "no month such as"), ("2099-01", "not over yet")]
)
def test_a_month_that_is_none_or_runs_is_refused(
    store: Store, tmp_path: Path, bus: NatsServer, database: str, month: str, says: str
) -> None:
    with headquarters_of(tmp_path, bus, database) as hq:
        done: Any = hq.command("hq", "archive", "--to", str(tmp_path), "--until", month)
    assert (done.returncode, says in done.stderr) == (2, True)


def test_tables_of_before_are_brought_up_to_date(database: str) -> None:
    migrate(database)
    migrate(database)
    with psycopg.connect(database) as db:
        assert db.execute("SELECT count(*) FROM archived").fetchone() == (0,)
