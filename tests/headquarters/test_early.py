"""The day that goes on comes before the years that it follows: its figures, what a burnt computer gets back, and the
journal itself, which stays without a gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG, Clock, Desk, until
from forked import run
from month import Month
from raw_rows import Row, journal_of, take_in
from test_sharing import Headquarters, end, headquarters_of

from headquarters import config as settings
from headquarters.deriving.deriver import Deriver
from headquarters.deriving.early import OF_ONE_DAY
from headquarters.engines.engines import NatsServer
from headquarters.journal.store import Store
from headquarters.journal.tables import migrate
from headquarters.reports.reports import report
from integrations.early import FAR, LOST_S, Early
from integrations.standing import Known, Place, Standing
from lobby.branch.config import read_branch
from lobby.branch.rules import Identity
from lobby.engine.runtime import DATABASE, BranchRuntime, open_branch
from lobby.events.batch import Batch, packed, unpacked
from lobby.events.envelope import BEGINNING, EPOCH, SEQ, End, chained
from lobby.journal.assembling import Assembly
from lobby.journal.history import reader

KIND = 4
DATA = 9
CODE = "A1"
DAYS = 3
PIECE = 300
LONG_S = 120.0
LAST = date(2026, 3, 4)


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    return journal_of(Month(tmp_path_factory.mktemp("early") / "var", 1, DAYS, (), CODE).data)


@pytest.fixture
def hq(database: str) -> settings.Headquarters:
    migrate(database)
    return settings.Headquarters(engines=settings.Engines(database=database))


@pytest.fixture
def store(hq: settings.Headquarters) -> Iterator[Store]:
    with closing(Store(hq.engines.database)) as store:
        yield store


@pytest.fixture
def deriver(hq: settings.Headquarters) -> Iterator[Deriver]:
    with closing(Deriver(hq)) as deriver:
        deriver.figures.pause_s = 0
        yield deriver


def opening(rows: Sequence[Row]) -> int:
    """The place of LAST's first event."""
    return next(
        n for n, row in enumerate(rows) if row[KIND] == "DayOpened" and str(LAST) in row[DATA]
    )


def configured(rows: Sequence[Row], before: int) -> Row:
    return [row for row in rows[:before] if row[KIND] == "BranchConfigured"][-1]


def early(rows: Sequence[Row], first: int, last: int) -> Batch:
    """As the shipper sends it, by way of the line."""
    begins = rows[first][KIND] == "DayOpened"
    context = [configured(rows, first)] if begins else []
    batch = Batch(CODE, rows[first - 1][-1], rows[first:last], context)
    return unpacked(CODE, packed(batch))


def send_early(store: Store, rows: Sequence[Row], first: int) -> None:
    for n in range(first, len(rows), PIECE):
        store.take([early(rows, n, n + PIECE)])


def figures(store: Store) -> dict[str, Any]:
    query = "SELECT day, document FROM figures ORDER BY day"
    return dict(store.db.execute(query).fetchall())


def count(store: Store, table: str) -> int:
    (found,) = store.db.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() or (0,)
    return int(found)


def derive(deriver: Deriver) -> None:
    while deriver.round(60):
        pass


def test_the_days_figures_are_there_first_and_stay_what_they_were(
    hq: settings.Headquarters, store: Store, deriver: Deriver, journal: list[Row]
) -> None:
    first = opening(journal)
    store.take([Batch(CODE, BEGINNING.hash, journal[:100])])
    send_early(store, journal, first)
    derive(deriver)
    before = figures(store)
    assert LAST.isoformat() in before
    assert count(store, "journal") == 100
    take_in(hq.engines.database, journal)
    derive(deriver)
    after = figures(store)
    day = LAST.isoformat()
    assert len(after) > len(before)
    assert before[day]["tickets"][""][""][0] > 0
    for id in OF_ONE_DAY:
        assert before[day].get(id) == after[day].get(id), id
    assert count(store, "early") == 0
    assert count(store, "quarantine") == 0


def test_a_report_says_of_which_branch_only_the_day_is_here(
    hq: settings.Headquarters, store: Store, deriver: Deriver, journal: list[Row]
) -> None:
    send_early(store, journal, opening(journal))
    derive(deriver)
    day = report(store.db, hq, "day", LAST)
    assert day["measures"]["tickets"]["value"]
    assert [one["branch"] for one in day["completeness"]["partial"]] == [CODE]
    assert not day["completeness"]["complete"]
    month = report(store.db, hq, "month", LAST.replace(day=1))
    assert [one["branch"] for one in month["completeness"]["missing"]] == [CODE]
    assert month["completeness"]["partial"] == []
    take_in(hq.engines.database, journal)
    derive(deriver)
    assert report(store.db, hq, "day", LAST)["completeness"]["partial"] == []


def test_a_burnt_computer_gets_back_what_came_early(store: Store, journal: list[Row]) -> None:
    """The backup ends before the run, or within it, and headquarters has not got as far."""
    first = opening(journal)
    store.take([Batch(CODE, BEGINNING.hash, journal[:100])])
    send_early(store, journal, first)
    last = journal[first - 1]
    assert store.rows_after(CODE, last[SEQ], last[-1], 10_000) == journal[first:]
    within = journal[first + 7]
    assert store.rows_after(CODE, within[SEQ], within[-1], 3) == journal[first + 8 : first + 11]
    assert store.rows_after(CODE, last[SEQ], "another", 10_000) == []


