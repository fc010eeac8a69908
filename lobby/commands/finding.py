"""What an inspection or a panel found, and the corrective action that takes it up: linked when the action is opened.
What an inspection found is settled when another person has seen that the action is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lobby import events as ev
from lobby.commands.base import Who
from lobby.errors import Conflict, NotFound
from lobby.state.action import Action
from lobby.state.inspection import InspectedItem
from lobby.state.panel import Panel, PanelState
from lobby.state.queue import QueueState


def not_kept(state: QueueState, inspection: str, standard: str) -> InspectedItem | None:
    """What the inspection saw of the standard; None where it was kept, or not looked at."""
    item = state.quality.inspections[inspection].item(standard)
    return item if item and item.was_broken else None


def taken_up(
    state: QueueState, inspection: str, standard: str, action: str, owner: str, due: date
) -> Iterator[ev.Event]:
    """The facts that link a new action to what the inspection found of the standard. What was marked as not kept and
    has no owner yet gets the action's owner and day. Nothing is linked where the standard was kept."""
    item = not_kept(state, inspection, standard)
    if item is None:
        return
    if item.finding is None:
        yield ev.FindingNoted(inspection, standard, owner, due.isoformat())
    if item.finding is None or item.finding.open:
        yield ev.FindingLinked(inspection, standard, action)


def settled_with(state: QueueState, action: Action, who: Who) -> Iterator[ev.FindingSettled]:
    """The findings that the action took up are put right once `who` has seen that it is done. What `who` ever owned
    stays open: somebody else settles it."""
    for inspection in state.quality.inspections.values():
        for item in inspection.items:
            finding = item.finding
            if finding is None or not finding.open or finding.action != action.id:
                continue
            if not who.is_among(finding.owners):
                yield ev.FindingSettled(inspection.id, item.id, who.id)


def held(state: QueueState, panel: str) -> Panel:
    """The panel, which has taken place: before that it has found nothing."""
    if panel not in state.quality.panels:
        raise NotFound("unknown_panel", id=panel)
    current = state.quality.panels[panel]
    if current.state is not PanelState.HELD:
        raise Conflict("panel_not_held")
    return current
