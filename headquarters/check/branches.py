"""Branches that need somebody: silent, never heard of, off the clock, or with an alarm."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg

from headquarters.check.database import opened
from headquarters.check.finding import Finding, Findings, Grade, Say, listed
from headquarters.config import Headquarters
from headquarters.journal.judging import AlarmKind
from lobby.texts import Text

ALARMS = {
    AlarmKind.GAP: Text(
        "events are missing here of {codes}: their shippers send them when they ask; if it stays so, the journal there "
        "lacks what they follow: lobby check at the branch, then lobby restore of its newest sound backup"
    ),
    AlarmKind.SECOND_WRITER: Text(
        "two computers write the journal of {codes}: switch one of them off; what it wrote is in the table quarantine"
    ),
    AlarmKind.SUPERSEDED: Text(
        "another journal is running at {codes}: an old copy, to be switched off, or one that a slow clock gave too low "
        "a number; lobby hq journal list shows what it wrote, and adopt lets it go on"
    ),
    AlarmKind.ALTERED: Text(
        "events of {codes} do not fit their hash: find out who changed the journal, with lobby check at the branch"
    ),
    AlarmKind.UNREADABLE: Text(
        "messages of {codes} are no events: see which program sends them, and its version"
    ),
    AlarmKind.UNKNOWN_BRANCH: Text(
        "the configuration does not list {codes}: add them, or revoke them"
    ),
    AlarmKind.RESTARTED: Text(
        "{codes} began a new journal and lost its former one: lobby restore at the branch, if a backup is there"
    ),
    AlarmKind.ORDER_LATE: Text(
        "work orders of {codes} are overdue: see what stands first on the page of instructions"
    ),
    AlarmKind.NOT_DERIVED: Text(
        "the tables of {codes} do not go on: the log of headquarters says why; lobby hq rebuild after its repair"
    ),
}
ASKED = """
    SELECT branch.code, snapshot.received_at, snapshot.clock_off_s
    FROM branch LEFT JOIN snapshot ON snapshot.branch = branch.code
"""


def findings(headquarters: Headquarters, now: datetime, say: Say) -> Findings:
    """None where the database does not answer or has no tables, which is a finding of its own."""
    try:
        with opened(headquarters) as db:
            branches = db.execute(ASKED).fetchall()
            alarms = db.execute(
                "SELECT kind, branch FROM alarm WHERE cleared_at IS NULL"
            ).fetchall()
    except psycopg.Error:
        return
    heard = {code: at for code, at, _ in branches}
    off = {code: off for code, _, off in branches}
    yield Finding("branches", Grade.OK, str(len(heard)))
    present = _present(headquarters, now)
    here = {code: at for code, at in heard.items() if present is None or code in present}
    yield from _silent(headquarters, here, now, say)
    yield from _never(heard, present or set(), say)
    yield from _out_of_days(headquarters, heard, now, say)
    yield from _off_the_clock(headquarters, off, say)
    yield from _alarms(alarms, say)


def _silent(
    headquarters: Headquarters, heard: dict[str, datetime | None], now: datetime, say: Say
) -> Findings:
    limit = now - timedelta(seconds=headquarters.limits.silent_s)
    silent = [code for code, at in heard.items() if at is None or at < limit]
    if len(silent) == len(heard) > 1:
        all_silent = Text(
            "no branch was heard for {seconds} s: see whether lobby hq ingest runs",
            seconds=headquarters.limits.silent_s,
        )
        yield Finding("branches", Grade.WARN, say(all_silent))
    elif silent:
        some = Text(
            "silent for {seconds} s: {codes}; see the line, lobby ship, and whether the branch itself runs",
            seconds=headquarters.limits.silent_s,
            codes=listed(silent),
        )
        yield Finding("branches", Grade.WARN, say(some))


def _present(headquarters: Headquarters, now: datetime) -> set[str] | None:
    """The branches of today's tree; None without a tree, which has all that send."""
    if not headquarters.branches:
        return None
    today = now.astimezone(headquarters.zone).date()
    return {code for code in headquarters.codes if headquarters.outlet(code, today)}


def _never(heard: dict[str, datetime | None], present: set[str], say: Say) -> Findings:
    if never := present - heard.keys():
        unheard = Text(
            "never heard of: {codes}; start lobby ship there, or correct their codes",
            codes=listed(never),
        )
        yield Finding("branches", Grade.WARN, say(unheard))


def _out_of_days(
    headquarters: Headquarters, heard: dict[str, datetime | None], now: datetime, say: Say
) -> Findings:
    """They send, and no page shows them."""
    limit = now - timedelta(seconds=headquarters.limits.silent_s)
    present = _present(headquarters, now)
    sending = {code for code, at in heard.items() if at is not None and at >= limit}
    if present is not None and (out := (sending & headquarters.codes) - present):
        unseen = Text(
            "heard but on no page, since today is not among their days: {codes}; correct from or until in hq.toml",
            codes=listed(out),
        )
        yield Finding("branches", Grade.WARN, say(unseen))


def _off_the_clock(headquarters: Headquarters, off: dict[str, float | None], say: Say) -> Findings:
    limit = headquarters.limits.clock_s
    wrong = [f"{code} ({s:+.0f} s)" for code, s in off.items() if s is not None and abs(s) > limit]
    if wrong:
        apart = Text(
            "clocks are wrong at {codes}: these branches are left out of comparisons; set their time server",
            codes=listed(wrong),
        )
        yield Finding("clocks", Grade.WARN, say(apart))


def _alarms(alarms: list[tuple[str, str]], say: Say) -> Findings:
    for kind, sentence in ALARMS.items():
        codes = {code for found, code in alarms if found == kind}
        if codes:
            yield Finding(kind, Grade.WARN, say(sentence.with_(codes=listed(codes))))
    for unknown in sorted({found for found, _ in alarms} - set(ALARMS)):
        codes = {code for found, code in alarms if found == unknown}
        yield Finding(unknown, Grade.WARN, listed(codes))
