"""Staff who were wronged 员工委屈: told, comforted, followed up. Who may not know of one is told that there is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from lobby import events as ev
from lobby.commands.base import Decider, Decision, Who
from lobby.errors import Conflict, Invalid, NotFound
from lobby.state.incident import Incident, IncidentState
from lobby.state.queue import QueueState

FOLLOW_UP_WITHIN = timedelta(days=92)
"""A talk that is planned for later than a quarter ahead is forgotten."""


class IncidentCommands(Decider):
    def report_incident(
        self,
        state: QueueState,
        now: datetime,
        who: Who,
        what: str,
        by_whom: str = "",
        wronged: str = "",
        day: date | None = None,
        named: Sequence[str] = (),
    ) -> Decision:
        """Who asks tells it of oneself, or of a colleague. A reporter who is not the person is among the named."""
        person = self.people.named(state.quality.left, wronged or who.id, "wronged", who)
        happened = day or self.branch.day_of(now)
        if happened > self.branch.day_of(now):
            raise Invalid("day_ahead", "day", day=happened.isoformat())
        knowing = dict.fromkeys(
            [self.people.named(state.quality.left, id, "named") for id in named]
        )
        if who.id != person:
            knowing[who.id] = None
        id = self._ids.next(now)
        reported = ev.IncidentReported(
            incident=id,
            wronged=person,
            day=happened.isoformat(),
            named=tuple(knowing),
            what=what.strip(),
            by_whom=by_whom.strip(),
        )
        return Decision([reported], shows=("incident", id))

    def care_for(
        self, state: QueueState, now: datetime, who: Who, incident: str, care: ev.Care, words: str
    ) -> Decision:
        """Somebody else comforts, supports, or holds the talk that was planned."""
        cared_for = self._open_incident(state, who, incident)
        self._is_known_by_name(who)
        if who.is_among([cared_for.wronged]):
            raise Conflict("own_incident")
        done = ev.IncidentCared(incident=incident, care=care, words=words.strip())
        return Decision([done], shows=("incident", incident))

    def plan_follow_up(
        self, state: QueueState, now: datetime, who: Who, incident: str, day: date, by: str = ""
    ) -> Decision:
        """Who is to talk with the person is named by it."""
        cared_for = self._open_incident(state, who, incident)
        today = self.branch.day_of(now)
        if not today <= day <= today + FOLLOW_UP_WITHIN:
            raise Invalid("follow_up_day", "day", day=day.isoformat())
        follower = self.people.named(state.quality.left, by or who.id, "by", who)
        if follower == cared_for.wronged:
            raise Invalid("own_incident", "by")
        planned = ev.FollowUpPlanned(incident, day.isoformat(), follower)
        return Decision([*self._named(cared_for, follower), planned], shows=("incident", incident))

    def share_incident(
        self, state: QueueState, now: datetime, who: Who, incident: str, with_whom: str
    ) -> Decision:
        shared = self._open_incident(state, who, incident)
        colleague = self.people.named(state.quality.left, with_whom, "with_whom")
        return Decision(self._named(shared, colleague), shows=("incident", incident))

    def close_incident(self, state: QueueState, now: datetime, who: Who, incident: str) -> Decision:
        """Not before somebody cared."""
        closed = self._open_incident(state, who, incident)
        if not closed.caring:
            raise Conflict("nobody_cared")
        return Decision([ev.IncidentClosed(incident)], shows=("incident", incident))

    def open_incident_words(
        self, state: QueueState, now: datetime, who: Who, incident: str
    ) -> Decision:
        """Who may know looks at the words."""
        self.known_incident(state, who, incident)
        return Decision([ev.WordsOpened("incident", incident)], shows=("incident", incident))

    def known_incident(self, state: QueueState, who: Who, incident: str) -> Incident:
        known = state.quality.incidents.get(incident)
        if known is None or not known.known_to(who.id, who.role):
            raise NotFound("unknown_incident", id=incident)
        return known

    def _open_incident(self, state: QueueState, who: Who, incident: str) -> Incident:
        known = self.known_incident(state, who, incident)
        if known.state is not IncidentState.OPEN:
            raise Conflict("incident_closed")
        return known

    def _named(self, incident: Incident, id: str) -> list[ev.Event]:
        """The event that names the person too, who may be named already."""
        if id in (incident.wronged, *incident.named):
            return []
        return [ev.IncidentShared(incident.id, id)]
