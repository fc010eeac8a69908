"""Whether what is taken in becomes tables and figures: a journal that grows while its tables stand still."""

from __future__ import annotations

import psycopg

from headquarters.check.database import lasting, opened
from headquarters.check.finding import Finding, Findings, Grade, Say, listed
from headquarters.config import Headquarters
from headquarters.deriving.deriver import BRANCH_LOCK
from headquarters.journal.judging import AlarmKind
from lobby.texts import Text

STAND_S = 15.0
"""A deriver looks every second, and a branch after a quiet night is derived at once."""
LATE = "10 minutes"
DUE = f"""
    SELECT code, derived_epoch, derived_seq, coalesce(derived_at < now() - interval '{LATE}', true)
    FROM branch WHERE seq > 0 AND (derived_epoch, derived_seq) <> (epoch, seq)
    AND NOT EXISTS (SELECT FROM alarm WHERE branch = code AND kind = %s AND cleared_at IS NULL)
"""
"""An alarm that a branch is not derived is told as such."""
IN_HAND = """
    SELECT code FROM branch JOIN pg_locks ON classid = %s AND objid::bigint = hashtext(code) & 4294967295
    JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND state_change > now() - interval '15 minutes'
"""
"""Branches that are being derived: a rebuild of years is one transaction, whose questions follow one another."""
Points = dict[str, tuple[int, int, bool]]
"""By branch, the event up to which its tables are, and whether they have not moved for LATE."""


def findings(headquarters: Headquarters, say: Say) -> Findings:
    """None where the database does not answer or has no tables, which is a finding of its own."""
    try:
        with opened(headquarters) as db:
            due = _due(db)
            still = lasting(lambda: _unmoved(due, _due(db)), STAND_S)
            in_hand = {code for (code,) in db.execute(IN_HAND, [BRANCH_LOCK]).fetchall()}
    except psycopg.Error:
        return
    late = [code for code, (*_, is_late) in still.items() if is_late and code not in in_hand]
    if due and len(still) == len(due) and not in_hand:
        none = Text(
            "events come in and no table goes on: {codes} wait; see what the log of lobby hq ingest says of the "
            "process that derives, which it starts and watches",
            codes=listed(still),
        )
        yield Finding("deriving", Grade.FAIL, say(none))
    elif late:
        some = Text(
            "the tables of {codes} have stood still for ten minutes while others go on: see whether every part of "
            "lobby hq ingest runs, and what its log says",
            codes=listed(late),
        )
        yield Finding("deriving", Grade.WARN, say(some))
    else:
        yield Finding("deriving", Grade.OK, say(Text("tables follow what is taken in")))


def _due(db: psycopg.Connection) -> Points:
    return {
        code: (epoch, seq, is_late)
        for code, epoch, seq, is_late in db.execute(DUE.encode(), [AlarmKind.NOT_DERIVED])
    }


def _unmoved(before: Points, now: Points) -> Points:
    return {code: point for code, point in now.items() if before.get(code, ())[:2] == point[:2]}
