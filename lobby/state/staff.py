"""Who works in the branch, as the journal tells it: the register of staff, and the accounts that may sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lobby.branch.person import spelled


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """An account as it was left by the last change; `number` is its owner's staff number. `works`: it may sign in."""

    number: str
    works: bool


def left_by(
    accounts: Mapping[str, StaffAccount], registered: frozenset[str], ever: frozenset[str]
) -> frozenset[str]:
    """The names under which nobody works here any more: accounts that may not sign in, numbers that were in the
    register, and numbers all of whose accounts may not sign in. `registered` is the register, `ever` who was in it.
    Numbers compare as the register compares them, and are told in every spelling that it had."""
    working = {spelled(account.number) for account in accounts.values() if account.works}
    ended = {name: account for name, account in accounts.items() if not account.works}
    shut_out = {spelled(account.number) for account in ended.values()} - working - {""}
    gone = {spelled(number) for number in ever} - {spelled(number) for number in registered}
    known = {*ever, *(account.number for account in ended.values())}
    return frozenset({*ended, *(n for n in known if spelled(n) in shut_out | gone)})
