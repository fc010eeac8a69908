"""The past is read by the configuration of its time, whatever becomes of config.toml."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from changes import changed
from conftest import CONFIG, MORNING, TIMES, Clock, Desk, examples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.branch.record import from_json, to_json
from lobby.branch.rules import Directory
from lobby.commands import slip as slips
from lobby.engine.runtime import DATABASE, BranchRuntime, open_branch
from lobby.engine.submission import By
from lobby.errors import LobbyError, NotFound
from lobby.events import Card
from lobby.reports.measures import report
from lobby.simulation.advice import advise
from lobby.simulation.lookahead import Lookahead
from lobby.state.printer import PrinterStatus
from lobby.state.ticket import State

BRANCH = read_branch(CONFIG)


def events(runtime: BranchRuntime, kind: str) -> list[dict[str, Any]]:
    rows = runtime._journal.db.execute(
        "SELECT data FROM event WHERE kind = ? ORDER BY seq", [kind]
    ).fetchall()
    return [json.loads(row[0]) for row in rows]


class Life:
    """A branch whose configuration anybody changes at any time, and what it looked like."""

    def __init__(self, folder: Path, seed: int = 0) -> None:
        self.folder = folder
        self.random = Random(seed)
        self.clock = Clock()
        self.config = BRANCH
        self.bulletins: dict[date, Any] = {}
        self.open()

    def open(self) -> None:
        self.runtime = open_branch(self.config, self.folder, "http://x", self.clock, pumped=True)
        self.runtime.writer.notify = self.runtime.writer.pump
        self.desk = Desk(self.runtime)
        self.hall()
        self.advise()

    def advise(self) -> None:
        """What could be done now, whatever the configuration lost while tickets wait."""
        with self.runtime.writer.published() as state:
            lookahead = Lookahead(state, self.clock(), self.runtime.forecaster)
        advise(lookahead, runs=1)

    def hall(self) -> Any:
        with self.runtime.writer.published() as state:
            return self.runtime.views.hall(state, self.clock())

    def restart(self, config: Branch | None = None) -> None:
        self.runtime.close()
        self.config = config or self.config
        self.open()
        assert self.runtime._journal.misfits == []
        assert not self.runtime.writer.faults

    def some(self, of: str) -> str:
        """The id of something that the branch has, or had today."""
        with self.runtime.writer.published() as state:
            now = {"ticket": state.tickets, "counter": state.counters, "printer": state.printers}
            ids = (
                list(now[of])
                if of in now
                else [one.id for one in getattr(self.runtime.branch, f"{of}s")]
            )
        return self.random.choice(ids) if ids else "none"

    def attempt(self, verb: str, **args: Any) -> Any:
        try:
            return self.runtime.writer.do("test", getattr(self.runtime.commands, verb), **args).data
        except LobbyError:
            return None

    def issue(self) -> None:
        needs = self.random.choice(((), (), ("elderly",)))
        self.attempt("issue", service=self.some("service"), tier=self.some("tier"), needs=needs)

    def teller(self, verb: str) -> None:
        self.attempt(verb, counter=self.some("counter"))

    def serve(self) -> None:
        counter = self.some("counter")
        for verb in ("open_counter", "next", "start", "finish"):
            self.attempt(verb, counter=counter)

    def manager(self, act: str) -> None:
        ticket = self.some("ticket")
        if ticket == "none":
            return
        more = {
            "retier": {"tier": self.some("tier"), "reason": "误记"},
            "transfer": {
                "service": self.some("service"),
                "counter": self.random.choice((None, self.some("counter"))),
            },
            "divert": {"area": self.some("area")},
            "answer_offer": {"accepted": self.random.random() < 0.5},
            "move": {"seat": "first"},
            "give_feedback": {"card": Card(self.random.randint(1, 5))},
        }
        self.attempt(act, ticket=ticket, **more.get(act, {}))

    def look(self) -> None:
        self.runtime.writer.do("watch", self.runtime.alert_monitor.look)
        status = self.random.choice(list(PrinterStatus))
        self.runtime.writer.do(
            "spool", slips.printer_changed, printer=self.some("printer"), status=status
        )

    def next_day(self) -> None:
        """The bulletin of the day that ends stands for ever."""
        with self.runtime.writer.published() as state:
            ended = date.fromisoformat(state.day)
        self.clock.forward(days=1)
        self.runtime.writer.pump()
        self.bulletins[ended] = self.bulletin(ended)

    def bulletin(self, day: date) -> Any:
        return report(self.runtime.branch, self.folder / DATABASE, day, day, self.clock())[
            "measures"
        ]

    def end(self) -> None:
        for day, figures in self.bulletins.items():
            assert self.bulletin(day) == figures
        assert not any(self.runtime._journal.rebuild(self.runtime.branch).values())
        assert self.runtime._journal.misfits == []
        self.runtime.close()


TELLERS = (
    "open_counter",
    "close_counter",
    "next",
    "start",
    "finish",
    "no_show",
    "park",
    "pause_counter",
    "ask_break",
    "ask_opening",
    "decline_opening",
)
MANAGERS = (
    "cancel",
    "retier",
    "transfer",
    "divert",
    "offer_machines",
    "answer_offer",
    "rejoin",
    "move",
    "bring_back",
    "resume",
    "give_feedback",
    "reprint",
)


class Changes(RuleBasedStateMachine):
    """Hypothesis as tellers, customers, and who edits config.toml."""

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.life = Life(Path(self.folder.name), seed)

    @rule(n=st.integers(1, 8))
    def customers(self, n: int) -> None:
        for _ in range(n):
            self.life.issue()

    @rule(verb=st.sampled_from(TELLERS))
    def teller(self, verb: str) -> None:
        self.life.teller(verb)

    @rule(n=st.integers(1, 4))
    def serve(self, n: int) -> None:
        for _ in range(n):
            self.life.serve()

    @rule(act=st.sampled_from(MANAGERS))
    def manager(self, act: str) -> None:
        self.life.manager(act)

    @rule()
    def look(self) -> None:
        self.life.look()

    @rule(minutes=st.integers(1, 40))
    def time_passes(self, minutes: int) -> None:
        self.life.clock.forward(minutes=minutes)

    @rule()
    def next_day(self) -> None:
        self.life.next_day()

    @rule()
    def reconfigure(self) -> None:
        """Within the day: who waits, waits on, unless the clock of another zone says that it is over."""
        day = self.life.hall()["day"]
        before = self.waiting()
        self.life.restart(changed(self.life.config, self.life.random))
        assert self.waiting() == before or self.life.hall()["day"] != day

    @rule()
    def as_at_first(self) -> None:
        self.life.restart(BRANCH)

    @rule()
    def restart(self) -> None:
        before = self.life.hall()
        configured = len(events(self.life.runtime, "BranchConfigured"))
        self.life.restart()
        after = self.life.hall()
        assert len(events(self.life.runtime, "BranchConfigured")) == configured
        for part in ("tickets", "counters", "areas", "printers", "missed"):
            assert [one["id"] for one in before[part]] == [one["id"] for one in after[part]]

    def waiting(self) -> set[str]:
        return {one["id"] for one in self.life.hall()["tickets"] if one["state"] == State.WAITING}

    def teardown(self) -> None:
        if hasattr(self, "life"):
            self.life.end()
            self.folder.cleanup()


TestChanges = Changes.TestCase
TestChanges.settings = settings(examples(10), stateful_step_count=30)


# -- months ---------------------------------------------------------------------------------------------
class Months(Life):
    """Many commands in one commit: what each decides is as if it came alone."""

    def attempt(self, verb: str, **args: Any) -> None:
        command = getattr(self.runtime.commands, verb)
        self.futures.append(self.runtime.writer.submit(By("test"), command, **args))

    def open(self) -> None:
        self.futures: list[Any] = []
        super().open()

    def pump(self) -> None:
        self.runtime.writer.pump()
        for future in self.futures:
            assert isinstance(future.exception(0), LobbyError | None)
        self.futures.clear()

    def hour(self) -> None:
        self.runtime.writer.notify = lambda: None
        for _ in range(self.random.randint(1, 6)):
            self.issue()
        for _ in range(self.random.randint(1, 7)):
            self.serve()
        self.pump()
        self.teller(self.random.choice(TELLERS))
        self.manager(self.random.choice(MANAGERS))
        self.clock.forward(minutes=self.random.randint(10, 40))
        self.pump()

    def day(self) -> None:
        for _ in range(5):
            self.hour()
            if self.random.random() < CHANGES_AN_HOUR:
                self.restart(changed(self.config, self.random))
        self.clock.now = self.clock.now.replace(hour=MORNING.hour)
        self.next_day()


CHANGES_AN_HOUR = 0.08


DAYS = 60 * TIMES
"""Two months, or a year."""


@pytest.mark.long
@pytest.mark.timeout(900)
def test_months_of_changes_rebuild_to_the_same_rows(tmp_path: Path) -> None:
    months = Months(tmp_path, seed=12)
    for _ in range(DAYS):
        months.day()
    assert len(events(months.runtime, "BranchConfigured")) > DAYS / 4
    months.end()


# -- single changes -------------------------------------------------------------------------------------
@pytest.fixture
def life(tmp_path: Path) -> Any:
    made = Life(tmp_path)
    yield made
    made.end()


def without(branch: Branch, table: str, id: str) -> Branch:
    """The branch when the entry is gone and nothing refers to it."""
    data = to_json(branch)
    data.pop("retired")
    data[table] = [entry for entry in data[table] if entry["id"] != id]
    for counter in data["counters"]:
        for key in ("serves", "helps", "tiers"):
            counter[key] = [one for one in counter[key] if one != id]
    return from_json(data)


def called_at(life: Life, *counters: str) -> list[str]:
    """Whom these counters call, one after the other."""
    numbers = []
    for counter in counters:
        life.desk.open_counter(counter=counter)
        while "ticket" in (called := life.desk.next(counter=counter)):
            numbers.append(called["ticket"]["number"])
            life.desk.start(counter=counter), life.desk.finish(counter=counter)
    return numbers


@pytest.mark.parametrize(("table", "gone"), [("services", "fx"), ("tiers", "gold")])
def test_who_waits_with_what_is_gone_is_seen_and_called(life: Life, table: str, gone: str) -> None:
    of = {"service": "fx"} if table == "services" else {"service": "cash", "tier": "gold"}
    number = life.desk.issue(**of)["number"]
    names = {one.id: one.name for one in getattr(BRANCH, table)}
    life.restart(without(BRANCH, table, gone))
    assert [one["number"] for one in life.hall()["tickets"]] == [number]
    assert getattr(life.runtime.branch, table[:-1])[gone].name == names[gone]
    with pytest.raises(LobbyError):
        life.desk.issue(**of)
    area = life.hall()["tickets"][0]["area"]
    desk = next(c for c in life.config.counters if area in (c.area, *c.helps))
    assert called_at(life, desk.id) == [number]


def test_an_area_that_is_gone_is_shown_while_somebody_waits_there(life: Life) -> None:
    life.desk.issue("cash", needs=("elderly",))
    area = life.hall()["tickets"][0]["area"]
    assert area != "hall"
    moved = tuple(replace(c, area="hall") if c.area == area else c for c in BRANCH.counters)
    life.restart(without(replace(BRANCH, counters=moved), "areas", area))
    assert [one["waiting"] for one in life.hall()["areas"] if one["id"] == area] == [1]
    assert called_at(life, "1") == ["A001"]
    assert area not in {one["id"] for one in life.hall()["areas"]}


def test_a_counter_that_is_gone_ends_what_it_began_and_no_more(life: Life) -> None:
    first = life.desk.issue("cash")["id"]
    bound = life.desk.issue("cash")["id"]
    life.desk.open_counter(counter="1"), life.desk.next(counter="1"), life.desk.start(counter="1")
    life.desk.transfer(ticket=bound, service="cash", counter="1")
    life.restart(without(BRANCH, "counters", "1"))
    assert life.desk.ticket(first)["counter_name"]["zh"] == BRANCH.counter["1"].name.zh
    life.desk.finish(counter="1")
    for verb in ("next", "open_counter"):
        with pytest.raises(NotFound):
            getattr(life.desk, verb)(counter="1")
    assert called_at(life, "2") == ["A002"]


def test_an_alert_of_a_screen_that_is_gone_is_over(life: Life) -> None:
    """`lobby check` may look before the branch's own watch does, and asks for their names."""
    look = life.runtime.alert_monitor.look
    life.runtime.writer.do("watch", look, dark_boards=["main"], silent_kiosks=["entrance"])
    life.restart(replace(BRANCH, kiosks=(), boards=BRANCH.boards[1:]))
    with life.runtime.writer.published() as state:
        assert not state.alerts


