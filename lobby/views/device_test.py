"""A test of a printer or a board in words: its button, what came of it, the question that is left."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from lobby.state.device_test import ANSWERS, DeviceTest, Seen, TestKind
from lobby.state.printer import PrinterStatus
from lobby.state.queue import QueueState
from lobby.texts import Readable, Text

STATUS: dict[str, Text] = {
    PrinterStatus.OK: Text("well"),
    PrinterStatus.PAPER_LOW: Text("paper low"),
    PrinterStatus.PAPER_OUT: Text("out of paper"),
    PrinterStatus.COVER_OPEN: Text("cover open"),
    PrinterStatus.OFFLINE: Text("offline"),
    PrinterStatus.SILENT: Text("no longer answers"),
    PrinterStatus.PAUSED: Text("print queue stopped"),
    PrinterStatus.FAULT: Text("program fault; the log has the reason"),
}
"""What a printer tells after the test slip."""
BUTTONS = {
    TestKind.PRINT: Text("Test print"),
    TestKind.CALL: Text("Test call"),
    TestKind.PICTURE: Text("Test picture"),
}
QUESTIONS = {
    TestKind.PRINT: Text("Did a whole slip come out?"),
    TestKind.CALL: Text("Is the call heard well in the lobby?"),
    TestKind.PICTURE: Text("Is the frame whole at all four edges?"),
}
SEEN: dict[tuple[TestKind, str], Text] = {
    (TestKind.PRINT, Seen.YES): Text("a slip came out"),
    (TestKind.PRINT, Seen.NO): Text("no slip came out"),
    (TestKind.CALL, Seen.YES): Text("heard"),
    (TestKind.CALL, Seen.NO): Text("not heard"),
    (TestKind.PICTURE, Seen.YES): Text("the picture is whole"),
    (TestKind.PICTURE, Seen.NO): Text("no picture, or it is cut"),
}
REMEDIES = {
    TestKind.PRINT: Text("Look at its power, cable, cover and paper; docs/printers.md has more"),
    TestKind.CALL: Text(
        "Touch the screen once, turn its loudspeaker up and look at its cable, then test again"
    ),
    TestKind.PICTURE: Text(
        "Switch overscan off in the screen's own menu and set the browser's zoom to 100 %"
    ),
}


class Trial(NamedTuple):
    """A test of a device: what its button says, what came of the latest one today, and the question that only
    somebody in the lobby answers. `went_well` is None while nobody knows."""

    test: TestKind
    device: str
    went_well: bool | None = None
    says: Readable | None = None
    asks: Readable | None = None
    do: Readable | None = None

    @property
    def button(self) -> Text:
        return BUTTONS[self.test]


def trial_of(state: QueueState, now: datetime, kind: TestKind, device: str) -> Trial:
    """The latest test of this kind at the device."""
    test = state.tests.get((kind, device))
    if test is None:
        return Trial(kind, device)
    seen = test.answer in ANSWERS
    well = False if test.is_silent(now) else test.went_well
    says = Text(
        "{time} {who}: {what}",
        time=f"{test.at.astimezone(state.branch.zone):%H:%M}",
        who=state.branch.staff.name_of(test.answered_by if seen else test.by),
        what=_came_of(test, now),
    )
    settled = seen or well is False or _awaits_printer(test)
    asks = None if settled else QUESTIONS[kind]
    return Trial(kind, device, well, says, asks, REMEDIES[kind] if well is False else None)


def _awaits_printer(test: DeviceTest) -> bool:
    return test.test is TestKind.PRINT and not test.answer


def _came_of(test: DeviceTest, now: datetime) -> Readable:
    """A printer's silence is told as silence, and what nobody has said yet as not known."""
    if test.answer in ANSWERS:
        return SEEN[test.test, test.answer]
    if test.is_silent(now):
        return Text("the printer is silent: nothing was printed, as far as is known")
    if _awaits_printer(test):
        return Text("sent, the printer has not answered yet")
    if test.test is not TestKind.PRINT:
        return Text("sent to the screen")
    if test.answer in STATUS:
        return Text("the printer answers: {status}", status=STATUS[test.answer])
    return Text("the printer took the slip and says nothing of itself")
