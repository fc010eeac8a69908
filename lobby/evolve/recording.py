"""What events do to the services that must be recorded 双录."""

from __future__ import annotations

from dataclasses import replace

from lobby import events as ev
from lobby.evolve.registry import follows
from lobby.state.queue import QueueState
from lobby.state.recording import RecordedService, RecordingEntry, RecordingKind, sale_id

Ends = ev.TicketFinished | ev.TicketTransferred | ev.TicketCancelled
Said = ev.RecordingMade | ev.RecordingRefused | ev.RecordingOverridden


@follows(ev.TicketStarted)
def _started(state: QueueState, rec: ev.Recorded, event: ev.TicketStarted) -> None:
    """A customer who comes back from a hold goes on with what began before."""
    if state.quality.recording_of(event.ticket) is None:
        _begin(state, rec, event.ticket, event.counter)


@follows(ev.TicketContinued)
def _continued(state: QueueState, rec: ev.Recorded, event: ev.TicketContinued) -> None:
    _end(state, rec, event.ticket)
    if event.here:
        _begin(state, rec, event.ticket, event.counter)


@follows(ev.TicketFinished)
@follows(ev.TicketTransferred)
@follows(ev.TicketCancelled)
def _ended(state: QueueState, rec: ev.Recorded, event: Ends) -> None:
    _end(state, rec, event.ticket)


@follows(ev.ActUndone)
def _undone(state: QueueState, rec: ev.Recorded, event: ev.ActUndone) -> None:
    """A start that is taken back began nothing, an end that is taken back ended nothing."""
    for recording in state.quality.recordings_of(event.ticket or ""):
        if recording.id in event.undone:
            _put(state, replace(recording, void=True))
        elif recording.ended in event.undone:
            _put(state, replace(recording, ended=None, ended_at=None))


@follows(ev.RecordingMade)
def _made(state: QueueState, rec: ev.Recorded, event: ev.RecordingMade) -> None:
    entry = RecordingEntry(
        rec.seq,
        RecordingKind.MADE,
        rec.at,
        product=event.product,
        reference=event.reference,
        person=rec.person or rec.actor,
        keep_until=event.keep_until,
    )
    _add(state, event, entry)


@follows(ev.RecordingRefused)
def _refused(state: QueueState, rec: ev.Recorded, event: ev.RecordingRefused) -> None:
    entry = RecordingEntry(
        rec.seq,
        RecordingKind.REFUSED,
        rec.at,
        product=event.product,
        reason=event.reason,
        person=rec.person or rec.actor,
    )
    _add(state, event, entry)


@follows(ev.RecordingOverridden)
def _overridden(state: QueueState, rec: ev.Recorded, event: ev.RecordingOverridden) -> None:
    entry = RecordingEntry(
        rec.seq, RecordingKind.OVERRIDDEN, rec.at, reason=event.reason, by=event.by
    )
    _add(state, event, entry)


@follows(ev.RecordingCorrected)
def _corrected(state: QueueState, rec: ev.Recorded, event: ev.RecordingCorrected) -> None:
    """A sale of an earlier day is in the tables alone."""
    for recording in state.quality.recordings_of(event.ticket):
        entries = tuple(_put_right(recording, entry, event) for entry in recording.entries)
        _put(state, replace(recording, entries=entries))


def _put_right(
    recording: RecordedService, entry: RecordingEntry, event: ev.RecordingCorrected
) -> RecordingEntry:
    if sale_id(recording.id, entry.id) != event.sale:
        return entry
    return replace(entry, corrected=event.reference)


@follows(ev.ClockStepped)
def _stepped(state: QueueState, rec: ev.Recorded, event: ev.ClockStepped) -> None:
    """The day's services move along with its waits: the video is found by both."""
    recordings = state.quality.recordings
    state.quality.recordings = {id: one.after_step(event.by) for id, one in recordings.items()}


def _put(state: QueueState, recording: RecordedService) -> None:
    state.quality.recordings[recording.id] = recording


def _begin(state: QueueState, rec: ev.Recorded, id: str, counter: str) -> None:
    ticket = state.tickets[id]
    if not state.branch.service[ticket.service].recorded:
        return
    recording = RecordedService(
        id=rec.seq,
        ticket=id,
        number=ticket.number,
        day=state.day,
        service=ticket.service,
        counter=counter,
        camera=state.branch.recording.cameras.get(counter, ""),
        started_at=rec.at,
        person=rec.person or rec.actor,
    )
    _put(state, recording)


def _end(state: QueueState, rec: ev.Recorded, ticket: str) -> None:
    recording = state.quality.recording_of(ticket)
    if recording:
        _put(state, replace(recording, ended=rec.seq, ended_at=rec.at))


def _add(state: QueueState, event: Said, entry: RecordingEntry) -> None:
    recording = state.quality.recording_of(event.ticket)
    if recording:
        _put(state, replace(recording, entries=(*recording.entries, entry)))
