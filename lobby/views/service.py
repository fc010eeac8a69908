"""What can be done here, as a newcomer meets it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from lobby.branch.routing import area_for
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
    def services(
        self, state: QueueState, now: datetime, needs: tuple[str, ...] = ()
    ) -> list[ServiceView]:
        """What a newcomer with these special needs and without a card would meet, by service."""
        return [self._newcomer(state, now, service.id, needs) for service in state.branch.services]

    def _newcomer(
        self, state: QueueState, now: datetime, id: str, needs: tuple[str, ...]
    ) -> ServiceView:
        service = state.branch.service[id]
        tier = state.branch.standard_tier.id
        area = area_for(state.branch, id, tier, needs)
        ahead, wait = self._forecaster.newcomer(state, now, id, tier, area, needs)
        counters = state.counters_for(id, tier, area)
        shut = closed_for(state, now, id, tier, area)
        return {
            "id": id,
            "name": by_language(service.name),
            "area": area,
            "group": service.group,
            "quicker_at": service.quicker_at,
            "ahead": ahead,
            **waits(wait),
            "open": any(state.counters[counter.id].open for counter in counters),
            "closed": by_language(shut.says) if shut else None,
        }
