"""What a simulation has in the place of a forecast and of the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.events.wait import Wait
from lobby.forecast.port import NO_WAIT
from lobby.state.case import Case
from lobby.state.known_case import KnownCase
from lobby.state.queue import QueueState
from lobby.state.recording import PastSale
from lobby.state.ticket import PastTicket


class NullForecast:
    """Forecasts no wait: for simulations in which nobody reads a forecast."""

    def newcomer(self, *_: Any) -> tuple[int, Wait]:
        return 0, NO_WAIT

    def at_place(self, *_: Any) -> tuple[int, Wait]:
        return 0, NO_WAIT

    def learn(self, *_: Any) -> None:
        pass

    def scores(self) -> tuple[()]:
        return ()

    def service_s(self, state: QueueState, service: str) -> float:
        return state.branch.service[service].usual_s


class Past:
    """The earlier simulated days."""

    def __init__(self) -> None:
        self.longest_s: dict[str, float] = {}

    def numbers(self, day: str) -> dict[str, int]:
        return {}

    def first_come_s(self, day: str) -> dict[str, float]:
        return self.longest_s

    def past_ticket(self, ticket: str) -> PastTicket | None:
        return None

    def visit_facts(self, ticket: str) -> ev.VisitFacts | None:
        return None

    def left_contact(self, ticket: str) -> bool:
        return False

    def recorded_for(self, reference: str) -> str | None:
        return None

    def past_sale(self, sale: str) -> PastSale | None:
        return None

    def known_cases(self, references: Sequence[str]) -> list[KnownCase]:
        return []

    def past_case(self, branch: Branch, case: str) -> Case | None:
        return None
