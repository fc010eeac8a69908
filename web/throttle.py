"""How often somebody may try a secret. Delays grow, and nobody can keep a colleague out: an account is slowed for who
tries at one place, and for strangers where it is tried from everywhere; a browser that signed in before passes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True)
class Rule:
    """`free` tries without a delay, then 1, 2, 4 ... seconds up to `longest_s`; all is forgotten after `forget_s`."""

    free: int
    longest_s: float
    forget_s: float = 1800.0


PAIR = Rule(10, 900.0)
"""One account at one place: OWASP's "account lockout" without a lockout."""
ADDRESS = Rule(40, 300.0)
"""One address, any account: a shift changes at one PC, which is no forty wrong passwords."""
ACCOUNT = Rule(100, 60.0)
"""One account from everywhere: slow for strangers, but never shut."""
DEVICE = Rule(10, 600.0)
"""Codes that enrol a device: ten tries of a hundred million."""

KEPT = 20_000
"""So many keys are kept; the oldest are forgotten first."""

Key = tuple[str, ...]


@dataclass
class _Tried:
    count: int
    last: float
    until: float


class Throttle:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._tried: OrderedDict[Key, _Tried] = OrderedDict()

    def wait_s(self, keys: dict[Key, Rule]) -> int:
        """How long until the next try, seconds; 0: now."""
        now = self._clock()
        found = [tried.until - now for key, rule in keys.items() if (tried := self._fresh(key, rule, now))]
        return max(0, int(max(found, default=0) + 0.999))

    def try_now(self, keys: dict[Key, Rule]) -> None:
        """Counted before it is known whether it is right: many at once are no way round."""
        now = self._clock()
        for key, rule in keys.items():
            tried = self._fresh(key, rule, now) or _Tried(0, now, now)
            tried.count += 1
            tried.last = now
            if tried.count >= rule.free:
                tried.until = now + min(rule.longest_s, 2.0 ** min(tried.count - rule.free, 20))
            self._tried[key] = tried
            self._tried.move_to_end(key)
        while len(self._tried) > KEPT:
            self._tried.popitem(last=False)

    def take_back(self, keys: dict[Key, Rule]) -> None:
        """That try was none: nothing was asked, or it was right."""
        for key, rule in keys.items():
            tried = self._tried.get(key)
            if tried is None:
                continue
            tried.count -= 1
            if tried.count < rule.free:
                tried.until = 0.0

    def right(self, keys: dict[Key, Rule]) -> None:
        """That try was right: its place is trusted again, the others have one try less against them."""
        self.take_back(keys)
        for key, rule in keys.items():
            if rule is PAIR:
                self._tried.pop(key, None)

    def _fresh(self, key: Key, rule: Rule, now: float) -> _Tried | None:
        tried = self._tried.get(key)
        if tried and now - tried.last > rule.forget_s:
            del self._tried[key]
            return None
        return tried
