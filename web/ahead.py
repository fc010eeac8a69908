"""Looking ahead for who asks: in a process beside the server, with an answer within a second.

What is not there by then goes on being computed; who asked gets the last answer, or is told that there is none yet.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

import gevent
from flask import Flask, current_app

from lobby.engine.aside import Aside, Ended
from web.loop import wait

log = logging.getLogger(__name__)

ANSWER_S = 0.7
"""Who asks waits so long at most; the rest of the second is for the way."""
HANGS_S = 300.0
"""A process that has answered nothing for so long, while somebody waits, is given up. A long queue is no fault."""
AGAIN_S = 5.0
"""A process that ended by itself is started again no sooner."""
KEPT = 100
"""Answers: more than the days of all branches that headquarters plays one after the other."""
ASKED_MAX = 100
"""More is not waited for: who asks is told that there is no answer yet, and asks again."""

T = TypeVar("T")
Work = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function at the top of a module and its arguments, without the last one (Pace.breathe)."""


@dataclass(frozen=True)
class Told:
    """The answer to a question as it stood `at` that instant. `key` stands for all that it depends on."""

    key: Hashable
    at: datetime
    result: Any


@dataclass(frozen=True)
class _Asked:
    future: Future[Any]
    since_s: float


class Ahead:
    """The process beside the server, started by the first question, and what it answered to each."""

    def __init__(self) -> None:
        self._aside: Aside | None = None
        self._started_s = -AGAIN_S
        self._told: OrderedDict[str, Told] = OrderedDict()
        self._failed: OrderedDict[str, BaseException] = OrderedDict()
        self._asked: dict[str, _Asked] = {}
        self._answered_s = 0.0

    @property
    def pid(self) -> int | None:
        """Of the process; None before the first question."""
        return self._aside.pid if self._aside else None

    def ask(
        self, question: str, lane: str, key: Hashable, at: datetime, work: Callable[[], Work]
    ) -> Told | None:
        """What is known within ANSWER_S: of this key, else of an earlier one; None before the first answer. While a
        question is looked into it is not begun again. Raises the work's own error."""
        told = self._told.get(question)
        if told and told.key == key:
            return told
        asked = self._asked.get(question) or self._begin(question, lane, key, at, work)
        if asked:
            self._wait(asked)
        if error := self._failed.pop(question, None):
            raise error
        return self._told.get(question)

    def _wait(self, asked: _Asked) -> None:
        with suppress(Exception, gevent.Timeout), gevent.Timeout(ANSWER_S):  # what failed is kept
            wait(asked.future)
        silent_s = monotonic() - max(asked.since_s, self._answered_s)
        if not asked.future.done() and silent_s > HANGS_S and self._aside:
            self._aside.kill()

    def _begin(
        self, question: str, lane: str, key: Hashable, at: datetime, work: Callable[[], Work]
    ) -> _Asked | None:
        """It is noted before `work` is called, in which others may ask the same."""
        aside = self._running()
        if aside is None or len(self._asked) >= ASKED_MAX:
            return None
        asked = self._asked[question] = _Asked(Future(), monotonic())
        try:
            submitted = aside.submit(lane, *work())
        except BaseException:
            self._end(question, asked)
            raise
        submitted.add_done_callback(lambda done: self._keep(question, key, at, done))
        submitted.add_done_callback(lambda _: self._end(question, asked))
        return asked

    def _end(self, question: str, asked: _Asked) -> None:
        """Whoever waits goes on."""
        self._answered_s = monotonic()
        self._asked.pop(question, None)
        asked.future.set_result(None)

    def _running(self) -> Aside | None:
        """None for a moment after the process ended by itself."""
        if self._aside and not self._aside.ended:
            return self._aside
        if monotonic() - self._started_s < AGAIN_S:
            return None
        self.stop()
        self._started_s = monotonic()
        self._aside = Aside()
        return self._aside

    def _keep(self, question: str, key: Hashable, at: datetime, done: Future[Any]) -> None:
        """Called from the thread that receives the answers, or at once."""
        error = done.exception()
        if isinstance(error, Ended):
            log.warning("the process that looks ahead ended; the next question starts it again")
        elif error:
            log.error("looking ahead failed: %s", error)
            _keep_last(self._failed, question, error)
        if not error:
            _keep_last(self._told, question, Told(key, at, done.result()))

    def stop(self) -> None:
        """Ends the process."""
        if self._aside:
            self._aside.close()
            self._aside = None


def _keep_last(kept: OrderedDict[str, T], question: str, value: T) -> None:
    """KEPT of them."""
    kept[question] = value
    kept.move_to_end(question)
    while len(kept) > KEPT:
        kept.popitem(last=False)


def register(app: Flask) -> None:
    app.extensions["ahead"] = Ahead()


def ahead() -> Ahead:
    found: Ahead = current_app.extensions["ahead"]
    return found