def test_a_target_holds_for_the_tickets_that_were_given_with_it(life: Life) -> None:
    quicker = replace(BRANCH.tiers[0], target_wait_s=60)
    early = life.desk.issue("cash")["id"]
    life.restart(replace(BRANCH, tiers=(quicker, *BRANCH.tiers[1:])))
    late = life.desk.issue("cash")["id"]
    targets = {one["id"]: one["target_wait_s"] for one in life.hall()["tickets"]}
    assert targets == {early: BRANCH.tiers[0].target_wait_s, late: 60}
    assert [issued["target_wait_s"] for issued in events(life.runtime, "TicketIssued")] == [
        BRANCH.tiers[0].target_wait_s,
        60,
    ]
    life.clock.forward(minutes=5)
    called_at(life, "1")
    life.next_day()
    assert life.bulletins[MORNING.date()]["late_share"]["value"] == 0.5


def test_a_corrected_tier_brings_its_target(life: Life) -> None:
    id = life.desk.issue("cash")["id"]
    life.desk.retier(ticket=id, tier="gold", reason="card forgotten")
    assert life.hall()["tickets"][0]["target_wait_s"] == BRANCH.tier["gold"].target_wait_s
    life.restart(
        replace(BRANCH, tiers=tuple(replace(tier, target_wait_s=1) for tier in BRANCH.tiers))
    )
    assert life.hall()["tickets"][0]["target_wait_s"] == BRANCH.tier["gold"].target_wait_s


