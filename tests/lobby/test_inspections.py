"""Looking at the standards: who marks, what both stand by, what is put right, and what the journal keeps of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import CONFIG, Clock, Desk, examples, lived
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lobby import events as ev
from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.commands.base import Who
from lobby.engine.runtime import DATABASE, BranchRuntime, open_branch
from lobby.errors import Conflict, Invalid, NotFound
from lobby.events.inspection import Occasion, Side, Verdict
from lobby.journal.history import reader
from lobby.standards.model import Module
from lobby.state.inspection import InspectedItem, Inspection

ANNA = Who("manager", "manager", "A1")
WANG = Who("head", "head", "W2")


class Meetings:
    """Inspections of a branch, as its surfaces ask for them."""

    def __init__(self, runtime: BranchRuntime) -> None:
        self.runtime = runtime

    def do(self, command: Callable[..., Any], *args: Any) -> Any:
        return self.runtime.writer.do("test", command, *args).data

    def begin(self, occasion: Occasion = Occasion.MEETING, *modules: Module) -> str:
        args = (occasion, self.runtime.standards, ANNA, modules)
        id: str = self.do(self.runtime.commands.begin_inspection, *args)["inspection"]["id"]
        return id

    def state(self, id: str) -> Inspection:
        with self.runtime.writer.published() as state:
            return state.quality.inspections[id]

    def item(self, id: str, item: str) -> InspectedItem:
        current = self.state(id).item(item)
        assert current
        return current

    def mark(
        self,
        id: str,
        item: str,
        by: str = "A1",
        side: Side = Side.SELF,
        verdict: Verdict = Verdict.KEPT,
        **more: str,
    ) -> None:
        fact = ev.ItemMarked(
            inspection=id, item=item, side=side, verdict=verdict, marked_by=by, **more
        )
        self.do(self.runtime.commands.mark_item, fact, ANNA)

    def agree(self, id: str, item: str, verdict: Verdict, **more: str) -> None:
        self.do(self.runtime.commands.agree_item, ev.ItemAgreed(id, item, verdict, "A1", **more))

    def note(
        self, id: str, item: str, owner: str, due: str, text: str = "", who: Who = ANNA
    ) -> None:
        fact = ev.FindingNoted(id, item, owner, due, text)
        self.do(self.runtime.commands.note_finding, fact, who)

    def settle(self, id: str, item: str, by: str) -> None:
        fact = ev.FindingSettled(id, item, by)
        self.do(self.runtime.commands.settle_finding, fact, Who(by, "manager", by))

    def end(self, id: str, who: Who = ANNA) -> None:
        self.do(self.runtime.commands.end_inspection, id, who)


@pytest.fixture
def meetings(runtime: BranchRuntime) -> Meetings:
    return Meetings(runtime)


def by_two(inspection: Inspection) -> str:
    return next(item.id for item in inspection.items if len(item.sides) == 2)


def test_a_day_has_one_meeting_of_twelve_and_one_round_of_what_is_due(
    meetings: Meetings, clock: Clock
) -> None:
    meeting = meetings.state(meetings.begin())
    assert len(meeting.items) == 12
    assert Module.PREMISES not in {item.module for item in meeting.items}
    assert meetings.begin() == meeting.id
    first = meetings.state(meetings.begin(Occasion.ROUND))
    assert len(first.items) == 147, "nobody looked at anything yet"
    for item in first.items:
        meetings.mark(first.id, item.id)
    clock.forward(days=1)
    second = meetings.state(meetings.begin(Occasion.ROUND))
    assert len(second.items) == 30, "what is looked at every day"


def test_what_the_journal_proves_is_in_no_sample(meetings: Meetings) -> None:
    proved = {standard.id for standard in meetings.runtime.standards.proved}
    for occasion in Occasion:
        items = meetings.state(meetings.begin(occasion)).items
        assert not proved & {item.id for item in items}


def test_a_visit_looks_at_the_modules_that_are_named(meetings: Meetings) -> None:
    visit = meetings.state(meetings.begin(Occasion.VISIT, Module.TELLER))
    assert {item.module for item in visit.items} == {Module.TELLER}
    assert visit.id != meetings.begin(Occasion.VISIT)
    with pytest.raises(Invalid, match="not checked in that way"):
        meetings.mark(visit.id, visit.items[0].id)
    meetings.mark(visit.id, visit.items[0].id, side=Side.INSPECTOR)
    assert meetings.item(visit.id, visit.items[0].id).complete


def test_self_check_and_peer_check_are_by_two_persons(meetings: Meetings) -> None:
    id = meetings.begin()
    item = by_two(meetings.state(id))
    meetings.mark(id, item, "A1")
    with pytest.raises(Conflict, match="another person"):
        meetings.mark(id, item, "A1", Side.PEER)
    assert not meetings.item(id, item).complete
    meetings.mark(id, item, "B1", Side.PEER)
    assert meetings.item(id, item).verdict is Verdict.KEPT


def test_a_difference_is_talked_over_and_both_first_marks_stay(meetings: Meetings) -> None:
    id = meetings.begin()
    item = by_two(meetings.state(id))
    meetings.mark(id, item, "A1")
    with pytest.raises(Conflict, match="do not differ"):
        meetings.agree(id, item, Verdict.BROKEN)
    meetings.mark(id, item, "B1", Side.PEER, Verdict.BROKEN)
    assert meetings.item(id, item).differs
    meetings.agree(id, item, Verdict.BROKEN)
    assert meetings.item(id, item).verdict is Verdict.BROKEN
    row = the_row(meetings.runtime.data, id, item)
    assert (row["self_first"], row["peer_first"], row["verdict"]) == ("kept", "broken", "broken")


def test_a_correction_says_why_and_leaves_a_trace(meetings: Meetings) -> None:
    id = meetings.begin()
    item = meetings.state(id).items[0].id
    meetings.mark(id, item)
    with pytest.raises(Invalid, match="say why"):
        meetings.mark(id, item, verdict=Verdict.BROKEN)
    with pytest.raises(Conflict, match="only that person"):
        meetings.mark(id, item, "C1", verdict=Verdict.BROKEN, reason="看错了")
    meetings.end(id)
    meetings.mark(id, item, verdict=Verdict.BROKEN, reason="看错了")
    marks = meetings.item(id, item).marks
    assert [mark.verdict for mark in marks] == [Verdict.KEPT, Verdict.BROKEN]
    assert the_row(meetings.runtime.data, id, item)["looks"] == 2


def test_what_is_seen_after_the_end_has_an_owner_too(meetings: Meetings) -> None:
    """By a tablet that had no line, and in a talk that came later."""
    id = meetings.begin()
    first, second = [item.id for item in meetings.state(id).items if len(item.sides) == 2][:2]
    meetings.mark(id, first, verdict=Verdict.KEPT)
    meetings.mark(id, first, "B1", Side.PEER, Verdict.BROKEN)
    meetings.end(id)
    meetings.mark(id, second, verdict=Verdict.BROKEN)
    meetings.agree(id, first, Verdict.BROKEN)
    findings = [meetings.item(id, item).finding for item in (first, second)]
    assert [finding and finding.owner for finding in findings] == ["A1", "A1"]


def test_correcting_an_old_mark_is_no_new_look(meetings: Meetings, clock: Clock) -> None:
    old = meetings.begin(Occasion.ROUND)
    for item in meetings.state(old).items:
        meetings.mark(old, item.id)
    clock.forward(days=1)
    new = meetings.begin(Occasion.ROUND)
    item = meetings.state(new).items[0].id
    meetings.mark(new, item)
    meetings.mark(old, item, verdict=Verdict.BROKEN, reason="mistaken")
    with meetings.runtime.writer.published() as state:
        assert state.quality.last_looks[item] == "2026-03-03"


@pytest.mark.parametrize(("minutes", "told"), [(-7, -7), (-60, -30), (9, 0)])
def test_a_mark_that_waited_for_a_line_is_of_the_time_when_it_was_made(
    meetings: Meetings, clock: Clock, minutes: int, told: int
) -> None:
    """Never before the inspection, nor from a tablet's future."""
    id = meetings.begin()
    clock.forward(minutes=30)
    item = meetings.state(id).items[0].id
    in_shanghai = timezone(timedelta(hours=8))
    made_at = (clock() + timedelta(minutes=minutes)).astimezone(in_shanghai)
    meetings.mark(id, item, made_at=made_at.isoformat())
    (mark,) = meetings.item(id, item).marks
    assert mark.at == clock() + timedelta(minutes=told)


