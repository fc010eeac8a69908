"""Every command of a branch."""

from __future__ import annotations

from lobby.commands.alert import AlertCommands
from lobby.commands.appointment import AppointmentCommands
from lobby.commands.case_steps import CaseStepCommands
from lobby.commands.compliment import ComplimentCommands
from lobby.commands.counter import CounterCommands
from lobby.commands.day import DayCommands
from lobby.commands.feedback import FeedbackCommands
from lobby.commands.incident import IncidentCommands
from lobby.commands.inspection import InspectionCommands
from lobby.commands.instruction import InstructionCommands
from lobby.commands.lending import LendingCommands
from lobby.commands.loan import LoanCommands
from lobby.commands.note import NoteCommands
from lobby.commands.panel import PanelCommands
from lobby.commands.person import PersonCommands
from lobby.commands.presence import PresenceCommands
from lobby.commands.recording import RecordingCommands
from lobby.commands.slip import SlipCommands
from lobby.commands.visit import VisitCommands


class Commands(
    AppointmentCommands,
    InstructionCommands,
    CaseStepCommands,
    CounterCommands,
    LendingCommands,
    PersonCommands,
    SlipCommands,
    FeedbackCommands,
    InspectionCommands,
    RecordingCommands,
    AlertCommands,
    DayCommands,
    LoanCommands,
    VisitCommands,
    PresenceCommands,
    IncidentCommands,
    ComplimentCommands,
    NoteCommands,
    PanelCommands,
):
    """The commands of one branch, by noun. Those of tickets come with appointments and counters, which issue and
    transfer tickets; those of actions with panels, whose findings become actions."""
