"""`lobby hq rebuild`: the derived tables of branches made again, beside the process that derives."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

import psycopg

from headquarters.config import Headquarters
from headquarters.deriving.deriver import Deriver
from headquarters.journal.tables import migrate
from lobby.errors import NotFound


def rebuilt(config: Headquarters, branch: str | None) -> dict[str, dict[str, int]]:
    """Of each branch, or of one, how many rows of each table differed. Raises NotFound for an unknown one, and
    ConnectionError without the database."""
    try:
        migrate(config.engines.database)
        with closing(Deriver(config)) as deriver:
            return {code: deriver.rebuild(code) for code in _codes(deriver, branch)}
    except psycopg.OperationalError as error:
        raise ConnectionError(" ".join(str(error).split())) from error


def _codes(deriver: Deriver, branch: str | None) -> list[str]:
    known = deriver.db.execute("SELECT code FROM branch ORDER BY code").fetchall()
    codes = [code for (code,) in known if branch in (None, code)]
    if branch is not None and not codes:
        raise NotFound("unknown_branch", id=branch)
    return codes


def said(differing: Mapping[str, Mapping[str, int]]) -> str:
    """A line for each branch."""
    lines = [
        f"{code}: {_tables(tables) or 'no row'} differed" for code, tables in differing.items()
    ]
    return "\n".join(lines) or "no branch has sent anything"


def _tables(tables: Mapping[str, int]) -> str:
    return ", ".join(f"{table} {n}" for table, n in tables.items() if n)
