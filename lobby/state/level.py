"""Who looks after what is late, level by level: another person than the one who is late."""

from __future__ import annotations

from collections.abc import Collection

from lobby.branch.deadlines import LEVELS, Level
from lobby.branch.model import Branch
from lobby.branch.person import PersonRole

ROLES: dict[Level, PersonRole] = {
    Level.MANAGER: "manager",
    Level.OFFICE: "office",
    Level.HEAD: "head",
}
"""The role at each level above the owner."""


def level_of_late(branch: Branch, days_late: int, owner: str, left: Collection[str]) -> Level:
    """Who looks after a corrective action or a finding that is so many days late. `left` are those who work here no
    more: what is theirs rises at once."""
    risen = sum(days_late > days for days in branch.actions.rises_days)
    return to_another(branch, at_least(LEVELS[risen], owner, left), {owner, *left})


def at_least(level: Level, owner: str, left: Collection[str]) -> Level:
    """The level, or the next one above an owner who has left."""
    if level is Level.OWNER and owner in left:
        return Level.MANAGER
    return level


def to_another(branch: Branch, level: Level, unfit: Collection[str]) -> Level:
    """The next level where the register has nobody at this one but those who are `unfit`: the owner, those who may not
    judge. A branch without a register knows nobody."""
    while level not in (Level.OWNER, Level.HEAD) and not _somebody_at(branch, level, unfit):
        level = LEVELS[LEVELS.index(level) + 1]
    return level


def _somebody_at(branch: Branch, level: Level, unfit: Collection[str]) -> bool:
    people = branch.staff.people
    role = ROLES[level]
    return not people or any(
        role in person.roles and person.number not in unfit for person in people
    )
