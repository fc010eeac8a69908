"""What calls for help, alerts and the lobby manager's acts do to the state."""

from __future__ import annotations

from lobby import events as ev
from lobby.evolve.registry import evolves
from lobby.state.alert import Alert, AlertKind, PastIntervention, Pressure
from lobby.state.queue import QueueState


@evolves(ev.HelpRequested)
def _help_requested(state: QueueState, rec: ev.Recorded, event: ev.HelpRequested) -> None:
    state.help_taken.pop(event.kiosk, None)
    state.alerts[rec.seq] = Alert(
        rec.seq, AlertKind.HELP, rec.at, params={"kiosk": event.kiosk, "name": event.name}
    )


@evolves(ev.AlertRaised)
def _raised(state: QueueState, rec: ev.Recorded, event: ev.AlertRaised) -> None:
    if kind := AlertKind.known(event.alert):
        state.alerts[rec.seq] = Alert(
            rec.seq,
            kind,
            rec.at,
            event.ticket,
            event.counter,
            event.params,
            event.area,
            event.subject,
        )


@evolves(ev.AlertCleared)
def _cleared(state: QueueState, rec: ev.Recorded, event: ev.AlertCleared) -> None:
    state.acknowledged.discard((event.alert, event.subject))
    for id in [
        a.id for a in state.alerts.values() if (a.kind, a.subject) == (event.alert, event.subject)
    ]:
        del state.alerts[id]


@evolves(ev.AlertAcknowledged)
def _acknowledged(state: QueueState, rec: ev.Recorded, event: ev.AlertAcknowledged) -> None:
    """One that clears by itself is not raised again while its cause lasts."""
    alert = state.alerts.pop(event.alert, None)
    if alert and alert.kind is AlertKind.HELP:
        state.help_taken[alert.params["kiosk"]] = rec.at
    if alert and alert.subject:
        state.acknowledged.add((alert.kind, alert.subject))


@evolves(ev.InterventionTaken)
def _intervention(state: QueueState, rec: ev.Recorded, event: ev.InterventionTaken) -> None:
    before = Pressure(event.waiting, event.late, event.wait_p90_s)
    state.interventions[rec.seq] = PastIntervention(
        rec.seq, rec.at, rec.actor, event.act, event.area, before, event.ticket, event.counter
    )


@evolves(ev.InterventionMeasured)
def _measured(state: QueueState, rec: ev.Recorded, event: ev.InterventionMeasured) -> None:
    if intervention := state.interventions.get(event.intervention):
        intervention.after = Pressure(event.waiting, event.late, event.wait_p90_s)
