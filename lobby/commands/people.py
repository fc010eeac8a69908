"""The one way to name a person: by the staff number 工号 of the register, else by the account. Nobody is named who does
not work here now, and a complaint is given to nobody whose role answers for none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from lobby.branch.model import Branch
from lobby.branch.person import spelled
from lobby.errors import Invalid

if TYPE_CHECKING:
    from lobby.commands.base import Who
    from lobby.state.quality import Quality

ANSWERING = frozenset({"teller", "manager", "office", "head"})
"""The roles that answer for a complaint: an administrator looks after the system, an inspector changes nothing."""
DOING = ANSWERING | {"admin"}
"""The roles that may have something to do: a corrective action, a finding."""


class KnownAccount(Protocol):
    """An account. The token of another system is no person: it is offered nowhere, and names itself alone."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...

    @property
    def staff_number(self) -> str | None: ...

    @property
    def disabled(self) -> bool: ...


class Accounts(Protocol):
    """Who may sign in; the disabled ones too."""

    def accounts(self) -> Sequence[KnownAccount]: ...


class People:
    """Who works in the branch. Without `accounts`, as in a simulation, an account is taken as it is named."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self.accounts: Accounts | None = None

    def named(self, left: Collection[str], typed: str, field: str, who: Who | None = None) -> str:
        """The staff number as the register spells it, else the account. Who asks may name oneself. `left` are
        those of whom the journal tells that they have left. Raises Invalid for a name that nobody who works here
        has."""
        if who and typed in who.names and (who.person or not self.branch.person):
            return who.id
        known = self._known()
        id = self._id(typed, known)
        if not id or self._has_left(left, id, known):
            raise Invalid("unknown_person", field, number=typed)
        return id

    def concerned(self, quality: Quality, typed: str, field: str) -> str:
        """As `named`, of somebody who may have left: a complaint is about whom it is about. `quality` is what the
        journal knows of those who worked here."""
        id = self._id(typed, self._known()) or _once_here(quality, typed)
        if not id:
            raise Invalid("unknown_person", field, number=typed)
        return id

    def gone(self, left: Collection[str], once: Collection[str]) -> dict[str, str]:
        """All whom `concerned` takes and `named` does not, as `here` has them. `once` are `once_here`."""
        known = self._known()
        registered = (person.number for person in self.branch.staff.people)
        names = {*once, *registered, *(account.name for account in known)}
        ids = {self._id(name, known) or name for name in names} - self._here(left, known).keys()
        return {id: self.branch.staff.name_of(id) for id in sorted(ids)}

    def answering(self, left: Collection[str], typed: str, field: str, who: Who) -> str:
        """As `named`, of somebody who may answer for a complaint."""
        return self._with_role(left, typed, field, who, ANSWERING)

    def may_answer(self, who: Who) -> bool:
        """Whether who asks may answer for a complaint."""
        return not {who.role, *self._roles(who.id, self._known())}.isdisjoint(ANSWERING)

    def doing(self, left: Collection[str], typed: str, field: str, who: Who) -> str:
        """As `named`, of somebody who may have an action or a finding to see to."""
        return self._with_role(left, typed, field, who, DOING)

    def here(self, left: Collection[str]) -> dict[str, str]:
        """All whom `named` takes, by id: the name in the register, else the account. Reads the disk."""
        return self._here(left, self._known())

    def owners(self, left: Collection[str]) -> dict[str, str]:
        """All whom `answering` takes, as `here` has them."""
        return self._fit(left, ANSWERING)

    def doers(self, left: Collection[str]) -> dict[str, str]:
        """All whom `doing` takes, as `here` has them."""
        return self._fit(left, DOING)

    def first_with(self, left: Collection[str], roles: Sequence[str]) -> str | None:
        """Somebody with the first of these roles that anybody here has. Reads the disk."""
        known = self._known()
        here = sorted(self._here(left, known))
        for role in roles:
            for id in here:
                if role in self._roles(id, known):
                    return id
        return None

    def _fit(self, left: Collection[str], fit: frozenset[str]) -> dict[str, str]:
        known = self._known()
        return {
            id: name
            for id, name in self._here(left, known).items()
            if not (roles := set(self._roles(id, known))) or roles & fit
        }

    def _here(self, left: Collection[str], known: Sequence[KnownAccount]) -> dict[str, str]:
        names = {person.number: person.name for person in self.branch.staff.people}
        names |= {
            account.name: account.name
            for account in known
            if not self.branch.staff_number(account.staff_number)
        }
        return {id: name for id, name in names.items() if not self._has_left(left, id, known)}

    def _with_role(
        self, left: Collection[str], typed: str, field: str, who: Who, fit: frozenset[str]
    ) -> str:
        id = self.named(left, typed, field, who)
        roles = {*self._roles(id, self._known()), *([who.role] if id == who.id else [])}
        if roles and roles.isdisjoint(fit):
            raise Invalid("cannot_own", field, number=typed)
        return id

    def _known(self) -> Sequence[KnownAccount]:
        return self.accounts.accounts() if self.accounts else ()

    def _id(self, typed: str, known: Sequence[KnownAccount]) -> str | None:
        number = self.branch.staff_number(typed)
        if number:
            return number
        name = typed.strip()
        if self.accounts is None:
            return None if self.branch.person else name
        account = next((one for one in known if one.name == name), None)
        if account is None:
            return None
        return self.branch.staff_number(account.staff_number) or account.name

    def _has_left(self, left: Collection[str], id: str, known: Sequence[KnownAccount]) -> bool:
        """Whether the journal tells that the person has left, or the person has accounts and none of them may sign
        in: an account that was removed is in the journal alone."""
        accounts = list(self._of(id, known))
        if not accounts:
            return id in left
        return all(account.disabled for account in accounts)

    def _roles(self, id: str, known: Sequence[KnownAccount]) -> Iterator[str]:
        """All that the register and the accounts say of the person."""
        registered = self.branch.staff_number(id)
        if registered:
            yield from self.branch.person[spelled(registered)].roles
        yield from (account.role for account in self._of(id, known) if not account.disabled)

    def _of(self, id: str, known: Sequence[KnownAccount]) -> Iterator[KnownAccount]:
        """The person's accounts."""
        for account in known:
            if id in (account.name, self.branch.staff_number(account.staff_number)):
                yield account


def once_here(quality: Quality) -> frozenset[str]:
    """All who ever worked here and may have left, as the journal knows them."""
    known = (*quality.registered_ever, *quality.accounts)
    return frozenset(id for name in known if (id := _once_here(quality, name)))


def _once_here(quality: Quality, typed: str) -> str | None:
    """The staff number of an earlier register, or the account that was removed, under its owner's number."""
    number = _of_register(quality, typed)
    account = quality.accounts.get(typed.strip())
    if number or account is None:
        return number
    return _of_register(quality, account.number) or account.number or typed.strip()


def _of_register(quality: Quality, number: str) -> str | None:
    """The number in the spelling that the register had last or ever."""
    spellings = {spelled(known): known for known in sorted(quality.registered_ever)}
    return spellings.get(spelled(number))
