"""The tables of headquarters in PostgreSQL. `journal` is the truth of all branches; `branch` and `epoch` say how far it
is; the derived ones can be made from it again.

A change of a table is a new entry of MIGRATIONS; a released one is never edited.
"""

from __future__ import annotations

import psycopg

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE journal (
        branch text NOT NULL,
        epoch bigint NOT NULL,
        seq bigint NOT NULL,
        at text NOT NULL,
        kind text NOT NULL,
        v integer NOT NULL,
        ticket text,
        counter text,
        actor text NOT NULL,
        data json NOT NULL,
        hash text NOT NULL,
        PRIMARY KEY (branch, epoch, seq)
    );

    -- How far each branch is here: the end of its newest epoch. `derived_*`: how far the derived tables are.
    CREATE TABLE branch (
        code text PRIMARY KEY,
        epoch bigint NOT NULL DEFAULT 0,
        seq bigint NOT NULL DEFAULT 0,
        hash text NOT NULL DEFAULT '',
        first_at timestamptz NOT NULL DEFAULT now(),
        taken_at timestamptz,
        derived_epoch bigint NOT NULL DEFAULT 0,
        derived_seq bigint NOT NULL DEFAULT 0
    );

    -- The epochs of each branch. What is after `kept_until` is the tail that a restore took away.
    CREATE TABLE epoch (
        branch text NOT NULL REFERENCES branch (code),
        epoch bigint NOT NULL,
        first_seq bigint NOT NULL,
        last_seq bigint NOT NULL,
        last_hash text NOT NULL,
        parent_epoch bigint,
        parent_seq bigint,
        reason text NOT NULL,
        kept_until bigint,
        announced_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch, epoch)
    );

    -- Rows that may not stand in the journal: of a second writer, or of an epoch that another one has followed.
    CREATE TABLE quarantine (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        branch text NOT NULL,
        epoch bigint NOT NULL,
        seq bigint NOT NULL,
        hash text NOT NULL,
        why text NOT NULL,
        event json NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (branch, epoch, seq, hash)
    );

    -- What somebody at headquarters has to see of a branch, until it is over.
    CREATE TABLE alarm (
        branch text NOT NULL,
        kind text NOT NULL,
        detail json NOT NULL,
        first_at timestamptz NOT NULL DEFAULT now(),
        last_at timestamptz NOT NULL DEFAULT now(),
        times bigint NOT NULL DEFAULT 1,
        cleared_at timestamptz,
        PRIMARY KEY (branch, kind)
    );

    -- The last word of each branch about its lobby. It comes again in seconds: it need not survive a crash.
    CREATE UNLOGGED TABLE snapshot (
        branch text PRIMARY KEY,
        received_at timestamptz NOT NULL,
        at timestamptz NOT NULL,
        clock_off_s double precision,
        document json NOT NULL
    ) WITH (fillfactor = 50);
    CREATE INDEX snapshot_received ON snapshot (received_at);
    """,
    """
    -- When the derived tables last went on, and the instant of the last event that they know.
    ALTER TABLE branch ADD COLUMN derived_at timestamptz;
    ALTER TABLE branch ADD COLUMN derived_until timestamptz;

    -- The version of each derived table: headquarters/deriving/nouns.py makes them.
    CREATE TABLE derived (name text PRIMARY KEY, version integer NOT NULL);

    -- Events that are kept and that no derived table has: of an unknown kind, or not to be read.
    CREATE TABLE parked (
        branch text NOT NULL,
        epoch bigint NOT NULL,
        seq bigint NOT NULL,
        kind text NOT NULL,
        v integer NOT NULL,
        why text NOT NULL,
        parked_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch, epoch, seq, why)
    );

    -- The parts of figures (lobby/reports/parts.py) of each branch's days. `until`: up to which instant they are;
    -- `closed`: the branch had closed the day by then.
    CREATE TABLE figures (
        branch text NOT NULL,
        day text COLLATE "C" NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        until timestamptz NOT NULL,
        closed boolean NOT NULL,
        document jsonb NOT NULL,
        histograms json NOT NULL,
        PRIMARY KEY (branch, day)
    );
    CREATE INDEX figures_day ON figures (day);

    -- The same of months, merged. `days`: the parts of each day that charts and comparisons need.
    CREATE TABLE figures_month (
        branch text NOT NULL,
        month text COLLATE "C" NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        until timestamptz NOT NULL,
        closed boolean NOT NULL,
        days jsonb NOT NULL,
        document jsonb NOT NULL,
        histograms json NOT NULL,
        PRIMARY KEY (branch, month)
    );
    CREATE INDEX figures_month_month ON figures_month (month);

    -- Days (2026-03-02) and months (2026-03) whose figures are to be made again.
    CREATE TABLE figures_due (
        branch text NOT NULL,
        period text COLLATE "C" NOT NULL,
        since timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch, period)
    );
    """,
    """
    -- What headquarters decided and sends down. `branches`: whom it is for; NULL: every branch. `signed` is the text
    -- that `signature` is of, and `hash` its SHA-256, which branches answer with; of a work order it is gone once the
    -- branch has it, and `document` keeps what is no personal data. What the branches did is in `received_instruction`.
    CREATE TABLE instruction (
        id bigint PRIMARY KEY,
        kind text NOT NULL,
        branches text[],
        document jsonb NOT NULL,
        signed text,
        signature text NOT NULL,
        hash text NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        made_by text NOT NULL,
        withdrawn_at timestamptz,
        erased_at timestamptz
    );
    """,
    """
    -- Epochs that somebody at headquarters lets go on although their numbers are below the newest one's: a journal that
    -- began on a computer whose clock was slow.
    CREATE TABLE adopted (
        branch text NOT NULL,
        epoch bigint NOT NULL,
        adopted_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (branch, epoch)
    );
    """,
    """
    -- Events of the journal that are in Parquet files too (archiving.py), and from `dropped_at` on there alone.
    CREATE TABLE archived (
        branch text NOT NULL,
        epoch bigint NOT NULL,
        first_seq bigint NOT NULL,
        last_seq bigint NOT NULL,
        month text COLLATE "C" NOT NULL,
        file text NOT NULL,
        archived_at timestamptz NOT NULL DEFAULT now(),
        dropped_at timestamptz,
        PRIMARY KEY (branch, epoch, first_seq)
    );
    """,
    """
    -- So many of the span's events are in the file: another file of that name has others. NULL: not known.
    ALTER TABLE archived ADD COLUMN events bigint;
    """,
    """
    -- Events of the last days, while those before them are still to come (headquarters/journal/early.py).
    CREATE TABLE early (LIKE journal, PRIMARY KEY (branch, seq));
    """,
)
LOCK = 0x4C6F626279
"""Two processes that start at once do not both make the tables ("Lobby")."""


def migrate(database_url: str) -> None:
    """Bring the tables up to date."""
    with psycopg.connect(database_url) as db:
        db.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        db.execute("CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY)")
        done = {row[0] for row in db.execute("SELECT number FROM migration").fetchall()}
        for number, statements in enumerate(MIGRATIONS, start=1):
            if number not in done:
                db.execute(statements)
                db.execute("INSERT INTO migration VALUES (%s)", [number])
