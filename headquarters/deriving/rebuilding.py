"""`lobby hq rebuild`: the derived tables of branches made again, beside the process that derives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing

from headquarters.config import Headquarters
from headquarters.deriving.deriver import Deriver
from headquarters.tables import migrate
from lobby.errors import NotFound


def rebuilt(config: Headquarters, branch: str | None) -> Iterator[tuple[str, dict[str, int]]]:
    """Each branch, or one, with how many rows of each table differed. Raises NotFound for an unknown one."""
    migrate(config.engines.database)
    with closing(Deriver(config)) as deriver:
        codes = [code for (code,) in deriver.db.execute("SELECT code FROM branch ORDER BY code")]
        if branch is not None and branch not in codes:
            raise NotFound("unknown_branch", id=branch)
        for code in codes if branch is None else [branch]:
            yield code, deriver.rebuild(code)


def said(differing: Mapping[str, Mapping[str, int]]) -> str:
    """A line for each branch."""
    lines = [f"{code}: {_tables(tables) or 'no row'} differed" for code, tables in differing.items()]
    return "\n".join(lines) or "no branch has sent anything"


def _tables(tables: Mapping[str, int]) -> str:
    return ", ".join(f"{table} {n}" for table, n in tables.items() if n)