def test_the_target_is_the_tickets_own_word(life: Life) -> None:
    life.desk.issue("cash")
    life.runtime.close()
    rewrite(
        life.folder / DATABASE,
        lambda kind, data: data | {"target_wait_s": 77} if kind == "TicketIssued" else data,
    )
    life.open()
    assert [one["target_wait_s"] for one in life.hall()["tickets"]] == [77]
    life.runtime._journal.rebuild(life.config)


def test_how_quick_a_teller_was_is_told_by_the_configuration_of_the_time(life: Life) -> None:
    life.desk.issue("cash")
    called_at(life, "1")
    with life.runtime.writer.published() as state:
        pace = state.counters["1"].pace
    life.restart(
        replace(BRANCH, services=tuple(replace(s, usual_s=3 * s.usual_s) for s in BRANCH.services))
    )
    with life.runtime.writer.published() as state:
        assert pace == state.counters["1"].pace == (BRANCH.service["cash"].usual_s, pace[1])


def test_hours_are_those_of_the_zone_of_the_time(life: Life) -> None:
    id = life.desk.issue("cash")["id"]
    called_at(life, "1")
    life.desk.give_feedback(ticket=id, score=5)
    life.next_day()
    life.restart(from_json({**to_json(BRANCH), "zone": "Europe/Berlin"}))
    assert list(life.bulletin(MORNING.date())["feedback_cards"]["by"]["hour"]) == ["9"]


