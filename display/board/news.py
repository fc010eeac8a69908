"""What boards are told as it happens, beside their state: calls, and tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from display.board.state import call_message, shows, test_message
from lobby.events import Recorded
from lobby.state.queue import QueueState

Message = tuple[str, Any, str, str]
"""Event, data, room, namespace."""
BOARDS = "/board"


def announcements(state: QueueState, news: Sequence[Recorded]) -> list[Message]:
    """To each board the calls that belong on it, and its tests."""
    return [message for recorded in news for message in _of(state, recorded)]


def _of(state: QueueState, recorded: Recorded) -> Iterator[Message]:
    if tried := test_message(recorded):
        board, test = tried
        yield "test", test, board, BOARDS
    if call := call_message(state, recorded):
        ticket = state.tickets[recorded.event.ticket]  # type: ignore[attr-defined]
        for one in state.branch.boards:
            if shows(state, one, ticket, call["counter"]):
                yield "call", call, one.id, BOARDS
