"""A database engine with the WAL-reset bug is run safely, not trusted."""

from __future__ import annotations

from pathlib import Path

import pytest

from lobby.journal import journal
from lobby.journal.journal import Journal


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ("3.40.1", "truncate"),
        ("3.44.6", "wal"),
        ("3.50.7", "wal"),
        ("3.51.2", "truncate"),
        ("3.51.3", "wal"),
    ],
)
def test_wal_is_used_only_where_it_is_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, mode: str
) -> None:
    monkeypatch.setattr(journal.sqlite3, "sqlite_version", version)
    opened = Journal(tmp_path / "lobby.db")
    assert opened.db.execute("PRAGMA journal_mode").fetchone()[0] == mode
    assert opened.db.execute("PRAGMA synchronous").fetchone()[0] == 2
    opened.close()