def test_the_journal_has_no_secret_of_the_configuration(tmp_path: Path) -> None:
    device = replace(BRANCH.printers[0], device="tcp://canary:9100", logo="canary.png")
    board = replace(BRANCH.boards[0], slides="canary")
    tier = replace(BRANCH.tiers[0], card_prefixes=("canary",))
    directory = Directory(url="https://user:canary@crm/", token_file="canary")
    secret = replace(
        BRANCH,
        printers=(device,),
        boards=(board,),
        tiers=(tier, *BRANCH.tiers[1:]),
        directory=directory,
    )
    open_branch(replace(secret, public_url="https://canary"), tmp_path, "http://x", Clock()).close()
    assert not [file for file in tmp_path.glob("lobby.db*") if b"canary" in file.read_bytes()]


# -- journals of other versions -------------------------------------------------------------------------
def rewrite(database: Path, row: Callable[[str, dict[str, Any]], dict[str, Any] | None]) -> None:
    """Every event's data as `row` has it, as another version would have written them; None: no such event."""
    with sqlite3.connect(database) as db:
        db.executescript("DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete")
        for seq, kind, data in db.execute("SELECT seq, kind, data FROM event").fetchall():
            if (new := row(kind, json.loads(data))) is None:
                db.execute("DELETE FROM event WHERE seq = ?", [seq])
            else:
                db.execute("UPDATE event SET data = ? WHERE seq = ?", [json.dumps(new), seq])


