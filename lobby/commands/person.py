"""Who serves at a counter: signs on with the staff number, and off."""

from __future__ import annotations

from datetime import datetime
from functools import wraps

from lobby import events as ev
from lobby.branch.person import Person, spelled
from lobby.commands.base import CounterCommand, Decider, Decision, P
from lobby.errors import Conflict, Invalid
from lobby.state.queue import QueueState


class PersonCommands(Decider):
    def sign_on(
        self, state: QueueState, now: datetime, counter: str, staff_number: str
    ) -> Decision:
        """Who served there before, serves there no more."""
        desk = self._offered(state, counter)
        person = self._person(staff_number)
        if not person.serves:
            raise Invalid("not_at_counters", "staff_number", number=person.number)
        return Decision(
            [ev.PersonSignedOn(desk.id, person.number)], counter=counter, person=person.number
        )

    def sign_off(self, state: QueueState, now: datetime, counter: str) -> Decision:
        """Not before the customer there is served: somebody serves until then."""
        desk = self._counter(state, counter)
        self._nobody_at(state, desk)
        if desk.person is None:
            return Decision([], counter=counter)
        return Decision(
            [ev.PersonSignedOff(counter, desk.person)], counter=counter, person=desk.person
        )

    def attended(
        self, command: CounterCommand[P], account: str, staff_number: str | None
    ) -> CounterCommand[P]:
        """The command of a counter, by somebody who is known. An account with a `staff_number` of its own is signed on
        with it; under any other, somebody has to sign on first. Without a register anybody may."""
        if not self.branch.person:
            return command

        @wraps(command)
        def by_somebody(
            state: QueueState, now: datetime, counter: str, /, *args: P.args, **kwargs: P.kwargs
        ) -> Decision:
            decision = command(state, now, counter, *args, **kwargs)
            if staff_number is None:
                self._must_be_signed_on(state, account, counter)
                return decision
            if not decision.events or state.acting(account, counter) == staff_number:
                return decision
            return decision.after(self.sign_on(state, now, counter, staff_number))

        return by_somebody

    def _must_be_signed_on(self, state: QueueState, account: str, counter: str) -> None:
        if state.acting(account, counter) is None:
            raise Conflict("nobody_signed_on", counter=self.branch.counter[counter].name)

    def _person(self, staff_number: str) -> Person:
        person = self.branch.person.get(spelled(staff_number))
        if person is None:
            raise Invalid("unknown_person", "staff_number", number=staff_number)
        return person
