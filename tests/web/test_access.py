"""Accounts and tokens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from web.access import DEMO_PASSWORD, Access


@pytest.fixture
def access(tmp_path: Path) -> Iterator[Access]:
    opened = Access(tmp_path)
    yield opened
    opened.close()


def test_a_password_lets_its_owner_in_and_nobody_else(access: Access) -> None:
    access.create_account("li", "a long password", "teller", "2")
    found = access.check_password("li", "a long password")
    assert found is not None
    assert (found.role, found.counter) == ("teller", "2")
    assert access.check_password("li", "another") is None
    assert access.check_password("wang", "a long password") is None


def test_the_demos_password_opens_no_real_branch(access: Access) -> None:
    access.create_demo_accounts(("1",))
    access.create_account("li", "a long password", "manager")
    assert access.check_password("manager", DEMO_PASSWORD)
    access.drop_demo_accounts()
    assert access.check_password("manager", DEMO_PASSWORD) is None
    assert access.account("li")


def test_a_token_made_by_another_process_is_known_at_once(access: Access, tmp_path: Path) -> None:
    other = Access(tmp_path)
    token = other.create_token("kiosk")
    other.close()
    found = access.principal_for_token(token)
    assert found is not None
    assert found.role == "kiosk"
    assert access.principal_for_token(token + "x") is None


def test_an_unknown_role_is_refused(access: Access) -> None:
    with pytest.raises(ValueError, match="emperor"):
        access.create_token("emperor")
