"""What of the events that reach headquarters continues a branch's journal. Whatever is lost, repeated or late on the
way, and whoever else writes: headquarters has each event once and no gap."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from zlib import compress

import pytest
from conftest import examples
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from headquarters.journal.judging import AlarmKind, Judge
from lobby.events.batch import CARRIED, Batch, packed, unpacked
from lobby.events.envelope import BEGINNING, EPOCH, SEQ, End, Row, chained
from lobby.journal.outbox import Span, missing

BRANCH = "4403"
AT = "2026-03-02T01:00:00.000000+00:00"
HASH = -1


def event(epoch: int, seq: int, kind: str = "TicketCalled", data: str = "{}") -> Row:
    return (BRANCH, epoch, seq, AT, kind, 1, None, None, "teller", data)


@dataclass
class Journal:
    """A branch's journal, that grows, is restored from a backup, or is written on by a second computer."""

    rows: list[Row] = field(default_factory=list)
    epoch: int = 100

    def grow(self, n: int) -> None:
        first = len(self.rows) + 1
        fresh = [event(self.epoch, seq) for seq in range(first, first + n)]
        self.rows += chained(fresh, self.hash_before(first))

    def hash_before(self, seq: int) -> str:
        return self.rows[seq - 2][HASH] if seq > 1 else BEGINNING.hash

    def restore(self, seq: int) -> None:
        """The backup ended at `seq`; what came after is lost here."""
        del self.rows[seq:]
        self.epoch += 1
        parent = self.rows[-1] if self.rows else None
        data = {
            "parent_epoch": parent[EPOCH] if parent else 1,
            "parent_seq": len(self.rows),
            "parent_hash": self.hash_before(len(self.rows) + 1),
            "reason": "restored",
        }
        fork = event(self.epoch, len(self.rows) + 1, "JournalForked", json.dumps(data))
        self.rows += chained([fork], self.hash_before(len(self.rows) + 1))

    def batch(self, first: int, last: int) -> Batch:
        return Batch(BRANCH, self.hash_before(first), self.rows[first - 1 : last])

    def spans(self) -> list[Span]:
        spans: dict[int, Span] = {}
        for row in self.rows:
            first = spans[row[EPOCH]].first if row[EPOCH] in spans else row[SEQ]
            spans[row[EPOCH]] = Span(row[EPOCH], first, row[SEQ], row[HASH])
        return [*spans.values()]


@dataclass
class Database:
    """What headquarters has, by its primary key."""

    rows: dict[tuple[int, int], Row] = field(default_factory=dict)
    ends: dict[int, End] = field(default_factory=dict)
    alarms: list[AlarmKind] = field(default_factory=list)

    def take(self, *batches: Batch) -> Judge:
        judge = Judge({BRANCH: dict(self.ends)}, self._hash_at)
        for batch in batches:
            judge.judge(batch)
        for row in judge.rows:
            place = (row[EPOCH], row[SEQ])
            assert place not in self.rows, "stored twice"
            self.rows[place] = row
        self.ends = judge.ends[BRANCH]
        self.alarms = [alarm.kind for alarm in judge.alarms]
        return judge

    def _hash_at(self, branch: str, epoch: int, seq: int) -> str | None:
        row = self.rows.get((epoch, seq))
        return row[HASH] if row else None

    def has_no_gap(self) -> bool:
        for epoch, end in self.ends.items():
            seqs = sorted(seq for of, seq in self.rows if of == epoch)
            if seqs != [*range(seqs[0], end.seq + 1)]:
                return False
        return True


def ship(journal: Journal, database: Database) -> None:
    """As the shipper does it: what is missing, in order."""
    while first := missing(journal.spans(), database.ends.values()):
        database.take(journal.batch(first, min(first + 3, len(journal.rows))))


acts = st.one_of(
    st.tuples(st.just("grow"), st.integers(1, 9)),
    st.tuples(st.just("restore"), st.integers(0, 30)),
    st.tuples(st.just("send"), st.integers(1, 30), st.integers(0, 9)),
    st.tuples(st.just("resend"), st.integers(0, 30)),
    st.tuples(st.just("ship")),
)


