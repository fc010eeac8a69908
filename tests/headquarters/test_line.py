"""Which events of a branch stand, and in which order they are derived."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from headquarters.deriving.line import Epoch, line_of, lines_of
from headquarters.journal.tables import migrate
from headquarters.journal.timelines import Timeline, stands_until


@pytest.fixture
def db(database: str) -> Iterator[Any]:
    migrate(database)
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def epochs(db: Any, *rows: tuple[int, int, int, int | None, int | None]) -> None:
    """Of branch A1: epoch, first and last `seq`, parent epoch, kept until."""
    db.execute("INSERT INTO branch (code) VALUES ('A1')")
    for epoch, first, last, parent, kept in rows:
        db.execute(
            "INSERT INTO epoch (branch, epoch, first_seq, last_seq, last_hash, parent_epoch, kept_until, reason)"
            " VALUES ('A1', %s, %s, %s, '', %s, %s, '')",
            [epoch, first, last, parent, kept],
        )


def derived(db: Any, epoch: int, seq: int) -> None:
    db.execute("UPDATE branch SET derived_epoch = %s, derived_seq = %s", [epoch, seq])


def test_a_branch_without_events_has_no_line(db: Any) -> None:
    assert lines_of(db, "A1") == []
    assert line_of(db, "A1") is None


def test_a_restore_goes_on_where_the_backup_ended(db: Any) -> None:
    epochs(db, (1, 1, 100, None, 80), (2, 81, 120, 1, None))
    (line,) = lines_of(db, "A1")
    assert line.epochs == (Epoch(1, 1, 80), Epoch(2, 81, 120))
    assert [line.epoch_of(seq) for seq in (0, 80, 81, 120, 121)] == [0, 1, 2, 2, 0]
    assert line.is_new
    assert not line.forked


@pytest.mark.parametrize(
    ("cursor", "forked", "due"),
    [
        ((1, 80), False, True),
        ((1, 81), True, True),
        ((2, 100), False, True),
        ((2, 120), False, False),
    ],
)
def test_what_was_derived_of_the_tail_is_seen(
    db: Any, cursor: tuple[int, int], forked: bool, due: bool
) -> None:
    epochs(db, (1, 1, 100, None, 80), (2, 81, 120, 1, None))
    derived(db, *cursor)
    (line,) = lines_of(db, "A1")
    assert (line.forked, line.is_due) == (forked, due)


def test_an_epoch_of_which_nothing_stands_is_left_out(db: Any) -> None:
    epochs(db, (1, 1, 100, None, 50), (2, 81, 120, 1, 50), (3, 51, 60, 1, None))
    (line,) = lines_of(db, "A1")
    assert line.epochs == (Epoch(1, 1, 50), Epoch(3, 51, 60))


def test_a_lost_journal_and_the_next_one_are_two(db: Any) -> None:
    epochs(db, (1, 1, 100, None, None), (2, 1, 30, None, None))
    derived(db, 1, 70)
    lost, anew = lines_of(db, "A1")
    assert (lost.derived, lost.is_due, anew.derived, anew.is_new) == ((1, 70), True, (0, 0), True)
    assert line_of(db, "A1") == lost
    derived(db, 1, 100)
    due = line_of(db, "A1")
    assert due
    assert (due.journal, due.is_new, due.cursor) == (2, True, (1, 100))
    derived(db, 2, 30)
    assert line_of(db, "A1") is None


def test_a_lost_journal_that_is_found_again_goes_on_last(db: Any) -> None:
    """A backup of the lost journal was restored after the branch had begun another one."""
    epochs(db, (1, 1, 100, None, 50), (2, 1, 30, None, 50), (3, 51, 60, 1, None))
    derived(db, 2, 30)
    other, found = lines_of(db, "A1")
    assert (other.journal, other.epochs, other.is_due) == (2, (Epoch(2, 1, 30),), False)
    assert (found.journal, found.epochs) == (1, (Epoch(1, 1, 50), Epoch(3, 51, 60)))
    assert found.is_new


FIRST = Timeline(1, 1, None, None)


@pytest.mark.parametrize(
    ("timelines", "kept"),
    [
        pytest.param([FIRST], {1: None}, id="a journal"),
        pytest.param([FIRST, Timeline(2, 81, 1, 80)], {1: 80, 2: None}, id="restored"),
        pytest.param(
            [FIRST, Timeline(2, 81, 1, 80), Timeline(3, 51, 1, 50)],
            {1: 50, 2: 80, 3: None},
            id="restored to an older backup",
        ),
        pytest.param(
            [FIRST, Timeline(2, 81, 1, 80), Timeline(3, 101, 1, 100)],
            {1: 100, 2: 80, 3: None},
            id="the database from before the restore was put back",
        ),
        pytest.param(
            [FIRST, Timeline(2, 1, None, None), Timeline(3, 21, 2, 20)],
            {2: 20, 3: None},
            id="another journal was lost before",
        ),
    ],
)
def test_what_stands_is_on_the_way_to_the_newest_epoch(
    timelines: list[Timeline], kept: dict[int, int | None]
) -> None:
    assert stands_until(timelines, timelines[-1].epoch) == kept
