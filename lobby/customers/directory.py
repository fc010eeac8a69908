"""The bank's customer directory: number or code -> tier, from a file and over HTTP. Who cannot be looked up in time
is sorted by the rules of prefixes; what was looked up is kept in memory alone, under a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import math
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from lobby.branch.rules import Directory
from lobby.customers.customer_file import read_directory
from lobby.customers.tiering import LookupFailed

log = logging.getLogger(__name__)

Clock = Callable[[], float]
"""Monotonic seconds."""

CHECK_S = 2.0
"""So often at most a file is looked at for changes."""
CACHE_MAX = 5000
FAILED_S = 15.0
"""So long a customer whose look-up failed is not looked up again: nobody waits twice."""
FAILURES = 3
REST_S = 30.0
"""After so many failures in a row the directory is left alone for so long."""
ASKED_AT_ONCE = 4
ANSWER_MAX_B = 4096


class Customers:
    """The branch's directory: its file goes first, then who answers over HTTP."""

    def __init__(self, config: Directory, tiers: Collection[str], secret: bytes, clock: Clock = time.monotonic) -> None:
        self._file = FileDirectory(Path(config.file), tiers, clock) if config.file else None
        self.asked = UrlDirectory(config, tiers, secret, clock) if config.url else None
        self.blocks = bool(self._file or self.asked)
        """Whether a look-up may wait for a disk or a line, and so belongs into a thread."""

    def tier_of(self, key: str) -> str | None:
        """The listed tier; None for who is not listed. Raises LookupFailed."""
        listed = self._file.tier_of(key) if self._file else None
        return listed or (self.asked.tier_of(key) if self.asked else None)


# -- the file -----------------------------------------------------------------------------------------
class FileDirectory:
    """A file that is taken in again when it has changed; while the new one is bad, the one before stays.
    Raises what read_directory raises."""

    def __init__(self, path: Path, tiers: Collection[str], clock: Clock) -> None:
        self._path = path
        self._tiers = tiers
        self._clock = clock
        self._lock = threading.Lock()
        self._seen, self._checked = self._mark(), clock()
        self._listed = read_directory(path, tiers)

    def tier_of(self, key: str) -> str | None:
        if self._clock() - self._checked >= CHECK_S and self._lock.acquire(blocking=False):
            try:
                self._renew()
            finally:
                self._lock.release()
        return self._listed.get(key)

    def _renew(self) -> None:
        self._checked = self._clock()
        mark = self._mark()
        if mark == self._seen:
            return
        self._seen = mark
        try:
            self._listed = read_directory(self._path, self._tiers)
            log.info("the customer directory changed: %d customers", len(self._listed))
        except (OSError, ValueError) as error:
            log.warning("the customer directory changed, but the one before stays: %s", error)

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


# -- over HTTP ----------------------------------------------------------------------------------------
class Line:
    """One question to `config.url` and its answer; follows no redirect, asks no proxy."""

    def __init__(self, config: Directory) -> None:
        self._config = config
        self._host = urlsplit(config.url or "")
        kind = HTTPSConnection if self._host.scheme == "https" else HTTPConnection
        self._line = kind(self._host.hostname or "", self._host.port, timeout=config.timeout_s)

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    def cut(self) -> None:
        """From another thread: whoever reads from the line stops."""
        if sock := self._line.sock:
            with suppress(OSError):
                sock.shutdown(2)

    def ask(self, key: str, tiers: Collection[str]) -> str | None:
        """The key's tier; None for 404 or `{"tier": null}`. Blocks. Raises LookupFailed."""
        try:
            status, body = self._talk(key)
        except (OSError, HTTPException, ValueError) as error:
            raise LookupFailed(type(error).__name__) from None
        if status == 404:
            return None
        if status != 200:
            raise LookupFailed(f"status {status}")
        return _tier_in(body, tiers)

    def _talk(self, key: str) -> tuple[int, bytes]:
        """In the body: an address stands in the logs of every server and proxy on its way."""
        path = self._host.path or "/"
        asked = f"{path}?{self._host.query}" if self._host.query else path
        headers = {"Accept": "application/json", "Content-Type": "application/json", **self._token()}
        self._line.request("POST", asked, json.dumps({"key": key}).encode(), headers)
        answer = self._line.getresponse()
        return answer.status, answer.read(ANSWER_MAX_B + 1)

    def _token(self) -> dict[str, str]:
        if not self._config.token_file:
            return {}
        return {"Authorization": f"Bearer {Path(self._config.token_file).read_text().strip()}"}


