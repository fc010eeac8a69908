"""What can be done here, as a newcomer meets it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from lobby.state.doors import closed_for
from lobby.state.queue import QueueState
from lobby.texts import by_language
from lobby.views.base import ByLang, Presenter, Waits, waits


class ServiceView(Waits):
    id: str
    name: ByLang
    area: str
    group: str | None
    quicker_at: str | None
    ahead: int
    open: bool
    closed: Annotated[ByLang | None, "why nobody gets a number for it now, and when again"]


class ServiceViews(Presenter):
    def services(self, state: QueueState, now: datetime) -> list[ServiceView]:
        """What a newcomer without a card or special need would meet, by service."""
        return [self._newcomer(state, now, service.id) for service in state.branch.services]

    def _newcomer(self, state: QueueState, now: datetime, id: str) -> ServiceView:
        service = state.branch.service[id]
        tier = state.branch.standard_tier.id
        ahead, wait = self._forecaster.newcomer(state, now, id, tier, service.area)
        counters = state.counters_for(id, tier, service.area)
        shut = closed_for(state, now, id, tier, service.area)
        return {
            "id": id,
            "name": by_language(service.name),
            "area": service.area,
            "group": service.group,
            "quicker_at": service.quicker_at,
            "ahead": ahead,
            **waits(wait),
            "open": any(state.counters[counter.id].open for counter in counters),
            "closed": by_language(shut.says) if shut else None,
        }
