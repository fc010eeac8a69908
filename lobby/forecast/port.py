"""What the rest of the rules ask a forecast, whichever one answers. Nothing here computes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lobby.events.wait import Wait
from lobby.state.queue import QueueState
from lobby.state.ticket import Ticket

NO_WAIT = Wait(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Score:
    """The latest forecasts of a tier: their number, their mean absolute error in seconds, the share of outcomes
    within the 90 % interval, and the share over the 90 % bound."""

    tier: str
    forecasts: int
    error_s: float
    covered: float
    exceeded: float


class Forecast(Protocol):
    """What commands and views ask about waiting."""

    def newcomer(
        self,
        state: QueueState,
        now: datetime,
        service: str,
        tier: str,
        area: str,
        needs: tuple[str, ...] = (),
    ) -> tuple[int, Wait]:
        """People ahead and the wait of a customer who takes a number now."""

    def at_place(self, state: QueueState, ticket: Ticket) -> tuple[int, Wait]:
        """People ahead and the remaining wait of a waiting ticket."""

    def learn(self, ticket: Ticket, called_at: datetime) -> None:
        """Learns from the outcome of the ticket's forecast; `ticket` is as it was before the call."""

    def scores(self) -> Iterable[Score]:
        """The quality of the latest forecasts, by tier."""

    def service_s(self, state: QueueState, service: str) -> float:
        """The usual length of the service, seconds."""
