"""The demo's tellers: they call, serve, park and finish, and take a break. Some customers who missed the call get their
ticket reissued."""

from __future__ import annotations

from functools import partial

from demo.stage import CUSTOMER, Stage, teller
from lobby.branch.scenario import lognormal
from lobby.events import Card, SaleRefused
from lobby.state.counter import CounterStatus
from lobby.state.ticket import Hold, State
from lobby.views.ticket import StaffTicketView

NO_SHOW_SHARE = 0.05
REISSUE_SHARE = 0.4
HOLD_SHARE = 0.04
CARD_SHARE = 0.3
NO_SALE_SHARE = 0.3
WALK_S = (10.0, 40.0)
TIDY_S = (3.0, 15.0)
NO_SHOW_S = 45.0
TRY_AGAIN_S = 20.0
HOLD_S = (120.0, 480.0)
BREAK_S = 900.0
BREAK_FROM_S = (3600.0, 12000.0)
SCORES = (5, 5, 5, 5, 4, 4, 3, 2, 1)


class Tellers:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._commands = stage.commands

    def morning(self) -> None:
        for n, counter in enumerate(self._stage.branch.counters):
            self._stage.after(60 + 20 * n, partial(self._open_counter, counter.id))
            ask_break = partial(
                self._stage.do, teller(counter.id), self._commands.ask_break, counter=counter.id
            )
            self._stage.after(self._stage.random.uniform(*BREAK_FROM_S), ask_break)

    def _open_counter(self, counter: str) -> None:
        self._stage.do(teller(counter), self._commands.open_counter, counter=counter)
        self._call(counter)

    def _call(self, counter: str) -> None:
        stage = self._stage
        with stage.runtime.writer.published() as state:
            paused = state.counters[counter].state is CounterStatus.PAUSED
        if paused:
            stage.after(BREAK_S, partial(self._resume_counter, counter))
            return
        called = stage.do(teller(counter), self._commands.next, counter=counter)
        if not called:
            stage.after(TRY_AGAIN_S, partial(self._call, counter))
        elif stage.chance(NO_SHOW_SHARE):
            stage.after(NO_SHOW_S, partial(self._recall, counter))
        else:
            stage.after(
                stage.random.uniform(*WALK_S), partial(self._serve, counter, called["ticket"])
            )

    def _resume_counter(self, counter: str) -> None:
        self._stage.do(teller(counter), self._commands.resume_counter, counter=counter)
        self._call(counter)

    def _recall(self, counter: str) -> None:
        self._stage.do(teller(counter), self._commands.recall, counter=counter)
        self._stage.after(NO_SHOW_S, partial(self._give_up, counter))

    def _give_up(self, counter: str) -> None:
        missed = self._stage.do(teller(counter), self._commands.no_show, counter=counter)
        if missed and missed["ticket"]["returns"] and self._stage.chance(REISSUE_SHARE):
            reissue = partial(
                self._stage.do, CUSTOMER, self._commands.redraw, ticket=missed["ticket"]["id"]
            )
            self._stage.after(self._stage.random.uniform(60, 300), reissue)
        self._call(counter)

    def _serve(self, counter: str, ticket: StaffTicketView) -> None:
        self._stage.do(teller(counter), self._commands.start, counter=counter)
        self._work(counter, ticket)

    def _work(self, counter: str, ticket: StaffTicketView) -> None:
        usual_s = self._stage.branch.service[ticket["service"]].usual_s
        ends = self._end
        if self._stage.chance(HOLD_SHARE):
            ends = self._hold
        self._stage.after(
            lognormal(usual_s, 0.8, self._stage.random), partial(ends, counter, ticket["id"])
        )

    def _hold(self, counter: str, ticket: str) -> None:
        """Parks the ticket, since something is missing; the customer returns to the queue later."""
        hold = self._stage.random.choice(tuple(Hold))
        self._stage.do(teller(counter), self._commands.park, counter=counter, hold=hold)
        return_to_queue = partial(
            self._stage.do, teller(counter), self._commands.resume, ticket=ticket
        )
        self._stage.after(self._stage.random.uniform(*HOLD_S), return_to_queue)
        self._call(counter)

    def _say_of_recording(self, counter: str, ticket: str) -> None:
        """Where the service must be recorded."""
        stage = self._stage
        with stage.runtime.writer.published() as state:
            service = state.quality.recording_of(ticket)
        if service is None:
            return
        if stage.chance(NO_SALE_SHARE):
            refuse = self._commands.refuse_recording
            stage.do(teller(counter), refuse, counter=counter, reason=SaleRefused.NO_SALE)
            return
        reference = f"SL{service.day.replace('-', '')}-{service.id:04d}"
        stage.do(
            teller(counter),
            self._commands.record,
            counter=counter,
            product="WM-001",
            reference=reference,
        )

    def _end(self, counter: str, ticket: str) -> None:
        stage = self._stage
        self._say_of_recording(counter, ticket)
        ended = stage.do(teller(counter), self._commands.finish, counter=counter)
        if ended and ended["ticket"]["state"] == State.SERVING:
            self._work(counter, ended["ticket"])
            return
        if stage.chance(CARD_SHARE):
            score = stage.random.choice(SCORES)
            card = partial(
                stage.do, CUSTOMER, self._commands.give_feedback, ticket=ticket, card=Card(score)
            )
            stage.after(stage.random.uniform(60, 600), card)
        stage.after(stage.random.uniform(*TIDY_S), partial(self._call, counter))