def before_configurations(kind: str, data: dict[str, Any]) -> dict[str, Any] | None:
    later = ("target_wait_s", "zone")
    return (
        None
        if kind == "BranchConfigured"
        else {key: value for key, value in data.items() if key not in later}
    )


def test_a_journal_of_before_opens_without_what_it_speaks_of(life: Life) -> None:
    life.desk.issue("cash", tier="gold"), life.desk.issue("fx")
    life.desk.open_counter(counter="1"), life.desk.next(counter="1"), life.desk.start(counter="1")
    life.runtime.close()
    rewrite(life.folder / DATABASE, before_configurations)
    with sqlite3.connect(life.folder / DATABASE) as db:
        db.execute("DELETE FROM configuration")
        db.execute("UPDATE day SET zone = NULL")
    poorer = BRANCH
    for table, id in (("tiers", "gold"), ("services", "fx"), ("counters", "1")):
        poorer = without(poorer, table, id)
    life.config = poorer
    life.open()
    assert life.runtime._journal.misfits == []
    assert len(life.hall()["tickets"]) == 2
    life.desk.finish(counter="1")
    assert len(called_at(life, "2")) == 1


def test_a_configuration_of_another_version_is_read_as_far_as_it_goes() -> None:
    data = to_json(BRANCH)
    data["tiers"][0]["colour"] = "gold"
    data["weather"] = {"id": "fine"}
    del data["rules"]["recall_max"]
    assert to_json(from_json(data)) == to_json(BRANCH)


def test_a_configuration_that_makes_no_branch_is_passed_over(tmp_path: Path) -> None:
    life = Life(tmp_path)
    life.desk.issue("cash")
    life.restart(without(BRANCH, "counters", "4"))
    life.desk.issue("cash")
    life.runtime.close()
    rewrite(
        tmp_path / DATABASE,
        lambda kind, data: {"configuration": {}} if kind == "BranchConfigured" else data,
    )
    life.open()
    assert [misfit.kind for misfit in life.runtime._journal.misfits] == ["BranchConfigured"]
    assert [one["number"] for one in life.hall()["tickets"]] == ["A001", "A002"]
    assert not any(life.runtime._journal.rebuild(life.config).values())
    life.runtime.close()
