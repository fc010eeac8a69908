"""A fault that lasts is told when it begins, when it changes, and now and then: a line every two seconds hides all
others."""

from __future__ import annotations

import logging
import time

AGAIN_S = 60.0


class Lasting:
    """The faults of one thing, in the log `log`; `name` says of what."""

    def __init__(self, log: logging.Logger, name: str) -> None:
        self._log = log
        self._name = name
        self._text = ""
        self._told = 0.0

    def tell(self, text: str) -> None:
        now = time.monotonic()
        if text != self._text or now - self._told > AGAIN_S:
            self._log.warning("%s: %s", self._name, text)
            self._told = now
        self._text = text

    def over(self) -> None:
        """It works again."""
        if self._text:
            self._log.info("%s: it is back", self._name)
        self._text = ""
