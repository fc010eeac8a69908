"""What comes down from headquarters, and how long it is shown."""

from __future__ import annotations

from dataclasses import fields, replace

from lobby import events as ev
from lobby.evolve.registry import follows
from lobby.state.instruction import Announcement, Applied
from lobby.state.queue import QueueState


@follows(ev.InstructionReceived)
def _received(state: QueueState, rec: ev.Recorded, event: ev.InstructionReceived) -> None:
    state.quality.instructions |= {event.instruction}
    case = state.quality.cases.get(event.case)
    if case and event.deadline:
        state.quality.keep_case(replace(case, wanted_by=event.deadline))


@follows(ev.AnnouncementShown)
def _shown(state: QueueState, rec: ev.Recorded, event: ev.AnnouncementShown) -> None:
    announcement = Announcement(
        event.instruction, rec.at, event.zh, event.en, event.until, event.important
    )
    state.quality.announcements[announcement.id] = announcement


@follows(ev.AnnouncementHidden)
def _hidden(state: QueueState, rec: ev.Recorded, event: ev.AnnouncementHidden) -> None:
    state.quality.announcements.pop(event.instruction, None)


@follows(ev.AnnouncementWithdrawn)
def _withdrawn(state: QueueState, rec: ev.Recorded, event: ev.AnnouncementWithdrawn) -> None:
    state.quality.announcements.pop(event.instruction, None)
    state.quality.instructions |= {event.instruction}


@follows(ev.ConfigurationApplied)
def _applied(state: QueueState, rec: ev.Recorded, event: ev.ConfigurationApplied) -> None:
    values = {one.name: getattr(event, one.name) for one in fields(Applied)}
    state.quality.applied = Applied(**values)


@follows(ev.DayOpened)
def _forget(state: QueueState, rec: ev.Recorded, event: ev.DayOpened) -> None:
    announcements = state.quality.announcements
    state.quality.announcements = {
        id: one for id, one in announcements.items() if one.until >= event.day
    }