def _tier_in(body: bytes, tiers: Collection[str]) -> str | None:
    if len(body) > ANSWER_MAX_B:
        raise LookupFailed("answer too long")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise LookupFailed("answer is no JSON") from None
    if not isinstance(answer, dict) or "tier" not in answer:
        raise LookupFailed("answer has no tier")
    tier = answer["tier"]
    if tier is None:
        return None
    if not isinstance(tier, str) or tier not in tiers:
        raise LookupFailed("tier is none of the branch's")
    return tier


Said = str | None | LookupFailed
"""A tier, that there is none, or why nothing was said: in no words of the customer's."""


@dataclass
class _Asking:
    """A question on its way; whoever wants the same waits for the same answer."""

    line: Line
    told: Future[str | None] = field(default_factory=Future)


class UrlDirectory:
    """Asks over HTTP, each customer for `timeout_s` at most whatever the line does, and remembers for `cache_s`."""

    def __init__(self, config: Directory, tiers: Collection[str], secret: bytes, clock: Clock) -> None:
        self._config = config
        self._tiers = tiers
        self._secret = secret
        self._clock = clock
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(ASKED_AT_ONCE)
        self._asking: dict[bytes, _Asking] = {}
        self._kept: OrderedDict[bytes, tuple[Said, float]] = OrderedDict()
        self._failures = 0
        self._rests_until = -math.inf
        self.trouble = ""
        """Why the latest look-up failed; empty when it did not."""
        self.figures: Counter[str] = Counter()
        """How look-ups went: found, not_listed, kept, failed, resting, busy."""

    def tier_of(self, key: str) -> str | None:
        mark = hmac.digest(self._secret, b"directory " + key.encode(), hashlib.sha256)
        with self._lock:
            now = self._clock()
            kept, until = self._kept.get(mark, (None, now))
            if now < until:
                self.figures["kept"] += 1
                return _said(kept)
            if now < self._rests_until:
                self.figures["resting"] += 1
                raise LookupFailed("resting")
            asking = self._asking.get(mark) or self._ask(mark, key)
        return self._answer(mark, asking)

    def _ask(self, mark: bytes, key: str) -> _Asking:
        """In a thread of its own: names that do not resolve and answers that drip end in time as well."""
        if not self._room.acquire(blocking=False):
            self.figures["busy"] += 1
            raise LookupFailed("busy")
        asking = self._asking[mark] = _Asking(Line(self._config))
        threading.Thread(target=self._talk, args=(asking, key), name="directory", daemon=True).start()
        return asking

    def _talk(self, asking: _Asking, key: str) -> None:
        try:
            with asking.line:
                asking.told.set_result(asking.line.ask(key, self._tiers))
        except Exception as error:
            asking.told.set_exception(error if isinstance(error, LookupFailed) else LookupFailed(type(error).__name__))
        finally:
            self._room.release()

    def _answer(self, mark: bytes, asking: _Asking) -> str | None:
        said: Said
        try:
            said = asking.told.result(self._config.timeout_s)
        except TimeoutError:
            asking.line.cut()
            said = LookupFailed("too slow")
        except LookupFailed as error:
            said = error
        with self._lock:
            if self._asking.get(mark) is asking:  # the first of those who wait notes it
                del self._asking[mark]
                self._note(mark, said)
        return _said(said)

    def _note(self, mark: bytes, said: Said) -> None:
        failed = isinstance(said, LookupFailed)
        self.figures[_outcome(said)] += 1
        self._keep(mark, said, FAILED_S if failed else self._config.cache_s)
        if not failed and self._failures >= FAILURES:
            log.info("the customer directory answers again")
        self._failures = self._failures + 1 if failed else 0
        self.trouble = str(said) if failed else ""
        if self._failures >= FAILURES:
            self._rests_until = self._clock() + REST_S
            log.warning("the customer directory gives no answer (%s): prefixes alone for %d s", said, REST_S)

    def _keep(self, mark: bytes, said: Said, seconds: float) -> None:
        self._kept[mark] = (said, self._clock() + seconds)
        self._kept.move_to_end(mark)
        while len(self._kept) > CACHE_MAX:
            self._kept.popitem(last=False)


def _outcome(said: Said) -> str:
    if isinstance(said, LookupFailed):
        return "failed"
    return "found" if said else "not_listed"


def _said(said: Said) -> str | None:
    if isinstance(said, LookupFailed):
        raise LookupFailed(str(said))
    return said
