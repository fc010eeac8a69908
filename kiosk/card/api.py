"""The feedback card 服务意见卡 on a tablet at the counter: whose turn to judge it is."""

from __future__ import annotations

from lobby.errors import NotFound
from lobby.views.card import CounterCardView, counter_card
from lobby.views.shapes import shape
from web.dispatch import runtime
from web.roles import needs
from web.schemas import SECURITY, ById, api_of

api = api_of("card_api", __name__, "customer", SECURITY)


@api.get("/counters/<id>/card", responses={200: shape(CounterCardView), 204: None})
@needs("card")
def card(path: ById) -> CounterCardView | tuple[str, int]:
    """The card of the ticket that was just finished at this counter, for a minute; 204 where there is none. For devices
    at the counter alone: staff get 403."""
    if path.id not in runtime().branch.counter:
        raise NotFound("unknown_counter", id=path.id)
    link = runtime().links.tickets.of
    with runtime().writer.published() as state:
        shown = counter_card(state, path.id, runtime().clock(), link)
    return shown or ("", 204)
