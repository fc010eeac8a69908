"""The one writer: takes commands from any thread, decides them in order, commits, applies, announces.

All commands that wait when the writer is free are decided one after the other and committed in one
transaction (group commit: Gray & Reuter, "Transaction Processing", 1992, 9.4); only then is each answered.
A commit that fails answers each of them with the error and leaves everything as the journal is.
"""

from __future__ import annotations

import copy
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Protocol, TypeVar, cast

from lobby import events as ev
from lobby.commands.base import Command, Decision, P
from lobby.commands.commands import Commands
from lobby.engine.clock import BranchClock, Reading
from lobby.engine.opened_words import OpenedWords
from lobby.engine.submission import Answer, By, Outcome, Submitted
from lobby.errors import Invalid, LobbyError, Unavailable
from lobby.events.personal import is_sealed
from lobby.evolve.apply import apply
from lobby.forecast.lessons import PendingLessons
from lobby.journal.idempotency import Done
from lobby.journal.journal import Journal, trouble
from lobby.refusals import SENTENCES
from lobby.state.queue import CLOCK, QueueState
from lobby.views.views import AnswerView, Views

log = logging.getLogger(__name__)

BATCH = 256
IDLE_S = 20.0
"""How often an idle writer looks whether a new day has begun."""

Key = tuple[str, str]
"""An actor, and a key of the actor's."""
Subscriber = Callable[[Sequence[ev.Recorded]], None]


T = TypeVar("T")


class Run(Protocol):
    """Runs what waits for the disk, and returns its result when it is done."""

    def __call__(self, function: Callable[[], T], /) -> T: ...


def here(function: Callable[[], T], /) -> T:
    """In this thread."""
    return function()


