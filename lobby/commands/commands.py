"""Every command of a branch."""

from __future__ import annotations

from lobby.commands.alert import AlertCommands
from lobby.commands.appointment import AppointmentCommands
from lobby.commands.counter import CounterCommands
from lobby.commands.day import DayCommands
from lobby.commands.feedback import FeedbackCommands
from lobby.commands.person import PersonCommands
from lobby.commands.slip import SlipCommands


class Commands(
    AppointmentCommands,
    CounterCommands,
    PersonCommands,
    SlipCommands,
    FeedbackCommands,
    AlertCommands,
    DayCommands,
):
    """The commands of one branch, by noun. Those of tickets come with appointments and counters, which issue and
    transfer tickets."""
