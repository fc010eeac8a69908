"""What a feedback card does to the state."""

from __future__ import annotations

from lobby import events as ev
from lobby.evolve.registry import evolves
from lobby.state.alert import Alert, AlertKind
from lobby.state.queue import QueueState


@evolves(ev.FeedbackGiven)
def _feedback_given(state: QueueState, rec: ev.Recorded, event: ev.FeedbackGiven) -> None:
    ticket = state.tickets.get(event.ticket)
    state.feedback[event.ticket] = event
    if event.score <= state.branch.rules.bad_score:
        params = {
            "score": event.score,
            "reasons": list(event.reasons),
            "text": event.text,
            "visit": event.visit,
        }
        counter = ticket.counter if ticket else None
        state.alerts[rec.seq] = Alert(
            rec.seq, AlertKind.FEEDBACK, rec.at, event.ticket, counter, params
        )


@evolves(ev.FeedbackAsked)
def _asked(state: QueueState, rec: ev.Recorded, event: ev.FeedbackAsked) -> None:
    state.asked.add((event.ticket, event.by))


@evolves(ev.OpinionVoiced)
def _voiced(state: QueueState, rec: ev.Recorded, event: ev.OpinionVoiced) -> None:
    ticket = state.tickets[event.ticket]
    state.voiced[event.ticket] = state.voiced.get(event.ticket, 0) + 1
    state.alerts[rec.seq] = Alert(
        rec.seq, AlertKind.OPINION, rec.at, event.ticket, None, {"text": event.text}, ticket.area
    )
