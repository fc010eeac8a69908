"""Who serves at a counter: signs on with the staff number, and off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from lobby import events as ev
from lobby.branch.person import Person, spelled
from lobby.commands.base import CounterCommand, Decider, Decision, P
from lobby.errors import Conflict, Invalid
from lobby.state.counter import CounterState
from lobby.state.queue import QueueState

Check = Callable[[QueueState, datetime, str, Decision], Decision]
"""(state, now, counter, what was decided there) -> what is done. Raises a LobbyError where somebody else has to act."""


class PersonCommands(Decider):
    def sign_on(
        self, state: QueueState, now: datetime, counter: str, staff_number: str, session: str = ""
    ) -> Decision:
        """Who served there before, serves there no more. Refused while the person has a customer at another counter."""
        self._offered(state, counter)
        person = self._person(staff_number)
        if not person.serves:
            raise Invalid("not_at_counters", "staff_number", number=person.number)
        self._serves_nowhere_else(state, counter, person.number)
        signed_on = ev.PersonSignedOn(counter, person.number, session)
        return Decision([signed_on], counter=counter, person=person.number)

    def sign_off(self, state: QueueState, now: datetime, counter: str) -> Decision:
        """Not before the customer there is served: somebody serves until then."""
        attended = self._counter(state, counter)
        self._nobody_at(state, attended)
        person = attended.person
        if person is None:
            return Decision([], counter=counter)
        return Decision([ev.PersonSignedOff(counter, person)], counter=counter)

    def attended(
        self,
        command: CounterCommand[P],
        account: str,
        staff_number: str | None,
        session: str = "",
    ) -> CounterCommand[P]:
        """The command of a counter, by somebody who is known. An account with a `staff_number` of its own is signed on
        with it; under any other, somebody has to sign on first, in this session. Without a register anybody may."""

        def somebody(
            state: QueueState, now: datetime, counter: str, decision: Decision
        ) -> Decision:
            if staff_number is None:
                self._must_be_signed_on(state, account, session, counter)
                return decision
            acting = state.acting(account, session, counter)
            if not decision.events or acting == staff_number:
                return decision
            return decision.after(self.sign_on(state, now, counter, staff_number, session))

        return self._checked(command, somebody)

    def by_its_person(
        self,
        command: CounterCommand[P],
        account: str,
        staff_number: str | None,
        session: str = "",
    ) -> CounterCommand[P]:
        """The command of a counter, by the person who is signed on there. It signs nobody on. A counter that is closed
        and has no person may be opened by anybody, and without a register every counter."""

        def its_person(
            state: QueueState, now: datetime, counter: str, decision: Decision
        ) -> Decision:
            counter_state = self._counter(state, counter)
            if counter_state.person is None and not counter_state.at_work:
                return decision
            if staff_number is None:
                self._must_be_signed_on(state, account, session, counter)
            else:
                self._nobody_else_at(counter_state, staff_number)
            return decision

        return self._checked(command, its_person)

    def _checked(self, command: CounterCommand[P], check: Check) -> CounterCommand[P]:
        """The command, whose decision is weighed by who asks for it. Without a register nobody is asked."""
        if not self.branch.person:
            return command

        @wraps(command)
        def checked(
            state: QueueState, now: datetime, counter: str, /, *args: P.args, **kwargs: P.kwargs
        ) -> Decision:
            return check(state, now, counter, command(state, now, counter, *args, **kwargs))

        return checked

    def _nobody_else_at(self, counter_state: CounterState, staff_number: str) -> None:
        if counter_state.person not in (None, staff_number):
            raise Conflict("another_serves", counter=self.branch.counter[counter_state.id].name)

    def _must_be_signed_on(
        self, state: QueueState, account: str, session: str, counter: str
    ) -> None:
        if state.acting(account, session, counter) is None:
            raise Conflict("nobody_signed_on", counter=self.branch.counter[counter].name)

    def _serves_nowhere_else(self, state: QueueState, counter: str, staff_number: str) -> None:
        for other in state.counters.values():
            if other.person == staff_number and other.ticket and other.id != counter:
                raise Conflict(
                    "serves_elsewhere",
                    number=state.tickets[other.ticket].number,
                    counter=self.branch.counter[other.id].name,
                )

    def _person(self, staff_number: str) -> Person:
        person = self.branch.person.get(spelled(staff_number))
        if person is None:
            raise Invalid("unknown_person", "staff_number", number=staff_number)
        return person
