"""Tellers: they call, serve, hold, hand on and finish, and take their break; who missed the call draws again."""

from __future__ import annotations

from functools import partial
from typing import Any

from demo.stage import Stage
from lobby.branch.scenario import lognormal
from lobby.events import Card
from lobby.state.counter import CounterStatus
from lobby.state.ticket import Hold

NO_SHOW_SHARE = 0.05
REDRAW_SHARE = 0.4
HOLD_SHARE = 0.04
CARD_SHARE = 0.3
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
        self._hall = stage.hall

    def morning(self) -> None:
        for n, counter in enumerate(self._stage.branch.counters):
            self._stage.after(60 + 20 * n, partial(self._sit_down, counter.id))
            rest = partial(self._stage.do, self._hall.ask_break, counter=counter.id)
            self._stage.after(self._stage.random.uniform(*BREAK_FROM_S), rest)

    def _sit_down(self, counter: str) -> None:
        self._stage.do(self._hall.open_counter, counter=counter)
        self._call(counter)

    def _call(self, counter: str) -> None:
        stage = self._stage
        with stage.runtime.writer.published() as state:
            paused = state.counters[counter].state is CounterStatus.PAUSED
        if paused:
            stage.after(BREAK_S, partial(self._back, counter))
            return
        called = stage.do(self._hall.next, counter=counter)
        if not called:
            stage.after(TRY_AGAIN_S, partial(self._call, counter))
        elif stage.chance(NO_SHOW_SHARE):
            stage.after(NO_SHOW_S, partial(self._recall, counter))
        else:
            stage.after(stage.random.uniform(*WALK_S), partial(self._serve, counter, called["ticket"]))

    def _back(self, counter: str) -> None:
        self._stage.do(self._hall.resume_counter, counter=counter)
        self._call(counter)

    def _recall(self, counter: str) -> None:
        self._stage.do(self._hall.recall, counter=counter)
        self._stage.after(NO_SHOW_S, partial(self._give_up, counter))

    def _give_up(self, counter: str) -> None:
        missed = self._stage.do(self._hall.no_show, counter=counter)
        if missed and missed["ticket"]["returns"] and self._stage.chance(REDRAW_SHARE):
            redraw = partial(self._stage.do, self._hall.redraw, ticket=missed["ticket"]["id"])
            self._stage.after(self._stage.random.uniform(60, 300), redraw)
        self._call(counter)

    def _serve(self, counter: str, ticket: dict[str, Any]) -> None:
        self._stage.do(self._hall.start, counter=counter)
        self._work(counter, ticket)

    def _work(self, counter: str, ticket: dict[str, Any]) -> None:
        usual_s = self._stage.branch.service[ticket["service"]].usual_s
        ends = self._hold if self._stage.chance(HOLD_SHARE) else self._end
        self._stage.after(lognormal(usual_s, 0.8, self._stage.random), partial(ends, counter, ticket["id"]))

    def _hold(self, counter: str, ticket: str) -> None:
        """Something is missing: the customer steps aside, and waits in line again when it is there."""
        hold = self._stage.random.choice(tuple(Hold))
        self._stage.do(self._hall.park, counter=counter, hold=hold)
        back = partial(self._stage.do, self._hall.resume, ticket=ticket)
        self._stage.after(self._stage.random.uniform(*HOLD_S), back)
        self._call(counter)

    def _end(self, counter: str, ticket: str) -> None:
        stage = self._stage
        ended = stage.do(self._hall.finish, counter=counter)
        if ended and ended["ticket"]["state"] == "serving":
            self._work(counter, ended["ticket"])
            return
        if stage.chance(CARD_SHARE):
            score = stage.random.choice(SCORES)
            card = partial(stage.do, self._hall.give_feedback, ticket=ticket, card=Card(score))
            stage.after(stage.random.uniform(60, 600), card)
        stage.after(stage.random.uniform(*TIDY_S), partial(self._call, counter))