def test_the_end_says_what_was_left_out_and_gives_findings_an_owner(meetings: Meetings) -> None:
    id = meetings.begin()
    items = [item.id for item in meetings.state(id).items]
    alone = by_two(meetings.state(id))
    meetings.mark(id, alone, verdict=Verdict.BROKEN)
    meetings.mark(id, alone, "B1", Side.PEER, Verdict.BROKEN)
    disputed = next(
        item.id for item in meetings.state(id).items if item.id != alone and len(item.sides) == 2
    )
    meetings.mark(id, disputed)
    meetings.mark(id, disputed, "B1", Side.PEER, Verdict.BROKEN)
    meetings.end(id)
    ended = meetings.state(id)
    assert ended.left_out == tuple(item for item in items if item != alone)
    assert ended.differing == (disputed,)
    row = the_row(meetings.runtime.data, id, disputed)
    assert (row["left_out"], row["differing"]) == (1, 1)
    finding = meetings.item(id, alone).finding
    assert finding
    assert (finding.owner, finding.due) == ("A1", "2026-03-09"), "Monday in a week"


@pytest.mark.parametrize(
    ("minutes", "peer", "left_out", "differing"),
    [
        (-1, Verdict.KEPT, False, False),
        (-1, Verdict.BROKEN, True, True),
        (1, Verdict.KEPT, True, False),
    ],
)
def test_what_was_looked_at_before_the_end_is_not_left_out_when_the_line_comes_back(
    meetings: Meetings,
    clock: Clock,
    minutes: int,
    peer: Verdict,
    left_out: bool,
    differing: bool,
) -> None:
    id = meetings.begin()
    item = by_two(meetings.state(id))
    clock.forward(minutes=30)
    meetings.end(id)
    made_at = (clock() + timedelta(minutes=minutes)).isoformat()
    clock.forward(minutes=30)
    meetings.mark(id, item, made_at=made_at)
    meetings.mark(id, item, "B1", Side.PEER, peer, made_at=made_at)
    ended = meetings.state(id)
    assert (item in ended.left_out, item in ended.differing) == (left_out, differing)
    row = the_row(meetings.runtime.data, id, item)
    assert (row["left_out"], row["differing"]) == (left_out, differing)
    assert len(ended.left_out) == len(ended.items) - (not left_out)


