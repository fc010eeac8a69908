"""Clips for the server's loop."""

from __future__ import annotations

from typing import Any

from gevent.threadpool import ThreadPool

from display.voice.clips import Clips
from lobby.branch.model import Counter
from lobby.engine.runtime import BranchRuntime


def open_speaker(runtime: BranchRuntime) -> Speaker:
    return Speaker(Clips(runtime.data))


class Speaker:
    """Has clips made: a board more that asks for one in the making waits for it, and making never
    takes the threads that the branch's other work needs."""

    def __init__(self, clips: Clips) -> None:
        self._clips = clips
        self._thread = ThreadPool(1)
        self._making: dict[tuple[str, str, str], Any] = {}

    def clip(self, lang: str, number: str, counter: Counter) -> bytes:
        """The call as a WAV. Raises OSError when no voice can be had."""
        wanted = lang, number, counter.id
        if wanted not in self._making:
            self._making[wanted] = self._thread.spawn(self._make, lang, number, counter)
        making = self._making[wanted]
        found = making.get()
        if self._making.get(wanted) is making:
            del self._making[wanted]
        if isinstance(found, OSError):
            raise found
        clip: bytes = found
        return clip

    def close(self) -> None:
        self._thread.kill()
        self._clips.close()

    def _make(self, lang: str, number: str, counter: Counter) -> bytes | OSError:
        try:
            return self._clips.call(lang, number, counter)
        except OSError as error:
            return error
