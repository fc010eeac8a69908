"""What came early ends with its journal, does not replace whole figures, and is never too much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from raw_rows import Row, take_in
from test_early import (
    CODE,
    KIND,
    LAST,
    PIECE,
    configured,
    count,
    derive,
    early,
    figures,
    opening,
    send_early,
)
from test_early import deriver as deriver
from test_early import hq as hq
from test_early import journal as journal
from test_early import store as store

from headquarters import config as settings
from headquarters.deriving.deriver import Deriver
from headquarters.journal import early as kept
from headquarters.journal.adopting import adopt
from headquarters.journal.store import Store
from lobby.events.batch import Batch
from lobby.events.envelope import BEGINNING, SEQ, chained


def of_epoch(rows: Sequence[Row], epoch: int, before: str = BEGINNING.hash) -> list[Row]:
    """The same events, as another journal has them."""
    return [*chained([(CODE, epoch, *row[2:-1]) for row in rows], before)]


# -- figures --------------------------------------------------------------------------------------------
def test_whole_figures_are_not_replaced_by_those_of_the_same_events(
    hq: settings.Headquarters, store: Store, deriver: Deriver, journal: list[Row]
) -> None:
    """After an upgrade tables are made again from the beginning."""
    take_in(hq.engines.database, journal)
    derive(deriver)
    whole = figures(store)[LAST.isoformat()]
    store.db.execute("UPDATE branch SET derived_epoch = 0, derived_seq = 0")
    store.db.execute("DELETE FROM day")
    send_early(store, journal, opening(journal))
    deriver._early.round(60)
    assert figures(store)[LAST.isoformat()] == whole


# -- what is lost and what stays --------------------------------------------------------------------------
def test_an_adopted_journal_is_not_kept_waiting_by_the_others_days(
    store: Store, deriver: Deriver, journal: list[Row]
) -> None:
    ours = of_epoch(journal[:100], 1000)
    other = of_epoch(journal, 2000)
    store.take([Batch(CODE, BEGINNING.hash, ours)])
    store.take([Batch(CODE, BEGINNING.hash, other[:50])])
    send_early(store, other, opening(other))
    store.take([Batch(CODE, ours[-1][-1], of_epoch(journal[:110], 1000)[100:])])
    adopt(store, CODE, 1000)
    derive(deriver)
    assert count(store, "early") == 0


# -- how much ---------------------------------------------------------------------------------------------
def test_no_beginning_has_more_than_a_run_may_have(
    store: Store, journal: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "EARLY_MAX", 100)
    first = opening(journal)
    store.take([early(journal, first, first + 200)])
    batch = early(journal, first, first + 10)
    store.take([replace(batch, early=[*journal[:5], configured(journal, first)])])
    assert count(store, "early") == 0


def test_a_run_that_is_full_goes_on_with_its_last_days(
    store: Store, journal: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The past may not come for weeks: a damaged journal has a gap."""
    opened = [n for n, row in enumerate(journal) if row[KIND] == "DayOpened"]
    monkeypatch.setattr(kept, "EARLY_MAX", opened[2] - opened[0] + 2 * PIECE)
    send_early(store, journal, opened[0])
    there = store.db.execute("SELECT seq, kind FROM early ORDER BY seq").fetchall()
    assert there[0][1] == "BranchConfigured"
    assert [seq for seq, _ in there[1:]] == [row[SEQ] for row in journal[opened[1] :]]
