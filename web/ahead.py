"""Looking ahead for who asks: in a process beside the server, with an answer within a second.

What is not there by then goes on being read and computed; who asked gets the last answer, or is told that there is none
yet.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

import gevent
from flask import Flask, current_app
from gevent import Greenlet

from lobby.engine.aside import Aside, Ended
from lobby.errors import LobbyError
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
SHARE_MAX = 10
"""Of these, one asker's: who asks a hundred leaves room for all others, who wait for ten of them at most."""
FAILED_S = 60.0
"""A failure is told to who asks next, unless that is somebody who comes long after it."""

T = TypeVar("T")
Work = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function at the top of a module and its arguments, without the last one (Pace.breathe)."""


@dataclass(frozen=True)
class Told:
    """The answer to a question as it stood `at` that instant. `key` stands for all that it depends on."""

    key: Hashable
    at: datetime
    result: Any


@dataclass
class _Asked:
    """A question that is looked into; the process knows it since `since_s`, None while its work is prepared. `asker` is
    empty for the server itself."""

    question: str
    asker: str
    lane: str
    key: Hashable
    at: datetime
    future: Future[None] = field(default_factory=Future)
    since_s: float | None = None


@dataclass(frozen=True)
class _Failure:
    error: BaseException
    at_s: float


class Ahead:
    """The process beside the server, started by the first question, and what it answered to each."""

    def __init__(self) -> None:
        self._aside: Aside | None = None
        self._started_s = -AGAIN_S
        self._told: OrderedDict[str, Told] = OrderedDict()
        self._failed: OrderedDict[str, _Failure] = OrderedDict()
        self._asked: dict[str, _Asked] = {}
        self._ended_at: set[str] = set()
        """Questions at which the process ended once: it may have been another's fault."""
        self._preparing: set[Greenlet[..., None]] = set()
        self._answered_s = 0.0

    @property
    def pid(self) -> int | None:
        """Of the process; None before the first question."""
        return self._aside.pid if self._aside else None

    def ask(
        self,
        question: str,
        lane: str,
        key: Hashable,
        at: datetime,
        work: Callable[[], Work],
        asker: str = "",
    ) -> Told | None:
        """What is known within ANSWER_S: of this key, else of an earlier one; None before the first answer. While a
        question is looked into it is not begun again. `work` is called in no request: it may read for a minute. An
        `asker` has SHARE_MAX questions at a time: one more is begun when it is asked again after their answers. Raises
        the error of `work`, and the work's own."""
        told = self._told.get(question)
        if told and told.key == key:
            return told
        self._tell_failure(question)
        asked = self._asked.get(question) or self._begin(
            _Asked(question, asker, lane, key, at), work
        )
        if asked:
            self._wait(asked)
        self._tell_failure(question)
        return self._told.get(question)

    def _tell_failure(self, question: str) -> None:
        failure = self._failed.pop(question, None)
        if failure and monotonic() - failure.at_s < FAILED_S:
            raise failure.error

    def _wait(self, asked: _Asked) -> None:
        with suppress(gevent.Timeout), gevent.Timeout(ANSWER_S):
            wait(asked.future)
        if asked.since_s is None or asked.future.done():
            return
        silent_s = monotonic() - max(asked.since_s, self._answered_s)
        if silent_s > HANGS_S and self._aside:
            self._aside.kill()

    def _begin(self, asked: _Asked, work: Callable[[], Work]) -> _Asked | None:
        if not self._has_room(asked.asker) or self._running() is None:
            return None
        self._asked[asked.question] = asked
        preparing = gevent.spawn(self._prepare, asked, work)
        self._preparing.add(preparing)
        preparing.link(self._preparing.discard)
        return asked

    def _has_room(self, asker: str) -> bool:
        own = sum(asked.asker == asker for asked in self._asked.values()) if asker else 0
        return len(self._asked) < ASKED_MAX and own < SHARE_MAX

    def _prepare(self, asked: _Asked, work: Callable[[], Work]) -> None:
        try:
            submitted = self._submit(asked.lane, *work())
        except Ended:  # who asks next has it started again
            self._end(asked)
            return
        except Exception as error:
            self._fail(asked.question, error)
            self._end(asked)
            return
        asked.since_s = monotonic()
        submitted.add_done_callback(lambda done: self._keep(asked, done))
        submitted.add_done_callback(lambda _: self._end(asked))

    def _submit(
        self, lane: str, function: Callable[..., Any], args: tuple[Any, ...]
    ) -> Future[Any]:
        """Raises Ended where the process ended while the work was prepared, and cannot be started yet."""
        aside = self._running()
        if aside is None:
            raise Ended
        return aside.submit(lane, function, args)

    def _end(self, asked: _Asked) -> None:
        """Whoever waits goes on."""
        self._asked.pop(asked.question, None)
        asked.future.set_result(None)

    def _running(self) -> Aside | None:
        """None for a moment after the process ended by itself."""
        if self._aside and not self._aside.ended:
            return self._aside
        if monotonic() - self._started_s < AGAIN_S:
            return None
        self._close()
        self._started_s = monotonic()
        self._aside = Aside()
        return self._aside

    def _keep(self, asked: _Asked, done: Future[Any]) -> None:
        """Called from the thread that receives the answers, or at once."""
        self._answered_s = monotonic()
        if error := done.exception():
            self._fail(asked.question, error)
        else:
            self._ended_at.discard(asked.question)
            _keep_last(self._told, asked.question, Told(asked.key, asked.at, done.result()))

    def _fail(self, question: str, error: BaseException) -> None:
        """The process's first end at a question is not its failure: who asks next has it started again."""
        if isinstance(error, Ended):
            log.warning("the process that looks ahead ended; the next question starts it again")
            if question not in self._ended_at:
                self._ended_at.add(question)
                return
            self._ended_at.discard(question)
            error = RuntimeError(f"the process ended twice at: {question}")
        if not isinstance(error, LobbyError):
            log.error("looking ahead failed: %s", error)
        _keep_last(self._failed, question, _Failure(error, monotonic()))

    def stop(self) -> None:
        """Ends what is prepared, and the process."""
        gevent.killall(list(self._preparing))
        self._close()

    def _close(self) -> None:
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
