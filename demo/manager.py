"""The lobby manager: takes alerts on after a while, and grants breaks. The rest is left to whoever watches."""

from __future__ import annotations

from datetime import timedelta

from demo.stage import Stage
from lobby.state.alert import Alert, AlertKind

ROUND_S = 30.0
TAKES_S = {
    AlertKind.HELP: 120.0,
    AlertKind.FEEDBACK: 600.0,
    AlertKind.BREAK: 60.0,
    AlertKind.LATE: 600.0,
    AlertKind.LONG: 600.0,
    AlertKind.IDLE: 300.0,
}
"""How long each kind of alert stands before it is taken on; what is not named clears by itself."""


class Manager:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def morning(self) -> None:
        self._stage.after(ROUND_S, self._round)

    def _round(self) -> None:
        now = self._stage.clock()
        with self._stage.runtime.writer.published() as state:
            alerts = list(state.alerts.values())
        for alert in alerts:
            if now - alert.at > timedelta(seconds=TAKES_S.get(alert.kind, float(10**6))):
                self._take(alert)
        self._stage.after(ROUND_S, self._round)

    def _take(self, alert: Alert) -> None:
        if alert.kind is AlertKind.BREAK and alert.counter:
            self._stage.do(self._stage.hall.answer_break, counter=alert.counter, granted=True)
        else:
            self._stage.do(self._stage.hall.acknowledge, alert=alert.id)
