"""A fact of sign-in or of accounts is recorded as it is: there is nothing to decide."""

from __future__ import annotations

from datetime import datetime

from lobby import events as ev
from lobby.commands.base import Decision
from lobby.state.queue import QueueState


def record(state: QueueState, now: datetime, event: ev.Event) -> Decision:
    return Decision([event])
