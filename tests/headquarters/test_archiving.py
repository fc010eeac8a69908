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
from test_sharing import journal as file_journal
from test_standing import forked

from headquarters.archive import archived, archiving
from headquarters.archive.archived import ArchiveFault, quoted
from headquarters.archive.archiving import NotWhole, archive, drop
from headquarters.config import Engines, Headquarters
from headquarters.deriving.deriver import Deriver
from headquarters.deriving.line import lines_of
from headquarters.engines.engines import NatsServer
from headquarters.journal.store import JOURNAL, Store
from headquarters.journal.tables import migrate
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
    with pytest.raises(ArchiveFault, match="nothing of it was removed"):
        drop(store.db, MARCH)
    assert rows(store) == before


@pytest.mark.parametrize(
    "at",
    [
        "9999-12-31T23:30:00.000000+00:00",
        "2099-01-01T00:00:00.000000+00:00",
        "2026-02-01T05:00:00+14:00",
        "20260131",
        "1970-01-01T00:00:00.000000+00:00",
        "yesterday",
    ],
)
def test_events_of_no_instant_go_with_those_around_them(
    store: Store, tmp_path: Path, at: str
) -> None:
    odd = [(*row[:3], at, *row[4:-1]) for row in journal("4403", 3)]
    begun = [*chained(odd, BEGINNING.hash)]
    more = journal("4403", COUNT, len(begun) + 1, begun[-1][-1])
    store.take([Batch("4403", BEGINNING.hash, [*begun, *more])])
    written = [*archive(store.db, tmp_path, MARCH, ZONE)]
    assert [one.month for one in written] == ["2026-01", "2026-02"]
    assert {file.name for file in tmp_path.iterdir()} == {one.file.name for one in written}
    ours = f"SELECT count(*) FROM '{tmp_path}/*.parquet' WHERE branch = '4403'"
    (events,) = duckdb.sql(ours).fetchall()
    assert events == (len([row for row in more if row[3] < "2026-02-28T16"]) + len(odd),)


def test_a_day_that_never_was_keeps_no_other_branch_from_its_file(
    store: Store, tmp_path: Path
) -> None:
    odd = [(*row[:3], "2026-02-31T00:00:00.000000+00:00", *row[4:-1]) for row in journal("4403", 3)]
    store.take([Batch("4403", BEGINNING.hash, [*chained(odd, BEGINNING.hash)])])
    written = [*archive(store.db, tmp_path, MARCH, ZONE)]
    assert [one.month for one in written] == ["2026-01", "2026-02"]


