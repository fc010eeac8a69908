"""Compliments 表扬: passed on to those they are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from lobby import events as ev
from lobby.commands.base import Decider, Decision, Who
from lobby.errors import Conflict, Invalid, NotFound
from lobby.state.queue import QueueState


class ComplimentCommands(Decider):
    def pass_on(
        self,
        state: QueueState,
        now: datetime,
        channel: ev.Praise,
        about: Sequence[str],
        words: str,
        day: date | None = None,
        card: str = "",
    ) -> Decision:
        """The words have no customer's name: who passes them on takes it out. A card is passed on once."""
        if any(card and known.card == card for known in state.quality.compliments.values()):
            raise Conflict("compliment_given")
        praised = tuple(
            dict.fromkeys(self.people.named(state.quality.left, id, "about") for id in about)
        )
        if not praised:
            raise Invalid("praised_missing", "about")
        id = self._ids.next(now)
        passed_on = ev.ComplimentPassedOn(
            compliment=id,
            channel=channel,
            about=praised,
            day=(day or self.branch.day_of(now)).isoformat(),
            card=card,
            words=words.strip(),
        )
        return Decision([passed_on], shows=("compliment", id))

    def read_compliment(
        self, state: QueueState, now: datetime, who: Who, compliment: str
    ) -> Decision:
        """One of the praised reads it."""
        known = state.quality.compliments.get(compliment)
        if known is None or who.id not in known.about:
            raise NotFound("unknown_compliment", id=compliment)
        if who.id in known.read_by:
            return Decision([], shows=("compliment", compliment))
        return Decision([ev.ComplimentRead(compliment, who.id)], shows=("compliment", compliment))
