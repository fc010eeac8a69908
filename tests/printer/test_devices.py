"""The transports against real lines: TCP listeners, a pty pair, files."""

from __future__ import annotations

import os
import pty
import socket
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import TcpPrinter, free_port, until
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lobby.branch.model import Printer
from lobby.state.printer import PrinterStatus
from printer.devices import Device, DeviceError, open_device, patience
from printer.devices.status import ask_status, read_status
from printer.devices.virtual import tray
from printer.paper import sheet_png, sheets
from printer.raster import logo

SLIP = b"\x1b@hello\n\x1dV\x00" * 20


def device(url: str, data: Path = Path("."), timeout_s: float = 1.0) -> Device:
    return open_device(Printer("p", url, timeout_s=timeout_s), data)


def test_a_network_printer_takes_the_slip_and_says_how_it_is(tcp_printer: TcpPrinter) -> None:
    printer = device(tcp_printer.url)
    printer.open()
    assert printer.status() is PrinterStatus.OK
    printer.write(SLIP)
    assert printer.status() is PrinterStatus.OK
    printer.close()
    assert until(lambda: tcp_printer.slips, "slip")[0] == SLIP


def test_nobody_listening_is_offline_and_nothing_is_on_paper() -> None:
    printer = device(f"tcp://127.0.0.1:{free_port()}")
    with pytest.raises(DeviceError) as failed:
        printer.open()
    assert failed.value.status is PrinterStatus.OFFLINE
    assert not failed.value.maybe_on_paper


def test_a_mute_printer_is_unknown_never_fine() -> None:
    mute = TcpPrinter(answers={})
    printer = device(mute.url)
    printer.open()
    assert printer.status() is PrinterStatus.UNKNOWN
    printer.close()
    mute.close()


def test_a_line_cut_in_the_middle_may_have_left_something_on_paper(tcp_printer: TcpPrinter) -> None:
    tcp_printer.cut_after = 10
    printer = device(tcp_printer.url)
    printer.open()
    with pytest.raises(DeviceError) as failed:
        print_for_ever(printer)
    assert failed.value.maybe_on_paper
    printer.close()


def print_for_ever(printer: Device) -> None:
    while True:
        printer.write(SLIP)
        printer.status()


def test_a_printer_that_takes_nothing_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        printer = device(f"tcp://127.0.0.1:{deaf.getsockname()[1]}", timeout_s=0.2)
        printer.open()
        with pytest.raises(DeviceError) as failed:
            printer.write(b"x" * 20_000_000)
        assert failed.value.maybe_on_paper
        printer.close()


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ((0x12, 0x12, 0x12), PrinterStatus.OK),
        ((0x12, 0x12, 0x1E), PrinterStatus.PAPER_LOW),
        ((0x1A, 0x32, 0x72), PrinterStatus.PAPER_OUT),
        ((0x1A, 0x16, 0x12), PrinterStatus.COVER_OPEN),
        ((0x1A, 0x12, 0x12), PrinterStatus.OFFLINE),
    ],
)
def test_answers_mean_what_the_reference_says(
    answers: tuple[int, int, int], status: PrinterStatus
) -> None:
    assert read_status(*answers) is status


@given(st.integers(0, 255))
def test_a_byte_that_is_no_answer_is_unknown(byte: int) -> None:
    if byte & 0b10010011 != 0b00010010:
        assert ask_status(lambda *_: byte) is PrinterStatus.UNKNOWN


class SerialPrinter:
    """The far end of a serial line: a pty that answers DLE EOT."""

    def __init__(self) -> None:
        self.far, near = pty.openpty()
        tty.setraw(near)
        self.path = os.ttyname(near)
        self.got = b""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                data = os.read(self.far, 4096)
            except OSError:
                return
            self.got += data
            if data[-3:-1] == b"\x10\x04":
                os.write(self.far, b"\x12")


@pytest.fixture
def serial_printer() -> Iterator[SerialPrinter]:
    printer = SerialPrinter()
    yield printer
    os.close(printer.far)


def test_a_serial_printer_takes_the_slip_and_says_how_it_is(serial_printer: SerialPrinter) -> None:
    printer = device(f"serial://{serial_printer.path}?baudrate=38400")
    printer.open()
    assert printer.status() is PrinterStatus.OK
    printer.write(SLIP)
    until(lambda: SLIP in serial_printer.got, "the slip on the far end")
    printer.close()


def test_a_serial_line_that_is_unplugged_says_so_at_every_step() -> None:
    """termios.error and SerialException are told like any other error of a line."""
    acts: list[Callable[[Device], object]] = [
        lambda p: p.status(),
        lambda p: p.write(SLIP),
        lambda p: p.open(),
    ]
    for act in acts:
        far, near = pty.openpty()
        path = os.ttyname(near)
        printer = device(f"serial://{path}", timeout_s=0.3)
        printer.open()
        os.close(near)
        os.close(far)
        with pytest.raises(DeviceError, match=path) as failed:
            act(printer)
        assert failed.value.status is PrinterStatus.OFFLINE
        printer.close()


def test_a_serial_line_that_is_not_there_is_offline() -> None:
    with pytest.raises(DeviceError):
        device("serial:///dev/no-such-line").open()


