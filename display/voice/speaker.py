"""Clips for the server's loop: asked for by boards, and made ahead of need."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple, cast

import gevent
from gevent import get_hub
from gevent.event import Event
from gevent.queue import Empty, PriorityQueue
from gevent.threadpool import ThreadPool

from display.voice.clips import Clips
from display.voice.screens import line_phrase
from display.voice.wording import (
    SPOKEN,
    TEST,
    Phrase,
    counter_phrase,
    number_phrase,
    phrases,
    spoken_in,
)
from lobby.branch.model import Counter
from lobby.engine.runtime import BranchRuntime
from lobby.events import Recorded, TicketIssued

log = logging.getLogger(__name__)

AHEAD_TIMES = 1.0
"""After a clip that was made ahead the voice rests as long as it worked: half a processor at most."""
NEEDED_S = 3.0
"""A board waits so long for the neural voice; then eSpeak NG says the call."""
REST_S = 120.0
"""Without work for so long the neural voice gives its memory back."""
FAILED_S = 600.0
"""A neural voice that failed is tried again after this time."""


NOW, AHEAD, SCREENS = range(3)
"""What a board waits for, what will be called, what a kiosk read aloud and may read again: said in this order."""


class Wish(NamedTuple):
    """A phrase that the neural voice is to say."""

    rank: int
    n: int
    lang: str
    phrase: Phrase


def open_speaker(runtime: BranchRuntime) -> Speaker:
    return Speaker(Clips(runtime.data, runtime.branch.voice))


class Speaker:
    """Has clips made: a board more that asks for one in the making waits for it, and making never
    takes the threads that the branch's other work needs."""

    def __init__(self, clips: Clips) -> None:
        self._clips = clips
        self._quick = ThreadPool(1)
        self._reading = ThreadPool(1)
        self._neural = ThreadPool(1)
        self._making: dict[tuple[str, str, str], Any] = {}
        self._wishes: PriorityQueue[Wish] = PriorityQueue()
        self._wished = 0
        self._open: set[tuple[int, str, Phrase]] = set()
        self._needed = Event()
        self._said = Event()
        self._fails_until = 0.0
        self._working: Any = None

    # -- ahead of need ------------------------------------------------------------------------------------
    def follow(self, runtime: BranchRuntime) -> None:
        """Have the counters said, and each number as soon as it is drawn. Call in the loop's thread."""
        if not self._clips.is_neural:
            return
        self._working = gevent.spawn(self._work)
        for counter in runtime.branch.counters:
            for lang in SPOKEN:
                self._wish(lang, counter_phrase(lang, counter))
        with runtime.writer.published() as state:
            waiting = [(one.number, one.lang) for one in state.tickets.values() if not one.ended_at]
        for number, lang in waiting:
            self._number(number, lang)
        loop = get_hub().loop

        def notify(records: Sequence[Recorded]) -> None:
            loop.run_callback_threadsafe(self._drawn, records)

        runtime.writer.subscribe(notify)

    def _drawn(self, records: Iterable[Recorded]) -> None:
        for recorded in records:
            if isinstance(recorded.event, TicketIssued):
                self._number(recorded.event.number, recorded.event.lang)

    def _number(self, number: str, lang: str) -> None:
        for spoken in spoken_in(lang):
            self._wish(spoken, number_phrase(spoken, number))

    def _wish(self, lang: str, phrase: Phrase, rank: int = AHEAD) -> None:
        """Once at a time, however often a kiosk has the same line read."""
        if (rank, lang, phrase) in self._open:
            return
        self._open.add((rank, lang, phrase))
        if rank == NOW:
            self._needed.set()
        self._wished += 1
        self._wishes.put(Wish(rank, self._wished, lang, phrase))

    def _work(self) -> None:
        while True:
            try:
                wish = self._wishes.get(timeout=REST_S)
            except Empty:
                self._clips.rest()
                wish = self._wishes.get()
            if wish.rank == NOW:
                self._needed.clear()
            took_s = self._speak(wish)
            self._open.discard((wish.rank, wish.lang, wish.phrase))
            if wish.rank and took_s:
                self._needed.wait(took_s * AHEAD_TIMES)  # no longer than until a board waits

    def _speak(self, wish: Wish) -> float:
        """How long it took, seconds; 0 where nothing had to be said."""
        begun = time.monotonic()
        if begun < self._fails_until or self._clips.is_ready(wish.lang, wish.phrase):
            return 0.0
        failed = self._neural.spawn(_tried, self._clips.prepare, wish.lang, wish.phrase).get()
        if isinstance(failed, OSError):
            log.warning("the neural voice failed, eSpeak NG speaks: %s", failed)
            self._fails_until = begun + FAILED_S
        self._said.set()
        self._said.clear()
        return time.monotonic() - begun

    # -- for boards ---------------------------------------------------------------------------------------
    def clip(self, lang: str, number: str, counter: Counter) -> bytes:
        """The call as a WAV. Raises OSError when no voice can be had."""
        call = partial(self._clips.call, lang, number, counter)
        return self._shared((lang, number, counter.id), phrases(lang, number, counter), call)

    def test(self, lang: str) -> bytes:
        """The test call as a WAV. Raises OSError when no voice can be had."""
        said = (TEST[lang],)
        return self._shared((lang, "", ""), said, partial(self._clips.spoken, lang, said))

    def _shared(
        self, wanted: tuple[str, str, str], said: Sequence[Phrase], make: Callable[[], bytes]
    ) -> bytes:
        """Made once for all who ask for it meanwhile. Raises OSError."""
        if wanted not in self._making:
            self._making[wanted] = gevent.spawn(self._clip, wanted[0], said, make)
        making = self._making[wanted]
        found = making.get()
        if self._making.get(wanted) is making:
            del self._making[wanted]
        if isinstance(found, OSError):
            raise found
        clip: bytes = found
        return clip

    def _clip(
        self, lang: str, said: Sequence[Phrase], make: Callable[[], bytes]
    ) -> bytes | OSError:
        if self._working:
            self._await(lang, said)
        making = self._quick.spawn(_tried, make)
        found: bytes | OSError = cast(Any, making).get()
        return found

    def _await(self, lang: str, said: Sequence[Phrase]) -> None:
        """Until the neural voice has said both, NEEDED_S at most."""
        until = time.monotonic() + NEEDED_S
        missing = [phrase for phrase in said if not self._clips.is_ready(lang, phrase)]
        for phrase in missing:
            self._wish(lang, phrase, NOW)
        while time.monotonic() < until and time.monotonic() >= self._fails_until:
            if all(self._clips.is_ready(lang, phrase) for phrase in missing):
                return
            self._said.wait(until - time.monotonic())

    # -- to be heard before it goes live -----------------------------------------------------------------------
    def by_espeak(self, lang: str, said: Sequence[Phrase]) -> bytes:
        """As a WAV. Raises OSError, as the two below."""
        return self._in(self._quick, self._clips.by_espeak, lang, said)

    def by_recordings(self, lang: str, said: Sequence[Phrase]) -> bytes:
        return self._in(self._quick, self._clips.by_recordings, lang, said)

    def by_neural(self, lang: str, said: Sequence[Phrase], speaker: str) -> bytes:
        try:
            return self._in(self._neural, self._clips.by_neural, lang, said, speaker)
        finally:
            if not self._working:
                gevent.spawn_later(REST_S, self._neural.spawn, self._clips.rest)

    def _in(self, pool: ThreadPool, act: Callable[..., bytes], *given: Any) -> bytes:
        found = cast(Any, pool.spawn(_tried, act, *given)).get()
        if isinstance(found, OSError):
            raise found
        clip: bytes = found
        return clip

    # -- for kiosks ---------------------------------------------------------------------------------------
    def read(self, lang: str, lines: Sequence[str]) -> bytes:
        """The lines as a WAV, by eSpeak NG until the neural voice has said each of them. Raises OSError when no voice
        can be had."""
        said = [line_phrase(lang, line) for line in lines]
        if self._working:
            for phrase in said:
                self._wish(lang, phrase, SCREENS)
        return self._in(self._reading, self._clips.read, lang, said)

    def close(self) -> None:
        if self._working:
            self._working.kill()
        self._neural.kill()
        self._quick.kill()
        self._reading.kill()
        self._clips.close()


def _tried(act: Any, *given: Any) -> Any:
    """What came of it, in another thread; an OSError is an answer."""
    try:
        return act(*given)
    except OSError as error:
        return error
