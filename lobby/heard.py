"""When devices were last heard: silence of a device is never health."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

NEVER_S = float("-inf")


class LastHeard:
    """Of each device, on a clock that is never set. One that was `missed` before the start, whose alert stands, is
    missed until it is heard."""

    def __init__(
        self, ids: Sequence[str], steady_s: Callable[[], float], missed: Iterable[str] = ()
    ) -> None:
        self.ids = ids
        self._steady_s = steady_s
        self._heard_s = dict.fromkeys(missed, NEVER_S)

    def hear(self, id: str) -> None:
        self._heard_s[id] = self._steady_s()

    def silent(self, longer_than_s: float) -> list[str]:
        """Those that were heard or missed once, and have not been heard for so long; none for 0."""
        known = [id for id in self.ids if id in self._heard_s]
        return [id for id in known if longer_than_s and self.quiet_s(id) > longer_than_s]

    def quiet_s(self, id: str) -> float:
        """For how long it has not been heard, seconds."""
        return self._steady_s() - self._heard_s.get(id, NEVER_S)
