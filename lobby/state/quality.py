"""What is, beyond a day: which low feedback cards nobody has taken up yet. The queue's day begins blank; this lasts."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from lobby.state.action import Action
from lobby.state.case import Case
from lobby.state.compliment import Compliment
from lobby.state.incident import Incident
from lobby.state.inspection import AT_HAND, Inspection
from lobby.state.instruction import Announcement, Applied
from lobby.state.loan import Loan
from lobby.state.note import Note
from lobby.state.panel import REMEMBERED, Panel
from lobby.state.presence import Presence
from lobby.state.recording import RecordedService
from lobby.state.staff import StaffAccount
from lobby.state.visit import Visit

FOLLOWED_UP = timedelta(days=15)
"""A complaint is to be answered within 15 days (the regulator's measures, 2020 No. 3). A card that nobody took up by
then is for the bulletin, no longer for the day's list."""


@dataclass(frozen=True, slots=True)
class LowCard:
    """A feedback card with a low score. `id` is its event's seq; `number` and `day` are those of the ticket (in earlier
    journals None, and the day on which it was handed in); `text` is sealed."""

    id: int
    at: datetime
    ticket: str
    number: str | None
    day: str
    counter: str | None
    score: int
    reasons: tuple[str, ...]
    text: str
    visit: str


@dataclass
class Quality:
    """The months up to the event `seq`. `low_cards` are by id those that nobody has acknowledged. `inspections` are the
    latest by id, `last_looks` has by standard the ISO day on which somebody looked at it. `cases` are by id those that
    are open or were closed within a year, `last_case` is the number of the last one that was opened.

    What is kept here by id is frozen: a change puts another value in its place, so that a copy of the state costs no
    more than its dictionaries, however many months they hold."""

    seq: int = 0
    low_cards: dict[int, LowCard] = field(default_factory=dict)
    loans: dict[str, Loan] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    presence: dict[str, Presence] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    compliments: dict[str, Compliment] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    panels: dict[str, Panel] = field(default_factory=dict)
    inspections: dict[str, Inspection] = field(default_factory=dict)
    last_looks: dict[str, str] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    paused: dict[str, datetime] = field(default_factory=dict)
    """Until when the clock stands, by case: who looks every few seconds looks through these alone."""
    last_case: str | None = None
    recordings: dict[int, RecordedService] = field(default_factory=dict)
    """The services of the day that must be recorded: the earlier days' are in the table `recording` alone."""
    accounts: dict[str, StaffAccount] = field(default_factory=dict)
    registered: frozenset[str] = frozenset()
    """The staff numbers of the register; `registered_ever` has those too that were in an earlier one."""
    registered_ever: frozenset[str] = frozenset()
    instructions: frozenset[int] = frozenset()
    """The ids of what came down from headquarters, ever: none is taken twice."""
    announcements: dict[int, Announcement] = field(default_factory=dict)
    applied: Applied | None = None
    """What was told last of headquarters' configuration."""
    left: frozenset[str] = frozenset()
    """Under which names nobody works here any more: lobby/state/staff.py."""

    def __deepcopy__(self, memo: object) -> Quality:
        values = {f.name: copy(getattr(self, f.name)) for f in fields(self)}
        return Quality(**values)

    def keep_case(self, case: Case) -> None:
        """The case as it is after a change."""
        self.cases[case.id] = case
        if case.paused_until:
            self.paused[case.id] = case.paused_until
        else:
            self.paused.pop(case.id, None)

    def recordings_of(self, ticket: str) -> list[RecordedService]:
        """The ticket's services of today that must be recorded."""
        return [one for one in self.recordings.values() if one.ticket == ticket]

    def recording_of(self, ticket: str) -> RecordedService | None:
        """The ticket's service that must be recorded and has not ended."""
        going_on = (one for one in self.recordings_of(ticket) if one.goes_on)
        return next(going_on, None)

    def forget(self, now: datetime) -> None:
        """Let go of what is no longer to be followed up."""
        self.low_cards = {
            id: card for id, card in self.low_cards.items() if now - card.at <= FOLLOWED_UP
        }
        self.panels = {
            id: panel for id, panel in self.panels.items() if now - panel.opened_at <= REMEMBERED
        }
        self.inspections = {
            id: inspection
            for id, inspection in self.inspections.items()
            if inspection.unsettled or now - inspection.at <= AT_HAND
        }
        self.cases = {id: case for id, case in self.cases.items() if case.is_remembered(now)}
        self.recordings = {}
        self.actions = {
            id: action for id, action in self.actions.items() if not action.is_over(now)
        }