class Writer:
    """Runs the branch: in a thread of its own after `start`, or pumped by a server's loop, which sets `notify`
    to be told of commands. `faults` counts what went wrong after a commit, by the part it happened in: it is told
    there, and undoes nothing."""

    def __init__(
        self,
        commands: Commands,
        journal: Journal,
        clock: BranchClock,
        views: Views,
        words: OpenedWords,
    ) -> None:
        self._commands = commands
        self._journal = journal
        self._words = words
        self._clock = clock
        self._views = views
        self._lessons = PendingLessons(commands.forecaster)
        self._deciding = journal.replay(commands.branch)
        self._changed = journal.changed(commands.branch)
        self._published = copy.deepcopy(self._deciding)
        self._lock = threading.Lock()
        self._queue: SimpleQueue[Submitted | None] = SimpleQueue()
        self._subscribers: list[Subscriber] = []
        self._stopping = False
        self.failing = ""
        """Why the journal takes nothing at present: a code of lobby.errors; empty while it does."""
        self.faults: Counter[str] = Counter()
        self.notify: Callable[[], None] = lambda: None
        self._thread: threading.Thread | None = None
        self._write([], here)

    # -- from any thread ------------------------------------------------------------------------------
    def submit(
        self, by: By, command: Command[P], /, *args: P.args, **kwargs: P.kwargs
    ) -> Future[Answer]:
        """Queue a command. The future has the answer once it is durable, or a LobbyError."""

        def decide(state: QueueState, now: datetime) -> Decision:
            return command(state, now, *args, **kwargs)

        submitted = Submitted(by, repr(command), decide)
        if self._stopping:
            submitted.done.set_exception(Unavailable("stopping"))
        else:
            self._queue.put(submitted)
            self.notify()
        return submitted.done

    def do(self, actor: str, command: Command[P], /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        """Submit and wait, blocking this thread."""
        return self.submit(By(actor), command, *args, **kwargs).result()

    @contextmanager
    def published(self) -> Iterator[QueueState]:
        """The committed state, under a short lock: copy out what you need, no I/O inside."""
        with self._lock:
            yield self._published

    def subscribe(self, subscriber: Subscriber) -> None:
        """Have the events of each commit told, in the writer's thread: it must not block."""
        self._subscribers.append(subscriber)

    def fault(self, part: str) -> None:
        """Something failed after the fact, and must undo nothing: in the log, and counted for monitoring. To be called
        where it is caught."""
        log.exception("%s failed", part)
        self.faults[part] += 1

    # -- the turn ---------------------------------------------------------------------------------------
    def start(self) -> None:
        """Run in a thread of its own until `close`."""
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def pump(self, run: Run = here) -> None:
        """Write all that waits, or see whether a new day has begun. One caller at a time."""
        self._write(self._waiting(), run)
        while more := self._waiting():
            self._write(more, run)

    def _waiting(self) -> list[Submitted]:
        batch: list[Submitted] = []
        with suppress(Empty):
            while len(batch) < BATCH:
                if submitted := self._queue.get_nowait():
                    batch.append(submitted)
        return batch

    def close(self) -> None:
        """Finish what is queued, then stop."""
        self._stopping = True
        if self._thread:
            self._queue.put(None)
            self._thread.join()
        self.pump()

    def _run(self) -> None:
        while not self._stopping:
            first = None
            with suppress(Empty):
                first = self._queue.get(timeout=IDLE_S)
            self._write([first, *self._waiting()] if first else [], here)

    def _write(self, batch: Sequence[Submitted], run: Run) -> None:
        try:
            self._journal.must_be_in_place()
            self._turn(run)
            outcomes, records, done = self._decide(batch)
            self._commit(records, run, done)
        except Exception as error:
            refused = self._refusal(error, len(batch))
            self._recover()
            outcomes = [Outcome(submitted, error=refused) for submitted in batch]
        for outcome in outcomes:
            outcome.tell()

    def _refusal(self, error: Exception, commands: int) -> Unavailable:
        """What the callers are told; the log is told once in full, then in a line."""
        code = trouble(error)
        if self.failing == code:
            log.error("nothing of %d commands was saved: %s", commands, error)
        else:
            log.error(
                "nothing of %d commands was saved: %s",
                commands,
                SENTENCES[code].in_("en"),
                exc_info=error,
            )
        self.failing = code
        refused = Unavailable(code)
        refused.__cause__ = error
        return refused

    def _turn(self, run: Run) -> None:
        """Note that the clock was set, and with which configuration and standards the branch starts; end the former
        day and open the new one, each in a commit of its own."""
        reading = self._clock.read()
        stepped = self._stepped(reading)
        if stepped:
            log.warning("the computer's clock was set by %.0f s", stepped.by_s)
            self._commit([self._record(reading.wall, CLOCK, stepped)], run)
        self._clock.keep(reading)
        now = max(reading.wall, self._deciding.at)
        if self._changed:
            self._commit([self._record(now, CLOCK, event) for event in self._changed], run)
            self._changed = []
        while events := self._commands.roll(self._deciding, now):
            self._commit([self._record(now, CLOCK, event) for event in events], run)

    def _stepped(self, reading: Reading) -> ev.ClockStepped | None:
        if self._clock.started:
            return self._commands.stepped(self._deciding, reading.wall, self._clock.step_s(reading))
        return self._commands.started(self._deciding, reading.wall)

    def _decide(
        self, batch: Sequence[Submitted]
    ) -> tuple[list[Outcome], list[ev.Recorded], list[Done]]:
        outcomes: list[Outcome] = []
        records: list[ev.Recorded] = []
        answered: dict[Key, Done] = {}
        for submitted in batch:
            try:
                outcome, events = self._decide_one(submitted, answered)
            except Exception as error:
                log.exception("a command could not be done: %s", submitted.name)
                self._undecide(records)
                outcome = Outcome(submitted, error=error)
                events = []
            outcomes.append(outcome)
            records += events
        return outcomes, records, list(answered.values())

    def _decide_one(
        self, submitted: Submitted, answered: dict[Key, Done]
    ) -> tuple[Outcome, list[ev.Recorded]]:
        """One command against the state as the commands before it leave it. `answered` are the keys of
        this batch, which the database does not have yet. A key is kept only where something was done: to ask again
        for what was not done is no repetition."""
        by = submitted.by
        try:
            now = max(self._clock(), self._deciding.at)
            # No key grows old by a clock that was set.
            aged = now - timedelta(seconds=self._deciding.drift_s)
            if by.key and (
                done := answered.get((by.actor, by.key))
                or self._journal.done(by.actor, by.key, aged)
            ):
                return Outcome(submitted, _repeat(by, done)), []
            decision = submitted.decide(self._deciding, now)
            events = self._sealed(decision, now)
        except LobbyError as refused:
            return Outcome(submitted, error=refused), []
        except Journal.Error as error:
            return Outcome(submitted, error=self._refusal(error, 1)), []
        except Exception as error:
            log.exception("a command failed: %s", submitted.name)
            return Outcome(submitted, error=error), []
        acting = self._deciding.acting(by.actor, by.session, by.counter)
        person = by.person or decision.person or acting
        records = [self._record(now, by.actor, event, person) for event in events]
        answer = self._answer(decision)
        if by.key and records:
            answered[by.actor, by.key] = Done(by.actor, by.key, aged, by.fingerprint, {**answer})
        return Outcome(submitted, Answer(answer)), records

    def _sealed(self, decision: Decision, now: datetime) -> list[ev.Event]:
        if decision.sealed:
            if not all(is_sealed(event) for event in decision.events):
                raise ValueError("words in clear")
            return list(decision.events)
        return [self._words.sealed(event, now) for event in decision.events]

    def _answer(self, decision: Decision) -> AnswerView:
        """A view that fails hides nothing that was done: the caller is shown the rest."""
        try:
            return self._views.answer(self._deciding, decision)
        except Exception:
            self.fault("view")
            return self._views.bare(self._deciding, decision)

    def _undecide(self, records: Sequence[ev.Recorded]) -> None:
        """As if the command at hand had not been asked; `records` are those before it that are not committed."""
        self._deciding = copy.deepcopy(self._published)
        for recorded in records:
            apply(self._deciding, recorded)

    def _record(
        self, now: datetime, actor: str, event: ev.Event, person: str | None = None
    ) -> ev.Recorded:
        recorded = ev.Recorded(self._deciding.seq + 1, now, actor, event, person)
        apply(self._deciding, recorded)
        return recorded

    def _commit(self, records: Sequence[ev.Recorded], run: Run, done: Sequence[Done] = ()) -> None:
        if not records:
            return
        if not self._journal.begin():
            run(self._journal.begin_patiently)
        self._journal.append(records, self._deciding, done)
        run(self._make_durable)
        self.failing = ""
        self._publish(records)

    def _make_durable(self) -> None:
        """Keys first: words whose key a crash took away could never be read."""
        self._words.commit()
        self._journal.commit()

    def _publish(self, records: Sequence[ev.Recorded]) -> None:
        """Tell everybody what the journal has. From here on nothing can undo it."""
        with self._lock:
            try:
                for recorded in records:
                    self._learn(recorded)
                    apply(self._published, recorded)
            except Exception:
                self.fault("state")
                self._published = copy.deepcopy(self._deciding)
        for subscriber in self._subscribers:
            try:
                subscriber(records)
            except Exception:
                self.fault("subscriber")

    def _learn(self, recorded: ev.Recorded) -> None:
        try:
            self._lessons.notice(self._published, recorded)
        except Exception:
            self.fault("learning")

    def _recover(self) -> None:
        """Be what the journal is: as before the failed commit, or after it where it was durable after all, and
        then everybody is told. A journal that cannot even be read is asked again after the next failure."""
        self._deciding = copy.deepcopy(self._published)
        with suppress(OSError, Journal.Error):
            self._journal.rollback()
            if missed := list(self._journal.events(self._published.seq)):
                self._publish(missed)
                self._deciding = copy.deepcopy(self._published)


def _repeat(by: By, done: Done) -> Answer:
    if done.fingerprint != by.fingerprint:
        raise Invalid("key_reused", "Idempotency-Key")
    return Answer(cast(AnswerView, done.answer), repeated=True)
