"""The bank's customer directory over HTTP: each customer is asked for once, and for so long at most; what it answered
is remembered in memory alone, under a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import math
import ssl
import threading
import time
from collections import Counter
from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from cachetools import TLRUCache

from lobby.branch.rules import Directory
from lobby.customers.directory import Clock
from lobby.customers.tiering import LookupFailed

log = logging.getLogger(__name__)
for library in ("httpx", "httpcore"):
    # They log every request, and at DEBUG its token.
    logging.getLogger(library).setLevel(logging.WARNING)

CACHE_MAX = 5000
FAILED_S = 15.0
"""So long a customer whose look-up failed is not looked up again: nobody waits twice."""
FAILURES = 3
REST_S = 30.0
"""After so many failures in a row the directory is left alone for so long."""
ASKED_AT_ONCE = 4
ANSWER_MAX_B = 4096

Outcome = str | None | LookupFailed
"""A tier, that there is none, or why there is no answer: in no words of the customer's."""


@dataclass
class _Question:
    """On its way; whoever wants the same waits for the same answer."""

    client: httpx.Client
    answer: Future[str | None] = field(default_factory=Future)


class CustomerDirectory:
    """Asks `config.url`. The file of a token is read for each question, since it may be renewed."""

    def __init__(
        self,
        config: Directory,
        tiers: Collection[str],
        secret: bytes,
        clock: Clock = time.monotonic,
    ) -> None:
        self._config = config
        self._url = config.url or ""
        self._tiers = tiers
        self._secret = secret
        self._clock = clock
        self._certificates = ssl.create_default_context()
        """Those of the system, where a bank's own authority stands."""
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(ASKED_AT_ONCE)
        self._questions: dict[bytes, _Question] = {}
        self._outcomes: TLRUCache[bytes, Outcome] = TLRUCache(CACHE_MAX, self._until, clock)
        self._failures = 0
        self._rests_until = -math.inf
        self.trouble = ""
        """Why the latest look-up failed; empty when it did not."""
        self.figures: Counter[str] = Counter()
        """How look-ups went: found, not_listed, kept, failed, resting, busy."""

    def tier_of(self, key: str) -> str | None:
        """Blocks for `config.timeout_s` at most, whatever the line does. Raises LookupFailed."""
        mark = hmac.digest(self._secret, b"directory " + key.encode(), hashlib.sha256)
        with self._lock:
            if mark in self._outcomes:
                self.figures["kept"] += 1
                return _tier(self._outcomes[mark])
            if self._clock() < self._rests_until:
                self.figures["resting"] += 1
                raise LookupFailed("resting")
            question = self._questions.get(mark) or self._ask(mark, key)
        return self._wait(mark, question)

    def _until(self, mark: bytes, outcome: Outcome, now: float) -> float:
        return now + (FAILED_S if isinstance(outcome, LookupFailed) else self._config.cache_s)

    # -- a question ---------------------------------------------------------------------------------------
    def _ask(self, mark: bytes, key: str) -> _Question:
        """In a thread of its own: names that do not resolve and answers that drip end in time as well."""
        if not self._room.acquire(blocking=False):
            self.figures["busy"] += 1
            raise LookupFailed("busy")
        client = httpx.Client(
            verify=self._certificates, timeout=self._config.timeout_s, trust_env=False
        )
        question = self._questions[mark] = _Question(client)
        threading.Thread(
            target=self._talk, args=(question, key), name="directory", daemon=True
        ).start()
        return question

    def _talk(self, question: _Question, key: str) -> None:
        try:
            with question.client:
                question.answer.set_result(self._exchange(question.client, key))
        except LookupFailed as error:
            question.answer.set_exception(error)
        except Exception as error:
            question.answer.set_exception(LookupFailed(type(error).__name__))
        finally:
            self._room.release()

    def _exchange(self, client: httpx.Client, key: str) -> str | None:
        """The key's tier; None for 404 or `{"tier": null}`. The key stands in the body: an address stands in the logs
        of every server and proxy on its way."""
        with client.stream(
            "POST", self._url, json={"key": key}, headers=self._headers()
        ) as response:
            if response.status_code == 404:
                return None
            if response.status_code != 200:
                raise LookupFailed(f"status {response.status_code}")
            return _tier_in(_body(response), self._tiers)

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if self._config.token_file:
            headers["Authorization"] = f"Bearer {Path(self._config.token_file).read_text().strip()}"
        return headers

    # -- its outcome --------------------------------------------------------------------------------------
    def _wait(self, mark: bytes, question: _Question) -> str | None:
        outcome: Outcome
        try:
            outcome = question.answer.result(self._config.timeout_s)
        except TimeoutError:
            question.client.close()
            outcome = LookupFailed("too slow")
        except LookupFailed as error:
            outcome = error
        with self._lock:
            if self._questions.get(mark) is question:  # the first of those who wait notes it
                del self._questions[mark]
                self._note(mark, outcome)
        return _tier(outcome)

    def _note(self, mark: bytes, outcome: Outcome) -> None:
        self._outcomes[mark] = outcome
        if isinstance(outcome, LookupFailed):
            self._note_failure(outcome)
            return
        self.figures["found" if outcome else "not_listed"] += 1
        if self._failures >= FAILURES:
            log.info("the customer directory answers again")
        self._failures = 0
        self.trouble = ""

    def _note_failure(self, failure: LookupFailed) -> None:
        self.figures["failed"] += 1
        self._failures += 1
        self.trouble = str(failure)
        if self._failures >= FAILURES:
            self._rests_until = self._clock() + REST_S
            log.warning(
                "the customer directory gives no answer (%s): prefixes alone for %d s",
                failure,
                REST_S,
            )


def _body(response: httpx.Response) -> bytes:
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > ANSWER_MAX_B:
            raise LookupFailed("answer too long")
    return body


def _tier_in(body: bytes, tiers: Collection[str]) -> str | None:
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


def _tier(outcome: Outcome) -> str | None:
    if isinstance(outcome, LookupFailed):
        raise LookupFailed(str(outcome))
    return outcome
