"""What goes to the writer and what comes back: who asks, the command, and the answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from lobby.commands.base import Decision
from lobby.state.queue import QueueState
from lobby.views.views import AnswerView

Decide = Callable[[QueueState, datetime], Decision]
"""A command with its arguments."""


@dataclass(frozen=True)
class By:
    """Who asks. `key` makes the actor's command happen once; `fingerprint` tells its repetition from another
    request under the same key. `person` is the staff number that the actor's account has of its own; `counter` is where
    the command acts: who signed on there in this `session` does it; a token has none."""

    actor: str
    key: str | None = None
    fingerprint: str = ""
    person: str | None = None
    counter: str | None = None
    session: str = ""


@dataclass(frozen=True)
class Answer:
    """What a command's caller is shown; `repeated` when it was done before under the same key."""

    data: AnswerView
    repeated: bool = False


@dataclass
class Submitted:
    by: By
    name: str
    decide: Decide
    done: Future[Answer] = field(default_factory=Future)


@dataclass
class Outcome:
    submitted: Submitted
    answer: Answer | None = None
    error: Exception | None = None

    def tell(self) -> None:
        with suppress(InvalidStateError):  # who asked has gone away
            if self.error:
                self.submitted.done.set_exception(self.error)
            elif self.answer:
                self.submitted.done.set_result(self.answer)
