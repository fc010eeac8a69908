"""The demo's lobby manager: acknowledges alerts after a while and grants breaks. A person at the tablet can do more."""

from __future__ import annotations

from datetime import timedelta

from demo.stage import MANAGER, Stage
from lobby.commands.base import Who
from lobby.state.alert import Alert, AlertKind

ROUND_S = 30.0
ACKNOWLEDGED_AFTER_S = {
    AlertKind.HELP: 120.0,
    AlertKind.FEEDBACK: 600.0,
    AlertKind.BREAK: 60.0,
    AlertKind.LATE: 600.0,
    AlertKind.LONG: 600.0,
    AlertKind.IDLE: 300.0,
}
"""How long each kind of alert stands before it is acknowledged; other kinds clear by themselves."""

WHO = Who(MANAGER, "manager")


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
            if now - alert.at > timedelta(
                seconds=ACKNOWLEDGED_AFTER_S.get(alert.kind, float(10**6))
            ):
                self._acknowledge(alert)
        self._stage.after(ROUND_S, self._round)

    def _acknowledge(self, alert: Alert) -> None:
        if alert.kind is AlertKind.BREAK and alert.counter:
            self._stage.do(
                MANAGER, self._stage.commands.answer_break, counter=alert.counter, granted=True
            )
        else:
            self._stage.do(MANAGER, self._stage.commands.acknowledge, alert=alert.id, who=WHO)