def test_what_a_restored_journal_does_not_have_is_put_aside(
    store: Store, journal: list[Row]
) -> None:
    first = opening(journal)
    send_early(store, journal, first)
    fork = first + 20
    newer = [(CODE, row[EPOCH] + 1, *row[2:-1]) for row in journal[fork : fork + 5]]
    restored = [*journal[:fork], *chained(newer, journal[fork - 1][-1])]
    send_early(store, restored, first)
    there = store.db.execute("SELECT hash FROM early ORDER BY seq").fetchall()
    assert [hash for (hash,) in there[1:]] == [row[-1] for row in restored[first:]]
    assert count(store, "quarantine") == len(journal) - fork
    send_early(store, journal, first)
    assert count(store, "early") == len(there), "the former journal is over"
    assert count(store, "alarm") == 0


def test_two_computers_that_write_the_same_epoch_are_told(store: Store, journal: list[Row]) -> None:
    first = opening(journal)
    send_early(store, journal[: first + 30], first)
    other = [(*row[:3], "2026-03-04T01:00:01.000000+00:00", *row[4:-1]) for row in journal]
    clone = [
        *journal[: first + 20],
        *chained(other[first + 20 : first + 30], journal[first + 19][-1]),
    ]
    send_early(store, clone, first)
    kinds = store.db.execute("SELECT kind FROM alarm").fetchall()
    assert kinds == [("second_writer",)]


def test_a_run_has_no_gap(store: Store, journal: list[Row]) -> None:
    first = opening(journal)
    store.take([early(journal, first, first + 10)])
    store.take([early(journal, first + 20, first + 30)])
    assert count(store, "early") == 11, "what does not continue it waits until it is sent again"
    store.take([early(journal, first + 5, first + 30)])
    store.take([early(journal, first + 5, first + 15)])
    assert count(store, "early") == 31


def test_without_its_beginning_nothing_is_kept(store: Store, journal: list[Row]) -> None:
    first = opening(journal)
    store.take([early(journal, first + 1, first + 10)])
    assert count(store, "early") == 0


# -- the shipper ----------------------------------------------------------------------------------------
SHIP = ("ship", "--to")
ANCIENT = "2019-03-02T01:00:00.000000+00:00"
PAST = FAR + 700


def grown(folder: Path, clock: Clock) -> BranchRuntime:
    """A branch with a long past, on its day."""
    config = replace(read_branch(CONFIG), branch=Identity(CODE))
    open_branch(config, folder / "first", "http://x", clock).close()
    begun = next(row for row in journal_of(folder / "first") if row[KIND] == "BranchConfigured")
    past = [
        (CODE, begun[EPOCH], seq, ANCIENT, "Ancient", 1, None, None, "x", "{}")
        for seq in range(2, PAST)
    ]
    (folder / "var").mkdir()
    with closing(Assembly(folder / "var" / DATABASE)) as assembly:
        assembly.add([*chained([(*begun[:2], 1, *begun[3:-1]), *past], BEGINNING.hash)])
    return again(folder / "var", clock)


def again(data: Path, clock: Clock) -> BranchRuntime:
    config = replace(read_branch(CONFIG), branch=Identity(CODE))
    return open_branch(config, data, "http://x", clock)


@pytest.fixture
def runtime(tmp_path: Path, clock: Clock) -> Iterator[BranchRuntime]:
    with closing(grown(tmp_path, clock)) as runtime:
        yield runtime


@pytest.fixture
def office(tmp_path: Path, bus: NatsServer, database: str) -> Iterator[Headquarters]:
    with headquarters_of(tmp_path, bus, database) as made:
        yield made


def issue(runtime: BranchRuntime, numbers: int) -> None:
    for _ in range(numbers):
        Desk(runtime).issue()


def test_a_branch_that_joins_has_its_day_there_before_its_past(
    office: Headquarters, tmp_path: Path, runtime: BranchRuntime
) -> None:
    """By the real processes, at fifty events a second."""
    issue(runtime, 5)
    office.ingest()
    office.start(*SHIP, office.nats.url, "--data", str(tmp_path / "var"), "--rate", "50")
    tickets = 'SELECT document #> \'{tickets,"","",0}\' FROM figures'
    until(lambda: office.value(tickets) == 5, "the day's tickets", LONG_S)
    assert office.seq(CODE) < PAST
    issue(runtime, 3)
    numbers = "SELECT count(*) FROM early WHERE kind = 'TicketIssued'"
    until(lambda: office.value(numbers) == 8, "what came since", LONG_S)
    assert office.seq(CODE) < PAST