def test_a_file_is_appended_to(tmp_path: Path) -> None:
    for _ in range(2):
        printer = device(f"file://{tmp_path}/out.bin")
        printer.open()
        printer.write(SLIP)
        printer.close()
    assert (tmp_path / "out.bin").read_bytes() == SLIP * 2


@pytest.fixture
def deaf_node() -> Iterator[str]:
    """A device node whose far end takes nothing, as /dev/usb/lp0 without paper."""
    far, near = pty.openpty()
    tty.setraw(near)
    yield os.ttyname(near)
    os.close(far)
    os.close(near)


@pytest.mark.parametrize("scheme", ["file", "serial"])
def test_a_node_that_takes_nothing_times_out(deaf_node: str, scheme: str) -> None:
    printer = device(f"{scheme}://{deaf_node}", timeout_s=0.2)
    printer.open()
    began = time.monotonic()
    with pytest.raises(DeviceError, match="takes nothing") as failed:
        printer.write(b"x" * 200_000)
    assert failed.value.maybe_on_paper
    printer.close()
    assert time.monotonic() - began < 10


def test_a_pipe_that_nobody_reads_is_offline_and_one_that_is_full_times_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lp0")
    printer = device(f"file://{tmp_path}/lp0", timeout_s=0.2)
    with pytest.raises(DeviceError):
        printer.open()
    reader = os.open(tmp_path / "lp0", os.O_RDONLY | os.O_NONBLOCK)
    printer.open()
    with pytest.raises(DeviceError, match="takes nothing"):
        printer.write(b"x" * 200_000)
    printer.close()
    os.close(reader)


def test_a_node_is_asked_how_it_is_and_gets_the_bytes_as_they_are(
    serial_printer: SerialPrinter,
) -> None:
    printer = device(f"file://{serial_printer.path}")
    printer.open()
    assert printer.status() is PrinterStatus.OK
    printer.write(SLIP)
    until(lambda: SLIP in serial_printer.got, "the slip on the far end")
    printer.close()


def test_a_node_that_is_gone_is_never_made_as_a_file() -> None:
    """A file at its place would swallow slips for ever."""
    with pytest.raises(DeviceError):
        device("file:///dev/no-such-lp0").open()
    assert not Path("/dev/no-such-lp0").exists()


def test_bytes_that_only_this_machine_took_are_not_printed() -> None:
    """A small slip fits into the kernel's buffer while the printer takes nothing."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        printer = device(f"tcp://127.0.0.1:{deaf.getsockname()[1]}", timeout_s=0.2)
        printer.open()
        with pytest.raises(DeviceError) as failed:
            printer.write(b"x" * 60_000)
        assert failed.value.maybe_on_paper
        printer.close()


class Trickle:
    """A printer on the network, or what calls itself one, that takes a few bytes at a time for ever."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            line, _ = self._listener.accept()
            threading.Thread(target=self._take, args=(line,), daemon=True).start()

    def _take(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            while line.recv(16):
                time.sleep(0.01)


def test_a_printer_that_takes_a_byte_now_and_then_keeps_no_slip_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "TURNS", 0.01)
    monkeypatch.setattr(patience, "SLOWEST_BYTES_S", 1_000_000.0)
    printer = device(Trickle().url, timeout_s=30.0)
    printer.open()
    with pytest.raises(DeviceError, match="too slow") as failed:
        printer.write(b"x" * 1_000_000)
    assert failed.value.maybe_on_paper
    printer.close()


def test_a_node_that_takes_a_byte_now_and_then_keeps_no_slip_for_ever(
    serial_printer: SerialPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "TURNS", -1.0)
    printer = device(f"serial://{serial_printer.path}")
    printer.open()
    with pytest.raises(DeviceError, match="too slow"):
        printer.write(SLIP)
    printer.close()


def test_a_cups_queue_that_is_not_there_says_so() -> None:
    with pytest.raises(DeviceError, match=r"cups|lpstat"):
        device("cups://no-such-queue").open()


def test_a_usb_printer_that_is_not_there_says_so() -> None:
    with pytest.raises(DeviceError, match="usb"):
        device("usb://04b8:0e15").open()


def test_the_virtual_printers_tray_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"canary")
    lies = tray(tmp_path, "main")
    lies.mkdir(parents=True)
    (lies / "000001.bin").symlink_to(tmp_path / "secret.key")
    code = b"\x1d(k\x05\x001P0hi\x1d(k\x03\x001Q0"
    (lies / "000002.bin").write_bytes(b"A001\n" + code)
    assert sheets(tmp_path, "main") == [{"n": 2, "text": "A001", "link": "hi"}]
    with pytest.raises(OSError):  # noqa: PT011
        sheet_png(tmp_path, "main", 576, 1)


def test_a_logo_that_is_a_link_is_left_out(tmp_path: Path) -> None:
    Image.new("1", (8, 8)).save(tmp_path / "real.png")
    (tmp_path / "logo.png").symlink_to(tmp_path / "real.png")
    assert logo(str(tmp_path / "real.png"), 576).width
    with pytest.raises(OSError):  # noqa: PT011
        logo(str(tmp_path / "logo.png"), 576)
