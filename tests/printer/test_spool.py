"""The spool: a dead printer never costs a customer the place, and a slip comes once or is marked."""

from __future__ import annotations

import dataclasses
import json
import os
import pty
import re
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk, TcpPrinter, free_port, until

import printer.spool
from lobby.branch.model import Branch, Printer
from lobby.commands import slip as slips
from lobby.engine.runtime import DATABASE, BranchRuntime, open_branch
from lobby.journal.history import reader, rows_since
from lobby.state.printer import PrinterStatus
from lobby.state.ticket import Ticket
from printer.devices import DeviceError
from printer.fonts import NoFont
from printer.spool import Spool

PATIENCE_S = 2.0
"""A printer of these tests answers at once, and on a busy machine within this time."""
MARK = "补打".encode("gb18030")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer.spool, "BACKOFF_S", (0.05,))
    monkeypatch.setattr(printer.spool, "PROBE_S", 0.1)


@pytest.fixture
def open_with(
    branch: Branch, tmp_path: Path, clock: Clock
) -> Iterator[Callable[..., BranchRuntime]]:
    """open_with(url or printers): the branch with these printers and its spool at work."""
    opened: list[tuple[BranchRuntime, Spool]] = []

    def open_it(*printers: str | Printer, wind: Any = clock) -> BranchRuntime:
        ids = "slip", "second"
        made = tuple(
            p if isinstance(p, Printer) else Printer(id, p, timeout_s=PATIENCE_S)
            for id, p in zip(ids, printers, strict=False)
        )
        runtime = open_branch(
            dataclasses.replace(branch, printers=made), tmp_path, "http://lobby.test", wind
        )
        spool = Spool(runtime)
        spool.start()
        opened.append((runtime, spool))
        return runtime

    yield open_it
    for runtime, spool in opened:
        spool.stop()
        runtime.close()


def state(runtime: BranchRuntime, ticket: dict[str, Any]) -> str:
    with runtime.writer.published() as state:
        return state.slips[f"{ticket['id']}-{state.tickets[ticket['id']].copies}"].state


def alerts(runtime: BranchRuntime) -> list[dict[str, Any]]:
    with runtime.writer.published() as state:
        return [alert.params for alert in state.alerts.values() if alert.kind == "printer"]


def printed(runtime: BranchRuntime, ticket: dict[str, Any]) -> None:
    until(
        lambda: state(runtime, ticket) == "printed",
        f"{ticket['number']} printed, now {state(runtime, ticket)}",
    )


def test_a_slip_is_printed_once(
    open_with: Callable[..., BranchRuntime], tcp_printer: TcpPrinter
) -> None:
    runtime = open_with(tcp_printer.url)
    ticket = Desk(runtime).issue()
    printed(runtime, ticket)
    until(lambda: len(tcp_printer.slips) == 1, "one slip")
    assert b"A001" in tcp_printer.slips[0]
    assert MARK not in tcp_printer.slips[0]


def test_an_unplugged_printer_alerts_and_prints_when_it_is_back(
    open_with: Callable[..., BranchRuntime],
) -> None:
    port = free_port()
    runtime = open_with(f"tcp://127.0.0.1:{port}")
    ticket = Desk(runtime).issue()
    until(lambda: alerts(runtime), "an alert")
    assert state(runtime, ticket) == "queued"
    back = TcpPrinter(port=port)
    printed(runtime, ticket)
    until(lambda: back.slips, "the slip")
    assert MARK not in back.slips[0]
    until(lambda: not alerts(runtime), "the alert is over")
    back.close()


def test_a_mute_printer_counts_as_printed_but_not_as_well(
    open_with: Callable[..., BranchRuntime],
) -> None:
    mute = TcpPrinter(answers={})
    runtime = open_with(mute.url)
    ticket = Desk(runtime).issue()
    printed(runtime, ticket)
    with runtime.writer.published() as state:
        assert state.printers["slip"].status == "unknown"
        assert not state.slips[f"{ticket['id']}-1"].confirmed
    mute.close()


# -- a test print -----------------------------------------------------------------------------------------
def try_printer(runtime: BranchRuntime) -> str:
    """What the printer answers to a test slip."""
    Desk(runtime).test_device(test="print", device="slip", screens=0)

    def answer() -> str:
        with runtime.writer.published() as state:
            return state.tests["print", "slip"].answer

    return str(until(answer, "the printer's answer, or that there is none"))


