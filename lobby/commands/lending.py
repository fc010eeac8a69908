"""A counter is lent to another area for a while, and comes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from lobby import events as ev
from lobby.branch.lending import home_at, lendable
from lobby.commands.base import Decider, Decision
from lobby.commands.kept import brought_home, let_go_where_lent
from lobby.errors import Conflict, Invalid
from lobby.state.queue import QueueState


class LendingCommands(Decider):
    def lend_counter(
        self, state: QueueState, now: datetime, counter: str, area: str, minutes: int
    ) -> Decision:
        """The counter helps this area too, until so many minutes have passed, or the branch or the counter closes. Lent
        again, it is lent anew."""
        counter_state = self._offered(state, counter)
        branch_counter = self.branch.counter[counter]
        if area not in self.branch.offered.area:
            raise Invalid("unknown_area", "area", id=area)
        if not counter_state.at_work:
            raise Conflict("lend_closed", counter=branch_counter.name)
        if area in (branch_counter.area, *branch_counter.helps):
            raise Conflict(
                "lend_home", counter=branch_counter.name, area=self.branch.area[area].name
            )
        if area not in lendable(self.branch, branch_counter):
            raise Conflict(
                "lend_cannot", counter=branch_counter.name, area=self.branch.area[area].name
            )
        until = home_at(self.branch, counter, now, timedelta(minutes=minutes))
        lent = ev.CounterLent(counter, area, until.isoformat())
        return Decision([lent, *let_go_where_lent(state, counter, area)], counter=counter)

    def end_lending(self, state: QueueState, now: datetime, counter: str) -> Decision:
        """The counter serves its own areas alone again. Whoever is there is served to the end."""
        counter_state = self._counter(state, counter)
        if counter_state.lent_to is None:
            raise Conflict("counter_home", counter=self.branch.counter[counter].name)
        return Decision(brought_home(state, counter), counter=counter)