@pytest.mark.parametrize(("minutes", "settled"), [(-1, True), (1, False)])
def test_what_was_agreed_before_the_end_is_not_in_dispute_when_the_line_comes_back(
    meetings: Meetings, clock: Clock, minutes: int, settled: bool
) -> None:
    id = meetings.begin()
    item = by_two(meetings.state(id))
    meetings.mark(id, item)
    meetings.mark(id, item, "B1", Side.PEER, Verdict.BROKEN)
    clock.forward(minutes=30)
    meetings.end(id)
    made_at = (clock() + timedelta(minutes=minutes)).isoformat()
    clock.forward(minutes=30)
    meetings.agree(id, item, Verdict.KEPT, made_at=made_at)
    ended = meetings.state(id)
    assert (item not in ended.left_out, item not in ended.differing) == (settled, settled)
    row = the_row(meetings.runtime.data, id, item)
    assert (row["left_out"], row["differing"]) == (not settled, not settled)


def test_what_nobody_ended_ends_with_the_day(meetings: Meetings, clock: Clock) -> None:
    id = meetings.begin()
    broken = by_two(meetings.state(id))
    meetings.mark(id, broken, verdict=Verdict.BROKEN)
    meetings.mark(id, broken, "B1", Side.PEER, Verdict.BROKEN)
    clock.forward(days=1)
    meetings.runtime.writer.pump()
    ended = meetings.state(id)
    assert ended.ended_at
    assert broken not in ended.left_out
    assert len(ended.left_out) == len(ended.items) - 1
    finding = meetings.item(id, broken).finding
    assert finding
    assert (finding.owner, finding.due) == ("A1", "2026-03-09"), "as if it had been ended"


def test_a_late_mark_gives_its_finding_to_whoever_ended_the_inspection(meetings: Meetings) -> None:
    id = meetings.begin()
    item = by_two(meetings.state(id))
    meetings.end(id)
    meetings.mark(id, item, "B1", Side.PEER, Verdict.BROKEN)
    meetings.mark(id, item, "A1", Side.SELF, Verdict.BROKEN)
    finding = meetings.item(id, item).finding
    assert finding
    assert finding.owner == "A1"


def test_a_finding_is_settled_by_another_than_its_owner(meetings: Meetings) -> None:
    id = meetings.begin()
    item = meetings.state(id).items[0].id
    with pytest.raises(Conflict, match="Nobody marked"):
        meetings.note(id, item, "C1", "2026-03-04")
    meetings.mark(id, item, verdict=Verdict.BROKEN)
    with pytest.raises(Invalid, match="The day is past"):
        meetings.note(id, item, "C1", "2026-03-01")
    meetings.note(id, item, "C1", "2026-03-04")
    with pytest.raises(Conflict, match="another person"):
        meetings.settle(id, item, "C1")
    meetings.settle(id, item, "D1")
    with pytest.raises(Conflict, match="no open finding"):
        meetings.settle(id, item, "D1")


