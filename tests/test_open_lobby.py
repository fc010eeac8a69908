"""A branch that cannot be opened lets everything go: the next try, with what was wrong put right, opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Clock

from app import open_lobby
from lobby.branch.model import Branch
from lobby.branch.rules import Directory
from lobby.engine.runtime import Damaged, open_branch


def with_unknown_second_factor(branch: Branch) -> Branch:
    return replace(branch, security=replace(branch.security, totp="sometimes"))


def with_odd_proxies(branch: Branch) -> Branch:
    return replace(branch, security=replace(branch.security, trusted_proxies=("nonsense",)))


@pytest.mark.parametrize("spoiled", [with_unknown_second_factor, with_odd_proxies])
def test_a_later_part_that_fails(
    branch: Branch, tmp_path: Path, spoiled: Callable[[Branch], Branch]
) -> None:
    with pytest.raises((KeyError, ValueError)) as failure:
        open_lobby(spoiled(branch), tmp_path, "http://x", loopback=True)
    open_lobby(branch, tmp_path, "http://x", loopback=True).close()
    assert failure.value


def test_accounts_that_are_damaged(branch: Branch, tmp_path: Path) -> None:
    (tmp_path / "access.db").write_bytes(b"no database" * 1000)
    with pytest.raises(Exception, match="not a database") as failure:
        open_lobby(branch, tmp_path, "http://x", loopback=True)
    open_branch(branch, tmp_path, "http://x", Clock()).close()
    assert failure.value


def test_a_directory_that_cannot_be_read(branch: Branch, tmp_path: Path) -> None:
    absent = replace(branch, directory=Directory(file=str(tmp_path / "none.csv")))
    with pytest.raises((OSError, ValueError)) as failure:
        open_branch(absent, tmp_path, "http://x", Clock())
    open_branch(branch, tmp_path, "http://x", Clock()).close()
    assert failure.value


def test_keys_that_are_damaged(branch: Branch, tmp_path: Path) -> None:
    file = tmp_path / "subject-keys.db"
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(Damaged) as failure:
        open_branch(branch, tmp_path, "http://x", Clock())
    file.unlink()
    open_branch(branch, tmp_path, "http://x", Clock()).close()
    assert failure.value
