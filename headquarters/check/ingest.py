"""Whether somebody takes in what branches send, all of it."""

from __future__ import annotations

import time

import psycopg

from headquarters.check.database import CONNECT_S
from headquarters.check.finding import Finding, Findings, Grade, Say
from headquarters.config import Headquarters
from headquarters.ingest.sharing import vacant
from lobby.events.batch import PARTITIONS
from lobby.texts import Text

BEGIN_S = 15.0
"""An ingest that was started just now has its partitions by then."""
LOOK_S = 0.5


def findings(headquarters: Headquarters, say: Say) -> Findings:
    """None where the database does not answer, which is a finding of its own."""
    try:
        with psycopg.connect(
            headquarters.engines.database, connect_timeout=CONNECT_S, autocommit=True
        ) as db:
            left = _lasting_vacant(db)
    except psycopg.Error:
        return
    if not left:
        yield Finding("ingest", Grade.OK, say(Text("every branch has its lobby hq ingest")))
    elif len(left) == PARTITIONS:
        none = Text(
            "no lobby hq ingest runs: start it; meanwhile the branches keep what they have, and only the last words of "
            "their lobbies are missing"
        )
        yield Finding("ingest", Grade.FAIL, say(none))
    else:
        some = Text(
            "{n} of {of} partitions of the branches are taken in by nobody: start lobby hq ingest for every --part",
            n=len(left),
            of=PARTITIONS,
        )
        yield Finding("ingest", Grade.FAIL, say(some))


def _lasting_vacant(db: psycopg.Connection) -> list[int]:
    deadline = time.monotonic() + BEGIN_S
    while (left := vacant(db)) and time.monotonic() < deadline:
        time.sleep(LOOK_S)
    return left