def test_a_file_that_a_killed_process_left_is_taken_and_not_written_twice(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def settle(part: Path, file: Path) -> None:
        part.rename(file)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(archiving, "_settle", settle)
        with pytest.raises(Killed):
            [*archive(store.db, tmp_path, MARCH, ZONE)]
    for name in (archiving.PART, archiving.TEXT):
        (tmp_path / name).write_text("what it was about to write")
    written = [*archive(store.db, tmp_path, MARCH, ZONE)]
    names = ["journal-2026-01.parquet", "journal-2026-02.parquet"]
    assert [one.file.name for one in written] == names
    assert sorted(file.name for file in tmp_path.iterdir()) == names


def test_a_file_with_other_events_is_none_of_ours(store: Store, tmp_path: Path) -> None:
    [*archive(store.db, tmp_path, date(2026, 2, 1), ZONE)]
    store.db.execute("DELETE FROM archived")
    late = journal("4403", 5)
    store.take([Batch("4403", BEGINNING.hash, late)])
    (written,) = archive(store.db, tmp_path, date(2026, 2, 1), ZONE)
    assert written.file.name == "journal-2026-01-2.parquet"


def test_a_file_that_is_lost_before_anything_was_removed_is_written_again(
    store: Store, database: str, tmp_path: Path
) -> None:
    derive(database)
    [*archive(store.db, tmp_path, MARCH, ZONE)]
    (tmp_path / "journal-2026-01.parquet").unlink()
    (written,) = archive(store.db, tmp_path, MARCH, ZONE)
    assert written.file.name == "journal-2026-01.parquet"
    assert drop(store.db, MARCH).left == []


def test_nothing_is_written_below_a_mount_that_is_away(
    store: Store, database: str, tmp_path: Path
) -> None:
    derive(database)
    folder = tmp_path / "archive"
    [*archive(store.db, folder, date(2026, 2, 1), ZONE)]
    drop(store.db, MARCH)
    folder.rename(tmp_path / "mounted")
    folder.mkdir()
    before = rows(store)
    with pytest.raises(ArchiveFault, match="mount"):
        [*archive(store.db, folder, MARCH, ZONE)]
    assert [*folder.iterdir()] == []
    folder.rmdir()
    (tmp_path / "mounted").rename(folder)
    (written,) = archive(store.db, folder, MARCH, ZONE)
    assert written.month == "2026-02"
    assert rows(store) == before


def test_two_do_not_archive_at_once(store: Store, database: str, tmp_path: Path) -> None:
    [*archive(store.db, tmp_path, MARCH, ZONE)]
    with closing(Store(database)) as other, pytest.raises(archiving.AtWork):
        [*archive(other.db, tmp_path, APRIL, ZONE)]


def test_a_file_that_was_cut_off_is_told_with_what_to_do(
    store: Store, database: str, tmp_path: Path
) -> None:
    derive(database)
    [*archive(store.db, tmp_path, MARCH, ZONE)]
    for file in tmp_path.iterdir():
        assert archived.is_whole(file)
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        assert not archived.is_whole(file)
    with pytest.raises(ArchiveFault, match="move it away and begin again") as told:
        drop(store.db, MARCH)
    assert "\n" not in str(told.value)
    store.db.execute("UPDATE archived SET dropped_at = now()")
    store.db.execute("DELETE FROM journal WHERE at < '2026-02-28T16'")
    with pytest.raises(ArchiveFault, match="put a sound copy in its place"):
        derive(database)


def test_another_province_s_file_of_the_same_name_is_no_gap(
    store: Store, database: str, tmp_path: Path
) -> None:
    derive(database)
    [first, *_] = archive(store.db, tmp_path, MARCH, ZONE)
    drop(store.db, MARCH)
    changed = tmp_path / "other"
    other = f"SELECT * REPLACE ('9' || branch AS branch) FROM '{first.file}'"
    duckdb.sql(f"COPY ({other}) TO '{changed}' (FORMAT parquet)")
    changed.replace(first.file)
    (line,) = lines_of(store.db, "4401")
    for read in (
        lambda: line.rows(store.db, 0, 1000),
        lambda: store.rows_after("4401", 0, BEGINNING.hash, 1000),
        lambda: archived.event(store.db, "4401", 100, 3, ["hash"]),
        lambda: archived.first_of(store.db, "4401", 100, (1, 5), "BranchConfigured"),
        lambda: derive(database),
    ):
        with pytest.raises(ArchiveFault, match="has 0 of the 12 events"):
            read()
    store.db.execute("UPDATE archived SET events = NULL")
    with pytest.raises(ArchiveFault, match="put a sound copy in its place"):
        line.rows(store.db, 0, 1000)


def test_a_lack_of_memory_is_no_fault_of_the_file(
    store: Store, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    derive(database)
    [*archive(store.db, tmp_path, MARCH, ZONE)]
    drop(store.db, MARCH)
    monkeypatch.setattr(archived, "MEMORY", "100KB")
    with pytest.raises(ArchiveFault, match="no fault of the file"):
        store.rows_after("4401", 0, BEGINNING.hash, 1000)


def test_a_file_that_has_less_than_it_had_is_told(
    store: Store, database: str, tmp_path: Path
) -> None:
    derive(database)
    [first, *_] = archive(store.db, tmp_path, MARCH, ZONE)
    drop(store.db, MARCH)
    assert archived.is_whole(first.file, first.events)
    changed = tmp_path / "other"
    duckdb.sql(f"COPY (FROM '{first.file}' WHERE seq < 5) TO '{changed}' (FORMAT parquet)")
    changed.replace(first.file)
    assert not archived.is_whole(first.file, first.events)
    (line,) = lines_of(store.db, "4401")
    with pytest.raises(ArchiveFault, match="has 4 of the 12 events"):
        line.rows(store.db, 0, 1000)


def test_a_branch_that_follows_a_file_which_is_away_sends_no_nonsense(
    store: Store, database: str, tmp_path: Path, bus: NatsServer
) -> None:
    derive(database)
    [*archive(store.db, tmp_path / "archive", MARCH, ZONE)]
    drop(store.db, MARCH)
    (tmp_path / "archive").rename(tmp_path / "elsewhere")
    restored = forked(journal("4401", 5), 200, 3)
    with headquarters_of(tmp_path, bus, database) as hq:
        _, log = hq.ingest()
        until(said(log, "taking in"), "the ingest", LONG_S)
        hq.ship(file_journal(tmp_path / "4401", [*journal("4401", 5), *restored]))
        until(said(log, "branch 4401 cannot go on"), "it is told", LONG_S)
        assert hq.value("SELECT count(*) FROM alarm WHERE kind = 'unreadable'") == 0
        (tmp_path / "elsewhere").rename(tmp_path / "archive")
        until(lambda: hq.seq("4401") == 8, "it goes on", 3 * LONG_S)


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
    with pytest.raises(ArchiveFault, match="mount its folder"):
        derive(database)
    assert archived.event(store.db, "4401", 100, 50, ["kind"]) == ("Noted",)


def test_a_folder_that_moved_is_named_anew_in_hq_toml(
    store: Store, database: str, tmp_path: Path, bus: NatsServer
) -> None:
    derive(database)
    [*archive(store.db, tmp_path / "former", MARCH, ZONE)]
    drop(store.db, MARCH)
    store.db.execute("SELECT pg_advisory_unlock_all()")
    (tmp_path / "former").rename(tmp_path / "now")
    with headquarters_of(tmp_path, bus, database) as hq:
        (tmp_path / "hq.toml").write_text('[engines]\narchive = "now"\n')
        killed = tmp_path / "now" / f"{archived.SPILL}-99999999-1"
        killed.mkdir()
        told = hq.command("hq", "check", "--json").stdout
        assert "restart lobby hq ingest" in told
        _, log = hq.ingest()
        until(said(log, "2 files of old months are in"), "it is told", LONG_S)
        until(said(log, "taking in"), "the ingest", LONG_S)
        assert not killed.exists()
        assert archived.event(store.db, "4401", 100, 1, ["kind"]) == ("Noted",)
        found = json.loads(hq.command("hq", "check", "--json").stdout)
        assert [one["grade"] for one in found if one["topic"] == "archive"] == ["ok"]
        words = ["hq", "archive", "--until", "2026-03", "--json"]
        other = hq.command(*words, "--to", str(tmp_path / "former"))
        assert (other.returncode, "leave --to out" in other.stderr) == (2, True)
        (written,) = json.loads(hq.command(*words).stdout)["files"]
        assert written["file"] == str(tmp_path / "now" / "journal-2026-03.parquet")
        (tmp_path / "hq.toml").write_text("")
        assert hq.command(*words).returncode == 2, "no folder is named"


def test_a_folder_that_cannot_be_looked_into_keeps_nobody_from_taking_in(
    tmp_path: Path, bus: NatsServer, database: str
) -> None:
    """Another user's, or a dead mount: here a name that no disk takes."""
    with headquarters_of(tmp_path, bus, database) as hq:
        (tmp_path / "hq.toml").write_text(f'[engines]\narchive = "{"x" * 300}"\n')
        _, log = hq.ingest()
        until(said(log, "cannot be looked into"), "it is told", LONG_S)
        until(said(log, "taking in"), "it goes on", LONG_S)


def test_two_files_of_one_name_are_never_in_one_folder(store: Store, tmp_path: Path) -> None:
    one, other, both = (tmp_path / name for name in ("one", "other", "both"))
    [*archive(store.db, one, MARCH, ZONE)]
    late = journal("4403", 5)
    store.take([Batch("4403", BEGINNING.hash, late)])
    (written,) = archive(store.db, other, MARCH, ZONE)
    assert written.file.name == "journal-2026-01-2.parquet"
    assert archiving.look_in(store.db, both) == 3
    assert archiving.look_in(store.db, both) == 0
    store.db.execute(
        "UPDATE archived SET file = '/elsewhere/journal-2026-01.parquet' WHERE branch = '4403'"
    )
    with pytest.raises(ValueError, match="have one name"):
        archiving.look_in(store.db, one)
    found = {file for (file,) in store.db.execute("SELECT file FROM archived").fetchall()}
    assert str(both / "journal-2026-01.parquet") in found


def test_what_duckdb_spills_is_in_the_folder_and_gone_afterwards(tmp_path: Path) -> None:
    with archived.duck(tmp_path) as connection:
        connection.execute("SET memory_limit = '20MB'")
        connection.execute(
            "CREATE TABLE much AS SELECT range AS n, repeat('x', 100) || range AS text FROM range(600000)"
        )
        spilled = [*tmp_path.glob(f"{archived.SPILL}-*/*")]
        assert spilled
        connection.execute(
            f"SET max_temp_directory_size = '{sum(f.stat().st_size for f in spilled)}B'"
        )
        with pytest.raises(duckdb.Error, match="max_temp_directory_size"):
            connection.execute("INSERT INTO much SELECT n, text || n FROM much")
    assert [*tmp_path.iterdir()] == []
    stayed = tmp_path / f"{archived.SPILL}-1-1"
    for folder in (stayed, tmp_path / f"{archived.SPILL}-99999999-1"):
        folder.mkdir()
    archived.remove_spilled(tmp_path)
    assert [*tmp_path.iterdir()] == [stayed], "of a process that lives"


def test_events_with_a_gap_are_read_piece_by_piece_and_each_once(
    store: Store, tmp_path: Path
) -> None:
    """A damaged journal lacks some; and a file may have two spans of one epoch."""
    begun = journal("4403", 10)
    more = journal("4403", 20, 31, begun[-1][-1])
    store.take([Batch("4403", BEGINNING.hash, [*begun, *more])])
    [*archive(store.db, tmp_path, APRIL, ZONE)]
    store.db.execute("UPDATE archived SET dropped_at = now()")
    later = (
        "INSERT INTO archived SELECT branch, epoch, 6, last_seq, month, file, now(), now() FROM archived"
        " WHERE branch = '4403' AND first_seq = 1"
    )
    store.db.execute(later)
    store.db.execute(
        "UPDATE archived SET last_seq = 5, events = 5 WHERE branch = '4403' AND first_seq = 1"
    )
    store.db.execute("DELETE FROM journal")
    whole = [row[2] for row in [*begun, *more]]
    assert len(whole) == 30
    for most in (3, 1000):
        found: list[int] = []
        while piece := archived.rows(
            store.db, "4403", 100, (found[-1] if found else 0, 50), most, ["seq"]
        ):
            found += [seq for (seq,) in piece]
        assert found == whole


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