def test_an_old_inspection_is_forgotten_but_not_its_open_finding(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    meetings = Meetings(runtime)
    with_finding, without = meetings.begin(), meetings.begin(Occasion.ROUND)
    item = meetings.state(with_finding).items[0].id
    meetings.mark(with_finding, item, verdict=Verdict.BROKEN, note="柜员王芳未戴工号牌")
    meetings.end(with_finding)
    runtime.close()
    clock.forward(days=20)
    again = open_branch(branch, tmp_path, "http://x", clock)
    Desk(again).open_counter(counter="1")
    meetings = Meetings(again)
    assert meetings.item(with_finding, item).finding
    with pytest.raises(KeyError):
        meetings.state(without)
    with pytest.raises(NotFound, match="no inspection"):
        meetings.end(without)
    assert again._journal.rebuild(branch)["inspection_item"] == 0
    again.close()


def test_words_are_sealed_and_erased_with_their_key(runtime: BranchRuntime, clock: Clock) -> None:
    meetings = Meetings(runtime)
    id = meetings.begin()
    item = meetings.state(id).items[0].id
    meetings.mark(id, item, verdict=Verdict.BROKEN, note="柜员王芳未戴工号牌")
    mark = meetings.item(id, item).marks[0]
    assert mark.note.startswith(f"sealed:1:inspection:{id}:")
    assert runtime.subject_keys.reveal(mark.note) == "柜员王芳未戴工号牌"
    with closing(reader(runtime.database)) as db:
        everything = json.dumps(db.execute("SELECT data FROM event").fetchall())
    assert "\\u738b\\u82b3" not in everything, "no name in clear"
    lived(runtime, clock, runtime.branch.privacy.keep_days + 1)
    assert runtime.erase_aged() == 1
    assert runtime.subject_keys.reveal(mark.note) == "erased"


def the_row(data: Path, inspection: str, item: str) -> dict[str, Any]:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        db.row_factory = sqlite3.Row
        query = "SELECT * FROM inspection_item WHERE id = ?"
        return dict(db.execute(query, [f"{inspection}/{item}"]).fetchone())


class MeetingMachine(RuleBasedStateMachine):
    """Whoever marks, corrects, agrees and ends in whatever order: marks are never lost, nobody checks oneself."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.branch = read_branch(CONFIG)
        runtime = open_branch(self.branch, Path(self.folder.name), "http://x", Clock())
        self.meetings = Meetings(runtime)
        self.id = self.meetings.begin()
        self.marks = 0

    @rule(
        n=st.integers(0, 11),
        by=st.sampled_from(["A1", "B1", "C1"]),
        side=st.sampled_from([Side.SELF, Side.PEER]),
        verdict=st.sampled_from(Verdict),
        reason=st.sampled_from(["", "看错了"]),
    )
    def mark(self, n: int, by: str, side: Side, verdict: Verdict, reason: str) -> None:
        item = self.meetings.state(self.id).items[n].id
        try:
            self.meetings.mark(self.id, item, by, side, verdict, reason=reason)
        except (Conflict, Invalid):
            return
        self.marks += 1

    @rule(n=st.integers(0, 11), verdict=st.sampled_from(Verdict))
    def agree(self, n: int, verdict: Verdict) -> None:
        item = self.meetings.state(self.id).items[n]
        if item.differs:
            self.meetings.agree(self.id, item.id, verdict)
            assert self.meetings.item(self.id, item.id).verdict is verdict

    @rule()
    def end(self) -> None:
        self.meetings.end(self.id)

    @invariant()
    def nothing_is_lost_and_nobody_checks_oneself(self) -> None:
        items = self.meetings.state(self.id).items
        assert sum(len(item.marks) for item in items) == self.marks
        for item in items:
            own, peer = item.mark(Side.SELF), item.mark(Side.PEER)
            assert own is None or peer is None or own.by != peer.by
            assert not (item.differs and item.complete)

    def teardown(self) -> None:
        if hasattr(self, "meetings"):
            runtime = self.meetings.runtime
            assert not any(runtime._journal.rebuild(self.branch).values())
            runtime.close()
            self.folder.cleanup()


TestMeeting = MeetingMachine.TestCase
TestMeeting.settings = examples(12)
