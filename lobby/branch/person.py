"""Who works in a branch: the register of staff 员工名册."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal, get_args

from annotated_types import MinLen

from lobby.branch.names import STRICT, ShortText

PersonRole = Literal["teller", "manager", "admin", "head", "office", "inspector"]
ROLES: tuple[PersonRole, ...] = get_args(PersonRole)
AT_COUNTERS: frozenset[PersonRole] = frozenset({"teller", "manager"})
"""The roles that serve customers: a lobby manager helps out at a counter."""
STAFF_NUMBER = re.compile(r"[A-Za-z0-9]{1,20}")
"""A number that Excel has changed, to 1.0E+12 or 10023.0, does not fit."""


@dataclass(frozen=True)
class Person:
    """Somebody who works in the branch. `number` is the staff number 工号, 1 to 20 letters or digits; `unit` is the
    department."""

    __pydantic_config__ = STRICT

    number: str
    name: ShortText
    roles: Annotated[tuple[PersonRole, ...], MinLen(1)]
    unit: str = ""

    @property
    def serves(self) -> bool:
        """Whether this person may sign on at a counter."""
        return not AT_COUNTERS.isdisjoint(self.roles)


@dataclass(frozen=True)
class Staff:
    """The register of staff: `file` is a CSV beside the configuration with the columns `number,name,roles,unit` (or
    工号,姓名,角色,部门), as Excel saves it; people may stand in `[[staff.people]]` too. With a register, who serves at
    a counter signs on with the staff number. `show_number`: the counter's board and the tablet show that number."""

    __pydantic_config__ = STRICT

    file: str | None = None
    show_number: bool = False
    people: tuple[Person, ...] = ()

    def name_of(self, id: str) -> str:
        """What readers know the person by: the name, with the number where two have one name. Who is in no register is
        known by the account, which is the id itself."""
        return self._names.get(spelled(id), id)

    @cached_property
    def _names(self) -> dict[str, str]:
        """By the staff number as it is `spelled`."""
        having = Counter(person.name for person in self.people)
        return {
            spelled(person.number): person.name
            if having[person.name] == 1
            else f"{person.name} {person.number}"
            for person in self.people
        }


def spelled(number: str) -> str:
    """A staff number in the spelling that is compared: in capitals, without blanks around it."""
    return number.strip().upper()