@examples(200)
@given(st.lists(acts, max_size=25))
def test_whatever_is_sent_everything_is_there_once_and_without_a_gap(
    plan: list[tuple[str, ...]],
) -> None:
    journal = Journal()
    database = Database()
    sent: list[Batch] = []
    journal.grow(1)
    for act, *numbers in plan:
        n, *more = [int(number) for number in numbers] or [0]
        if act == "grow":
            journal.grow(n)
        elif act == "restore":
            journal.restore(min(n, len(journal.rows)))
        elif act == "send" and n <= len(journal.rows):
            sent.append(journal.batch(n, min(n + more[0], len(journal.rows))))
            database.take(sent[-1])
        elif act == "resend" and sent:
            database.take(sent[n % len(sent)], sent[-1])
        elif act == "ship":
            ship(journal, database)
        assert database.has_no_gap()
    ship(journal, database)
    for row in journal.rows:
        assert database.rows[row[EPOCH], row[SEQ]] == row


def test_an_event_that_is_sent_twice_is_stored_once() -> None:
    journal, database = Journal(), Database()
    journal.grow(9)
    assert len(database.take(journal.batch(1, 6), journal.batch(1, 6)).rows) == 6
    judge = database.take(journal.batch(4, 9))
    assert [row[SEQ] for row in judge.rows] == [7, 8, 9]
    assert judge.repeated == 3
    assert database.alarms == []


def test_a_gap_is_told_and_nothing_of_it_is_stored() -> None:
    journal, database = Journal(), Database()
    journal.grow(9)
    database.take(journal.batch(1, 3))
    judge = database.take(journal.batch(6, 9))
    assert judge.rows == []
    assert database.alarms == [AlarmKind.GAP]
    assert dict(judge.alarms[0].detail) == {"epoch": 100, "seq": 6, "after": 3}


def test_the_tail_that_a_restore_took_away_stays() -> None:
    journal, database = Journal(), Database()
    journal.grow(9)
    ship(journal, database)
    lost = journal.rows[6:]
    journal.restore(6)
    journal.grow(2)
    ship(journal, database)
    assert database.alarms == []
    assert [database.rows[row[EPOCH], row[SEQ]] for row in lost] == lost
    assert [seq for epoch, seq in database.rows if epoch == 101] == [7, 8, 9]


def test_a_computer_that_goes_on_in_an_epoch_that_was_followed_is_put_aside() -> None:
    journal, database = Journal(), Database()
    journal.grow(5)
    clone = Journal([*journal.rows])
    ship(journal, database)
    clone.restore(5)
    ship(clone, database)
    journal.grow(2)
    for first, last in ((6, 6), (6, 7), (7, 7)):  # what is between is in quarantine, and no gap
        judge = database.take(journal.batch(first, last))
        assert judge.rows == []
        assert {why for _, why in judge.aside} == {AlarmKind.SUPERSEDED}
        assert database.alarms == [AlarmKind.SUPERSEDED]


@pytest.mark.parametrize("shared", [0, 1])
def test_a_second_writer_of_one_epoch_is_put_aside(shared: int) -> None:
    """A copied disk: both go on from the same event, with events of their own."""
    journal, database = Journal(), Database()
    journal.grow(5)
    clone = Journal([*journal.rows])
    journal.grow(3)
    clone.rows += chained([event(100, 6, "TicketStarted")], clone.rows[-1][HASH])
    clone.grow(4)
    ship(journal, database)
    judge = database.take(clone.batch(6 - shared, 9))
    assert judge.rows == []
    assert {why for _, why in judge.aside} == {AlarmKind.SECOND_WRITER}
    assert len(database.rows) == 8


