"""What came before its turn is over: the journal came without it, or passed it by. Nothing of it is lost, and nothing
of it counts any more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random

import pytest
from raw_rows import Row, take_in
from test_early import CODE, DATA, LAST, configured, count, opening, send_early
from test_early import deriver as deriver
from test_early import hq as hq
from test_early import journal as journal
from test_early import store as store

from headquarters import config as settings
from headquarters.deriving.deriver import Deriver
from headquarters.journal.store import Store
from headquarters.reports.reports import report
from integrations.messages import messages
from lobby.events.batch import Batch, unpacked
from lobby.events.envelope import BEGINNING, EPOCH, SEQ, chained

MOST_B = 10_000


@pytest.fixture
def first(journal: list[Row]) -> int:
    return opening(journal)


def forked(rows: Sequence[Row], fork: int) -> list[Row]:
    """The journal of a computer that was restored to the events before `fork`."""
    parent = rows[fork - 1]
    data = {
        "reason": "restored",
        "parent_epoch": parent[EPOCH],
        "parent_seq": parent[SEQ],
        "parent_hash": parent[-1],
    }
    place = (CODE, parent[EPOCH] + 1, parent[SEQ] + 1, parent[3])
    first = (*place, "JournalForked", 1, None, None, "system", json.dumps(data))
    return [*rows[:fork], *chained([first], parent[-1])]


def days(store: Store) -> list[str]:
    return [day for (day,) in store.db.execute("SELECT day FROM figures ORDER BY day").fetchall()]


def derive(deriver: Deriver) -> None:
    while deriver.round(60):
        pass
    deriver.figures.round(60)


def test_what_a_restored_journal_does_not_have_is_kept_aside_and_counts_no_more(
    hq: settings.Headquarters, store: Store, deriver: Deriver, journal: list[Row], first: int
) -> None:
    """The backup was older than the run, and the restored journal is too short to send anything before its turn."""
    send_early(store, journal, first)
    derive(deriver)
    assert str(LAST) in days(store)
    restored = forked(journal, first - 200)
    take_in(hq.engines.database, restored)
    derive(deriver)
    assert count(store, "early") == 0
    hashes = store.db.execute("SELECT hash FROM quarantine ORDER BY seq").fetchall()
    assert [hash for (hash,) in hashes] == [row[-1] for row in journal[first:]]
    assert count(store, "alarm") == 0, "nobody has to switch anything off"
    opened = store.db.execute("SELECT DISTINCT day FROM day ORDER BY day").fetchall()
    assert days(store) == [day for (day,) in opened]


def test_a_clone_that_is_not_heard_of_again_is_not_waited_for(
    hq: settings.Headquarters, store: Store, deriver: Deriver, journal: list[Row], first: int
) -> None:
    """Its epoch is above the branch's."""
    fork = first + 20
    send_early(store, forked(journal, fork), first)
    take_in(hq.engines.database, journal)
    derive(deriver)
    assert count(store, "early") == 0
    assert count(store, "quarantine") == 1, "what the journal has is nowhere twice"
    assert report(store.db, hq, "day", LAST)["completeness"]["complete"]


def test_figures_made_before_their_turn_are_not_whole_until_they_are_made_again(
    hq: settings.Headquarters, store: Store, deriver: Deriver, journal: list[Row], first: int
) -> None:
    """Those of years may be due before them."""
    send_early(store, journal, first)
    derive(deriver)
    take_in(hq.engines.database, journal)
    while deriver.advance(CODE):
        pass
    assert count(store, "early") == 0
    waiting = report(store.db, hq, "day", LAST)["completeness"]
    assert [one["branch"] for one in waiting["missing"]] == [CODE]
    assert not waiting["complete"]
    derive(deriver)
    assert report(store.db, hq, "day", LAST)["completeness"]["complete"]


def test_the_configuration_is_not_given_back_as_if_the_run_followed_it(
    store: Store, journal: list[Row], first: int
) -> None:
    """A backup may end right before it, and the years between would be left out."""
    send_early(store, journal, first)
    begun = configured(journal, first)
    assert begun[SEQ] == 1
    assert store.rows_after(CODE, 0, BEGINNING.hash, 100) == [begun]


def test_a_configuration_that_is_too_large_keeps_no_day_back(
    journal: list[Row], first: int
) -> None:
    """The line would end with a message that the server refuses, and begin anew with it."""
    noise = Random(1).randbytes(MOST_B).hex()
    large = (*configured(journal, first)[:DATA], json.dumps({"noise": noise}), "0" * 64)
    batch = Batch(CODE, journal[first - 1][-1], journal[first : first + 4], [large])
    sent = [*messages(batch, MOST_B)]
    assert max(map(len, sent)) <= MOST_B
    assert [row[SEQ] for one in sent for row in unpacked(CODE, one).rows] == [
        row[SEQ] for row in journal[first : first + 4]
    ]