def test_in_the_end_the_journal_has_all_of_it_and_nothing_is_left_beside(
    office: Headquarters, tmp_path: Path, runtime: BranchRuntime
) -> None:
    issue(runtime, 5)
    office.ingest()
    office.ship(tmp_path / "var")
    until(lambda: office.seq(CODE) == len(journal_of(tmp_path / "var")), "all of it", LONG_S)
    until(lambda: office.value("SELECT derived_seq FROM branch") == office.seq(CODE), "", LONG_S)
    assert office.value("SELECT count(*) FROM early") == 0
    assert office.value("SELECT count(*) FROM quarantine") == 0
    assert office.value("SELECT count(*) FROM alarm") == 0


@pytest.mark.parametrize("days", [0, 1], ids=["of the day", "of the day before"])
def test_the_day_is_given_back_while_the_past_is_on_its_way(
    office: Headquarters, tmp_path: Path, clock: Clock, days: int
) -> None:
    """The computer burns, and there is a backup."""
    data, backup = tmp_path / "var", tmp_path / "backup.db"
    with closing(grown(tmp_path, clock)) as runtime:
        issue(runtime, 3)
        assert run("backup", backup, "--data", data).returncode == 0
        issue(runtime, 4)
    clock.forward(days=days)
    with closing(again(data, clock)) as runtime:
        issue(runtime, 2)
    burnt = journal_of(data)
    office.ingest()
    shipper, _ = office.start(*SHIP, office.nats.url, "--data", str(data), "--rate", "50")
    newest = "SELECT max(seq) FROM early"
    until(lambda: office.value(newest) == len(burnt), "the day", LONG_S)
    end(shipper)
    assert office.seq(CODE) < PAST
    for file in data.glob("*.*"):
        file.unlink()
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.read_text().replace("4403", CODE))
    words = ["--data", data, "--config", config, "--yes"]
    restored = run("restore", backup, "--from-hq", office.nats.url, *words)
    assert restored.returncode == 0, restored.stderr
    assert journal_of(data)[: len(burnt)] == burnt
    assert run("check", "--data", data, "--config", config).returncode == 0
    again(data, clock).close()
    office.ship(data)
    journal = journal_of(data)
    until(lambda: office.seq(CODE) == len(journal), "all of it", LONG_S)
    until(lambda: office.value("SELECT derived_seq FROM branch") == len(journal), "", LONG_S)
    hashes = "SELECT array_agg(hash ORDER BY seq) FROM journal"
    assert office.value(hashes) == [row[-1] for row in journal]
    for table in ("early", "quarantine", "alarm"):
        assert office.value(f"SELECT count(*) FROM {table}") == 0, table


class Ship:
    """What a shipper decides, by what headquarters says."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.seconds = 1000.0
        self.db = reader(folder / DATABASE)
        self.early = Early(self.db, lambda: self.seconds)

    def span(self, first: int, end: int = 0, derived: int | None = None, **known: Any) -> range:
        hash = self.db.execute("SELECT hash FROM event WHERE seq = ?", [end]).fetchone()
        of = {"takes_early": True, "derived": first - 1 if derived is None else derived, **known}
        said = Known([], None, early=End(1, end, hash[0]) if hash else None, **of)
        return self.early.span(said, Place(Standing.ACCEPTED, 1, first))


@pytest.fixture
def ship(tmp_path: Path, runtime: BranchRuntime) -> Iterator[Ship]:
    issue(runtime, 5)
    ship = Ship(tmp_path / "var")
    with closing(ship.db):
        yield ship


def test_the_day_is_sent_from_its_opening_on_with_the_configuration(ship: Ship) -> None:
    day = ship.span(1).start
    (kind,) = ship.db.execute("SELECT kind FROM event WHERE seq = ?", [day]).fetchone()
    assert kind == "DayOpened"
    assert [row[KIND] for row in ship.early.context(day)] == ["BranchConfigured"]
    assert ship.early.context(day + 1) == []


def test_it_goes_on_where_it_is_there_and_comes_again_where_it_was_lost(ship: Ship) -> None:
    day = ship.span(1).start
    ship.early.went_to(day + 9)
    assert ship.span(1).start == day + 9
    ship.seconds += LOST_S + 1
    assert ship.span(1).start == day, "nothing of it arrived"
    ship.early.went_to(day + 9)
    assert ship.span(1, day + 3).start == day + 9
    ship.seconds += LOST_S + 1
    assert ship.span(1, day + 3).start == day + 4


def test_what_is_never_taken_is_sent_less_and_less_often(ship: Ship) -> None:
    """After a gap in a damaged journal, until its turn comes."""
    day = ship.span(1).start
    times = 0
    for _ in range(3600):
        ship.seconds += 1
        times += ship.span(1).start == day
        ship.early.went_to(day + 9)
    assert times == 10


@pytest.mark.parametrize(
    "known", [{"takes_early": False}, {"derived": PAST}], ids=["another release", "it is near"]
)
def test_nothing_goes_before_its_turn_without_need(ship: Ship, known: dict[str, Any]) -> None:
    first = PAST if "derived" in known else 1
    assert not ship.span(first, **known)


def test_it_goes_first_while_tables_are_far_behind(ship: Ship) -> None:
    assert ship.span(PAST, derived=PAST) == range(0)
    assert ship.span(PAST, derived=10)