def test_a_test_slip_is_marked_and_is_no_ticket(
    open_with: Callable[..., BranchRuntime], tcp_printer: TcpPrinter
) -> None:
    runtime = open_with(tcp_printer.url)
    assert try_printer(runtime) == "ok"
    until(lambda: len(tcp_printer.slips) == 1, "one slip")
    assert "测试 TEST".encode("gb18030") in tcp_printer.slips[0]
    assert b"http" not in tcp_printer.slips[0]
    with runtime.writer.published() as state:
        assert not state.tickets
        assert not state.slips


def test_a_test_tells_what_is_wrong_with_the_printer(
    open_with: Callable[..., BranchRuntime],
) -> None:
    without_paper = TcpPrinter(answers={1: 0x12, 2: 0x12, 4: 0x72})
    runtime = open_with(without_paper.url)
    assert try_printer(runtime) == "paper_out"
    assert not without_paper.slips
    without_paper.close()


def test_a_test_of_a_mute_printer_proves_nothing(open_with: Callable[..., BranchRuntime]) -> None:
    mute = TcpPrinter(answers={})
    assert try_printer(open_with(mute.url)) == "unknown"
    until(lambda: mute.slips, "the slip came out all the same")
    mute.close()


def test_who_tests_a_printer_that_fails_does_not_wait_for_its_next_try(
    open_with: Callable[..., BranchRuntime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printer.spool, "BACKOFF_S", (60.0,))
    runtime = open_with(f"tcp://127.0.0.1:{free_port()}")
    Desk(runtime).issue()
    until(lambda: alerts(runtime), "an alert")
    assert try_printer(runtime) == "offline"


def status(runtime: BranchRuntime, id: str = "slip") -> str:
    with runtime.writer.published() as state:
        return state.printers[id].status.value


def test_a_printer_that_used_to_answer_and_is_silent_holds_the_slips(
    open_with: Callable[..., BranchRuntime], tcp_printer: TcpPrinter
) -> None:
    runtime = open_with(tcp_printer.url)
    until(lambda: status(runtime) == "ok", "it answers")
    tcp_printer.answers = {}
    until(lambda: status(runtime) == "silent", "its silence is told")
    assert [alert["status"] for alert in alerts(runtime)] == ["silent"]
    ticket = Desk(runtime).issue()
    until(
        lambda: state(runtime, ticket) == "queued" and status(runtime) == "silent", "the slip waits"
    )
    assert not any(b"A001" in slip for slip in tcp_printer.slips)
    tcp_printer.answers = {1: 0x12, 2: 0x12, 4: 0x12}
    printed(runtime, ticket)
    until(lambda: not alerts(runtime), "the alert is over")


def test_its_silence_is_trouble_on_the_next_day_and_after_a_restart_too(
    open_with: Callable[..., BranchRuntime],
    tcp_printer: TcpPrinter,
    clock: Clock,
    branch: Branch,
    tmp_path: Path,
) -> None:
    one = dataclasses.replace(branch, printers=(Printer("slip", tcp_printer.url),))
    first = open_branch(one, tmp_path, "http://x", clock)
    told = {"printer": "slip", "status": PrinterStatus.OK, "device": tcp_printer.url}
    first.writer.do("printer", slips.printer_changed, **told)
    first.close()
    clock.forward(days=1)
    tcp_printer.answers = {}
    runtime = open_with(tcp_printer.url)
    until(lambda: status(runtime) == "silent", "its silence is told")


def test_another_device_in_its_place_and_a_mute_model_may_be_silent(
    open_with: Callable[..., BranchRuntime], tcp_printer: TcpPrinter
) -> None:
    mute = TcpPrinter()
    runtime = open_with(Printer("slip", mute.url, mute=True, timeout_s=PATIENCE_S))
    until(lambda: status(runtime) == "ok", "it answers")
    mute.answers = {}
    until(lambda: status(runtime) == "unknown", "it is silent, which is no trouble")
    told = {"printer": "slip", "status": PrinterStatus.OK, "device": "tcp://192.0.2.1:9100"}
    runtime.writer.do("printer", slips.printer_changed, **told)
    until(lambda: status(runtime) == "unknown", "another device answered once")
    printed(runtime, Desk(runtime).issue())
    mute.close()


def test_slips_of_a_silent_printer_go_to_its_backup(
    open_with: Callable[..., BranchRuntime], tcp_printer: TcpPrinter
) -> None:
    falls_silent = TcpPrinter()
    runtime = open_with(
        Printer("slip", falls_silent.url, backup="spare", timeout_s=PATIENCE_S),
        Printer("spare", tcp_printer.url),
    )
    until(lambda: status(runtime) == "ok", "it answers")
    falls_silent.answers = {}
    printed(runtime, Desk(runtime).issue())
    until(lambda: tcp_printer.slips and b"A001" in tcp_printer.slips[-1], "the backup prints it")
    falls_silent.close()


# -- no failure is quiet, and none ends the thread -----------------------------------------------------------
class Odd:
    """A device that raises at one step, as often as wanted; else the slip is taken."""

    def __init__(self, step: str, error: BaseException, times: int) -> None:
        self.step = step
        self.error = error
        self.times = times
        self.taken: list[bytes] = []

    def _at(self, step: str) -> None:
        if step == self.step and self.times > 0:
            self.times -= 1
            raise self.error

    def open(self) -> None:
        self._at("open")

    def write(self, data: bytes) -> None:
        self._at("write")
        self.taken.append(data)

    def status(self, within_s: float = 0) -> PrinterStatus:
        self._at("status")
        return PrinterStatus.OK

    def close(self) -> None:
        self._at("close")


ODDITIES = [
    ("open", SystemExit(3)), ("status", KeyboardInterrupt()), ("write", GeneratorExit()), ("write", StopIteration()),
    ("write", termios.error(5, "Input/output error")), ("open", UnicodeEncodeError("gb18030", "x", 0, 1, "no")),
    ("status", RecursionError()), ("close", SystemExit()), ("write", MemoryError()), ("open", NoFont("no font")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("step", "error"), ODDITIES, ids=lambda value: getattr(value, "__name__", repr(value))
)
def test_whatever_a_device_raises_is_told_and_the_slip_comes_in_the_end(
    open_with: Callable[..., BranchRuntime],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    error: BaseException,
) -> None:
    odd = Odd(step, error, times=3)
    monkeypatch.setattr(printer.spool, "open_device", lambda *_: odd)
    runtime = open_with("virtual:")
    ticket = Desk(runtime).issue()
    printed(runtime, ticket)
    assert sum(b"A001" in slip for slip in odd.taken) == 1
    until(lambda: status(runtime) == "ok", "well again")
    if step != "close":
        assert told(runtime, type(error).__name__)


def told(runtime: BranchRuntime, word: str) -> list[str]:
    """The printer's changes in the journal that name this."""
    events = [
        json.loads(row[6])
        for row in rows_since(reader(runtime.data / DATABASE), 0)
        if row[2] == "PrinterChanged"
    ]
    return [event["detail"] for event in events if word in event["detail"]]


def test_a_slip_that_cannot_be_made_is_handed_to_the_manager_and_holds_up_nobody(
    open_with: Callable[..., BranchRuntime],
    monkeypatch: pytest.MonkeyPatch,
    tcp_printer: TcpPrinter,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The manager reads that it cannot be drawn, the log why."""
    real = printer.spool.slip

    def slip(branch: Branch, to: Printer, ticket: Ticket, *more: Any) -> Any:
        if ticket.number == "A001":
            raise UnicodeEncodeError("gb18030", "\ud800", 0, 1, "surrogates not allowed")
        return real(branch, to, ticket, *more)

    monkeypatch.setattr(printer.spool, "slip", slip)
    runtime = open_with(tcp_printer.url)
    bad = Desk(runtime).issue()
    good = Desk(runtime).issue()
    printed(runtime, good)
    assert state(runtime, bad) == "failed"
    assert "undrawable" in [alert["error"] for alert in alerts(runtime)]
    assert not any("Error" in alert["error"] for alert in alerts(runtime))
    assert "UnicodeEncodeError" in caplog.text


def test_a_device_that_cannot_be_made_of_its_configuration_is_told_and_leaves_no_dead_thread(
    open_with: Callable[..., BranchRuntime],
) -> None:
    runtime = open_with("tcp://127.0.0.1:99999", "serial:///dev/ttyS99?baudrate=38400bps")
    until(lambda: status(runtime) == "fault", "the fault is told")
    assert any("port" in alert["error"].lower() for alert in alerts(runtime))
    assert any(thread.name == "spool-slip" for thread in threading.enumerate())


def test_a_node_on_which_a_write_blocks_is_told_and_the_thread_goes_on(
    open_with: Callable[..., BranchRuntime],
) -> None:
    far, near = pty.openpty()
    tty.setraw(near)
    runtime = open_with(
        Printer("slip", f"file://{os.ttyname(near)}", timeout_s=0.2, text="raster", qr="raster")
    )
    ticket = Desk(runtime).issue()
    until(
        lambda: any("takes nothing" in alert["error"] for alert in alerts(runtime)),
        "the blocked write is told",
    )
    assert state(runtime, ticket) != "printed"
    threading.Thread(
        target=lambda: [os.read(far, 65536) for _ in range(10_000)], daemon=True
    ).start()
    printed(runtime, ticket)


def test_slips_of_a_printer_that_is_configured_no_more_go_to_the_first(
    branch: Branch,
    tmp_path: Path,
    clock: Clock,
    open_with: Callable[..., BranchRuntime],
    tcp_printer: TcpPrinter,
) -> None:
    gone = dataclasses.replace(branch, printers=(Printer("gone", "virtual:"),))
    first = open_branch(gone, tmp_path, "http://x", clock)
    ticket = Desk(first).issue()
    first.close()
    runtime = open_with(tcp_printer.url)
    printed(runtime, ticket)


def test_out_of_paper_holds_the_slip_and_tells_the_manager(
    open_with: Callable[..., BranchRuntime],
) -> None:
    empty = TcpPrinter({1: 0x1A, 2: 0x32, 4: 0x72})
    runtime = open_with(empty.url)
    ticket = Desk(runtime).issue()
    until(lambda: any(a["status"] == "paper_out" for a in alerts(runtime)), "paper_out")
    assert state(runtime, ticket) == "queued"
    empty.answers = {1: 0x12, 2: 0x12, 4: 0x12}
    printed(runtime, ticket)
    whole = [slip for slip in empty.slips if b"\x1dV" in slip]
    assert len(whole) == 1
    assert MARK not in whole[0]
    empty.close()


def test_a_slip_cut_off_in_the_middle_comes_again_marked(
    open_with: Callable[..., BranchRuntime], tcp_printer: TcpPrinter
) -> None:
    tcp_printer.cut_after = 100
    runtime = open_with(tcp_printer.url)
    ticket = Desk(runtime).issue()
    until(lambda: tcp_printer.slips, "the first try")
    tcp_printer.cut_after = None
    printed(runtime, ticket)
    until(lambda: b"\x1dV" in tcp_printer.slips[-1], "the whole slip")
    assert MARK in tcp_printer.slips[-1]


def test_a_slip_that_keeps_breaking_is_handed_to_the_manager(
    open_with: Callable[..., BranchRuntime], tcp_printer: TcpPrinter
) -> None:
    tcp_printer.cut_after = 100
    runtime = open_with(tcp_printer.url)
    ticket = Desk(runtime).issue()
    until(lambda: state(runtime, ticket) == "failed", "given up")
    assert any("error" in alert for alert in alerts(runtime))
    tcp_printer.cut_after = None
    Desk(runtime).reprint(ticket=ticket["id"])
    printed(runtime, ticket)
    until(lambda: MARK in tcp_printer.slips[-1], "the reprint is marked")


def test_a_crash_while_sending_prints_again_marked(
    branch: Branch,
    tmp_path: Path,
    clock: Clock,
    open_with: Callable[..., BranchRuntime],
    tcp_printer: TcpPrinter,
) -> None:
    first = open_branch(
        dataclasses.replace(branch, printers=(Printer("slip", tcp_printer.url),)),
        tmp_path,
        "http://x",
        clock,
    )
    ticket = Desk(first).issue()
    first.writer.do("printer", slips.sent, slip=f"{ticket['id']}-1")
    first.close()
    runtime = open_with(tcp_printer.url)
    printed(runtime, ticket)
    until(lambda: tcp_printer.slips, "the slip")
    assert MARK in tcp_printer.slips[0]


def test_a_second_printer_takes_over(
    open_with: Callable[..., BranchRuntime], tcp_printer: TcpPrinter
) -> None:
    dead = Printer("slip", f"tcp://127.0.0.1:{free_port()}", backup="spare", timeout_s=PATIENCE_S)
    runtime = open_with(dead, Printer("spare", tcp_printer.url))
    ticket = Desk(runtime).issue()
    printed(runtime, ticket)
    with runtime.writer.published() as state:
        assert state.slips[f"{ticket['id']}-1"].printer == "spare"


class Hanging:
    """A device that opens when the test lets it, however long its time limit."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def open(self) -> None:
        self.let_go.wait()
        raise DeviceError("it hung")

    def close(self) -> None:
        pass


def test_many_printers_that_hang_hold_up_the_end_only_once(
    open_with: Callable[..., BranchRuntime], monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = Hanging()
    monkeypatch.setattr(printer.spool, "open_device", lambda *_: hanging)
    monkeypatch.setattr(printer.spool, "STOP_S", 0.5)
    spool = Spool(
        open_with(*(Printer(id, "tcp://127.0.0.1:9", timeout_s=30.0) for id in ("slip", "second")))
    )
    spool.start()
    ending = threading.Thread(target=spool.stop)
    ending.start()
    until(lambda: not ending.is_alive(), "the end, although both printers hang")
    hanging.let_go.set()


def test_a_slip_nobody_needs_any_more_is_not_printed(
    open_with: Callable[..., BranchRuntime],
) -> None:
    port = free_port()
    runtime = open_with(f"tcp://127.0.0.1:{port}")
    ticket = Desk(runtime).issue()
    Desk(runtime).cancel(ticket=ticket["id"])
    until(lambda: state(runtime, ticket) == "failed", "given up")
    assert not any("ticket" in str(alert.get("error")) for alert in alerts(runtime))


def test_a_slow_printer_gets_the_whole_slip(open_with: Callable[..., BranchRuntime]) -> None:
    slow = TcpPrinter()
    slow.chunk = 64
    runtime = open_with(slow.url)
    ticket = Desk(runtime).issue()
    printed(runtime, ticket)
    slow.close()


def test_waiting_slips_come_in_the_order_of_their_numbers_and_reprints_last(
    open_with: Callable[..., BranchRuntime],
) -> None:
    paper = TcpPrinter()
    runtime = open_with(paper.url)
    desk = Desk(runtime)
    first = desk.issue()
    printed(runtime, first)
    paper.answers = {1: 0x1A, 2: 0x32, 4: 0x72}
    waiting = desk.issue()
    until(lambda: any(a["status"] == "paper_out" for a in alerts(runtime)), "paper_out")
    desk.reprint(ticket=first["id"])
    later = [desk.issue() for _ in range(3)]
    paper.slips.clear()
    paper.answers = {1: 0x12, 2: 0x12, 4: 0x12}
    for ticket in (waiting, *later, first):
        printed(runtime, ticket)
    until(lambda: len(paper.slips) == 5, "five slips")
    numbers = [re.search(rb"A\d{3}", slip)[0].decode() for slip in paper.slips]  # type: ignore[index]
    assert numbers == ["A002", "A003", "A004", "A005", "A001"]
    assert [MARK in slip for slip in paper.slips] == [False] * 4 + [True]


def test_a_reprint_tells_what_the_first_slip_told(
    open_with: Callable[..., BranchRuntime], clock: Clock
) -> None:
    paper = TcpPrinter()
    runtime = open_with(paper.url)
    desk = Desk(runtime)
    desk.open_counter(counter="1")
    desk.issue()
    ticket = desk.issue()
    printed(runtime, ticket)
    desk.next(counter="1")
    clock.forward(minutes=5)
    desk.reprint(ticket=ticket["id"])
    printed(runtime, ticket)
    until(lambda: len(paper.slips) == 3, "first and second slip")
    for slip in paper.slips[1:]:
        said = slip.decode("gb18030", errors="replace")
        assert "A002" in said
        assert "前面1人" in said.replace(" ", "")
        assert "2026-03-02 09:00:00" in said
    paper.close()


def test_a_logo_that_is_gone_costs_no_customer_the_slip(
    open_with: Callable[..., BranchRuntime],
) -> None:
    paper = TcpPrinter()
    runtime = open_with(Printer("slip", paper.url, logo="/no/such/logo.png"))
    printed(runtime, Desk(runtime).issue())
    assert b"A001" in until(lambda: paper.slips, "the slip")[0]
    paper.close()