def test_an_altered_event_is_told_and_the_ones_after_it_are_taken() -> None:
    journal, database = Journal(), Database()
    journal.grow(5)
    row = journal.rows[2]
    journal.rows[2] = (*row[:9], '{"altered": 1}', row[HASH])
    judge = database.take(journal.batch(1, 5))
    assert len(judge.rows) == 5
    assert database.alarms == [AlarmKind.ALTERED]
    assert dict(judge.alarms[0].detail) == {"epoch": 100, "seq": 3}


@pytest.mark.parametrize(
    "data",
    [
        '{"parent_epoch":Infinity,"parent_seq":0,"parent_hash":"","reason":"restored"}',
        '{"parent_epoch":1e30,"parent_seq":0,"parent_hash":"","reason":"restored"}',
        '{"parent_epoch":1,"parent_seq":0,"parent_hash":"","reason":"restored"}',
        "[" * 100_000,
    ],
)
def test_a_new_epoch_that_follows_nothing_is_a_gap(data: str) -> None:
    database = Database()
    fork = event(100, 5, "JournalForked", data)
    judge = database.take(Batch(BRANCH, BEGINNING.hash, [*chained([fork], BEGINNING.hash)]))
    assert judge.rows == []
    assert database.alarms == [AlarmKind.GAP]


def test_a_new_journal_of_a_branch_that_lost_everything_is_taken_and_told() -> None:
    journal, database = Journal(), Database()
    journal.grow(5)
    ship(journal, database)
    fresh = Journal(epoch=200)
    fresh.grow(3)
    database.take(fresh.batch(1, 3))
    assert database.alarms == [AlarmKind.RESTARTED]
    assert len(database.rows) == 8


rows = st.lists(
    st.tuples(
        st.just(BRANCH),
        st.integers(0, 2**63 - 1),
        st.integers(0, 2**63 - 1),
        *[st.text()] * 2,
        st.integers(0, 2**31 - 1),
        *[st.none() | st.text()] * 2,
        *[st.text()] * 3,
    ),
    min_size=1,
    max_size=5,
)


@given(rows, st.text())
def test_a_batch_comes_out_as_it_went_in(rows: list[Row], previous: str) -> None:
    batch = Batch(BRANCH, previous, rows)
    assert unpacked(BRANCH, packed(batch)) == batch


@given(st.binary(max_size=200))
def test_bytes_that_are_no_batch_are_refused(message: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        unpacked(BRANCH, message)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"columns": [], "rows": [], "previous": ""},
        {"columns": "x", "rows": 3, "previous": ""},
        {
            "columns": [
                "epoch",
                "seq",
                "at",
                "kind",
                "v",
                "ticket",
                "counter",
                "actor",
                "data",
                "hash",
            ],
            "rows": [["1", 1, "", "", 1, None, None, "", "", ""]],
            "previous": "",
        },
        {"columns": CARRIED, "rows": [[1, 1, "", "", 1, None, None, "", "", ""]], "previous": 5},
        {
            "columns": CARRIED,
            "rows": [[1, 1, "", "", 2**31, None, None, "", "", ""]],
            "previous": "",
        },
    ],
)
def test_a_document_that_is_no_batch_is_refused(document: object) -> None:

    with pytest.raises(ValueError):  # noqa: PT011
        unpacked(BRANCH, compress(to_json(document)))


def test_what_unpacks_to_more_than_any_batch_is_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        unpacked(BRANCH, compress(b'{"rows": [' + b" " * 70 * 2**20 + b"]}"))


def test_a_batch_of_a_newer_version_has_columns_that_are_passed_over() -> None:

    journal = Journal()
    journal.grow(2)
    columns = [
        "zone",
        "epoch",
        "seq",
        "at",
        "kind",
        "v",
        "ticket",
        "counter",
        "actor",
        "data",
        "hash",
    ]
    rows = [["Asia/Shanghai", *row[1:]] for row in journal.rows]
    message = {"schema": 2, "previous": BEGINNING.hash, "columns": columns, "rows": rows, "more": 1}
    assert unpacked(BRANCH, compress(to_json(message))) == journal.batch(1, 2)
