"""Whether somebody takes in what branches send, all of it."""

from __future__ import annotations

import psycopg

from headquarters.check.database import lasting, opened
from headquarters.check.finding import Finding, Findings, Grade, Say
from headquarters.config import Headquarters
from headquarters.ingest.sharing import vacant
from lobby.events.batch import PARTITIONS
from lobby.texts import Text

BEGIN_S = 15.0
"""An ingest that was started just now has its partitions by then."""


def findings(headquarters: Headquarters, say: Say) -> Findings:
    """None where the database does not answer, which is a finding of its own."""
    try:
        with opened(headquarters) as db:
            left = lasting(lambda: vacant(db), BEGIN_S)
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
