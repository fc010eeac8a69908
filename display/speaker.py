"""Clips for the server's loop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gevent.threadpool import ThreadPool

from display.voice import Clips

VOICES_AT_ONCE = 2


class Speaker:
    """Has clips made: a board more that asks for one in the making waits for it, and making never
    takes the threads that the branch's other work needs."""

    def __init__(self, clips: Clips) -> None:
        self._clips = clips
        self._threads = ThreadPool(VOICES_AT_ONCE)
        self._making: dict[tuple[str, str], Any] = {}

    def clip(self, lang: str, name: str, text: str) -> Path:
        """Raises OSError when no voice can be had."""
        wanted = lang, name
        if wanted not in self._making:
            self._making[wanted] = self._threads.spawn(self._make, lang, name, text)
        making = self._making[wanted]
        found = making.get()
        if self._making.get(wanted) is making:
            del self._making[wanted]
        if isinstance(found, OSError):
            raise found
        path: Path = found
        return path

    def _make(self, lang: str, name: str, text: str) -> Path | OSError:
        try:
            return self._clips.path(lang, name, text)
        except OSError as error:
            return error
