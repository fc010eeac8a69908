"""Limits how often a secret may be tried. Delays grow, but nobody can lock out a colleague: an account is delayed at
the address of the tries, and for strangers where tries come from everywhere; a known browser is not delayed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True)
class Rule:
    """`free` tries without a delay, then 1, 2, 4 ... seconds up to `longest_s`; after `forget_s` all are forgotten."""

    free: int
    longest_s: float
    forget_s: float = 1800.0


PAIR = Rule(10, 900.0)
"""One account at one address: OWASP's "account lockout" without a lockout."""
ADDRESS = Rule(40, 300.0)
"""Any account at one address: a shift that changes at one PC makes fewer than forty wrong tries."""
ACCOUNT = Rule(100, 60.0)
"""One account from everywhere: a minute's delay at most, so that its owner is never locked out."""
DEVICE = Rule(10, 600.0)
"""Codes that enrol a device: ten tries among a hundred million codes."""

KEYS_MAX = 20_000
"""So many keys are kept; the oldest are dropped first."""

Key = tuple[str, ...]


@dataclass
class _Tries:
    count: int
    last: float
    until: float


class Throttle:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._tries: OrderedDict[Key, _Tries] = OrderedDict()

    def wait_s(self, keys: dict[Key, Rule]) -> int:
        """The seconds until the next try is allowed; 0: now."""
        now = self._clock()
        delays = [
            tries.until - now
            for key, rule in keys.items()
            if (tries := self._unexpired(key, rule, now))
        ]
        return max(0, int(max(delays, default=0) + 0.999))

    def try_now(self, keys: dict[Key, Rule]) -> None:
        """Counts a try before its secret is checked, so that parallel tries cannot exceed the limit."""
        now = self._clock()
        for key, rule in keys.items():
            tries = self._unexpired(key, rule, now) or _Tries(0, now, now)
            tries.count += 1
            tries.last = now
            if tries.count >= rule.free:
                tries.until = now + min(rule.longest_s, 2.0 ** min(tries.count - rule.free, 20))
            self._tries[key] = tries
            self._tries.move_to_end(key)
        while len(self._tries) > KEYS_MAX:
            self._tries.popitem(last=False)

    def take_back(self, keys: dict[Key, Rule]) -> None:
        """Uncounts a try that was not checked, or was right."""
        for key, rule in keys.items():
            tries = self._tries.get(key)
            if tries is None:
                continue
            tries.count -= 1
            if tries.count < rule.free:
                tries.until = 0.0

    def succeeded(self, keys: dict[Key, Rule]) -> None:
        """The try was right: the tries of its account and address are forgotten, other keys have one try less."""
        self.take_back(keys)
        for key, rule in keys.items():
            if rule is PAIR:
                self._tries.pop(key, None)

    def _unexpired(self, key: Key, rule: Rule, now: float) -> _Tries | None:
        tries = self._tries.get(key)
        if tries and now - tries.last > rule.forget_s:
            del self._tries[key]
            return None
        return tries
