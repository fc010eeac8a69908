"""A queue of CUPS, against a real cupsd on loopback with a backend whose printer is a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import free_port, until
from hypothesis import given
from hypothesis import strategies as st

import printer.devices.cups
from lobby.branch.model import Printer
from lobby.state.printer import PrinterStatus
from printer.devices import Device, DeviceError, open_device
from printer.devices.ipp import read_attributes

CUPSD = Path("/usr/sbin/cupsd")
SLIP = b"\x1b@hello\n\x1dV\x00"
BACKEND = """#!/bin/sh
[ $# = 0 ] && { echo 'direct folder "Unknown" "folder"'; exit 0; }
far="${DEVICE_URI#folder:}"
[ -f "$far/off" ] && sleep 600
[ -f "$far/broken" ] && { echo "ERROR: it is broken" >&2; exit 1; }
[ -f "$far/empty" ] && echo "STATE: +media-empty-error" >&2
cat "${6:--}" > "$far/slip-$1"
"""
CONF = """LogLevel warn
Listen 127.0.0.1:{port}
Browsing No
DefaultAuthType None
WebInterface No
<Location />
  Order allow,deny
  Allow from 127.0.0.1
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""
FILES = """ServerRoot {at}/root
ServerBin {at}/bin
DataDir /usr/share/cups
RequestRoot {at}/spool
TempDir {at}/spool/tmp
CacheDir {at}/cache
StateDir {at}/state
AccessLog {at}/log/access
ErrorLog {at}/log/error
PageLog {at}/log/page
SystemGroup root
"""


class CupsServer:
    """cupsd with one queue, `slip`; its printer prints into the folder `far`."""

    def __init__(self, at: Path) -> None:
        self.port = free_port()
        self.far = at / "far"
        for folder in ("root/ssl", "spool/tmp", "cache", "state", "log", "far", "bin"):
            (at / folder).mkdir(parents=True)
        shutil.copytree("/usr/lib/cups", at / "bin", dirs_exist_ok=True)
        (at / "bin/backend/folder").write_text(BACKEND)
        (at / "bin/backend/folder").chmod(0o700)
        (at / "root/cupsd.conf").write_text(CONF.format(port=self.port))
        (at / "root/files.conf").write_text(FILES.format(at=at))
        command = [
            str(CUPSD),
            "-f",
            "-c",
            str(at / "root/cupsd.conf"),
            "-s",
            str(at / "root/files.conf"),
        ]
        self.process = subprocess.Popen(command)
        until(lambda: self.run("lpstat", "-r") == "scheduler is running\n", "cupsd runs", 30)
        self.run("lpadmin", "-p", "slip", "-E", "-v", f"folder:{self.far}")

    def run(self, *command: str) -> str:
        env = {**os.environ, "LC_ALL": "C", "CUPS_SERVER": f"127.0.0.1:{self.port}"}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False).stdout

    def policy(self, name: str) -> None:
        """What CUPS does when its printer fails."""
        self.run("lpadmin", "-p", "slip", "-o", f"printer-error-policy={name}")

    def slips(self) -> list[bytes]:
        return [file.read_bytes() for file in sorted(self.far.glob("slip-*"))]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CupsServer]:
    if not CUPSD.exists() or os.geteuid() != 0:
        pytest.skip("needs cups-daemon and cups-client, and to be root")
    server = CupsServer(tmp_path)
    monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{server.port}")
    yield server
    server.stop()


def device(queue: str = "slip") -> Device:
    made = open_device(Printer("p", f"cups://{queue}", timeout_s=5), Path("."))
    made.open()
    return made


def test_a_slip_is_printed_when_cups_says_that_its_job_is_done(cups: CupsServer) -> None:
    queue = device()
    assert queue.status() is PrinterStatus.UNKNOWN
    queue.write(SLIP)
    assert cups.slips() == [SLIP]


def test_a_queue_that_is_stopped_or_rejects_does_not_print(cups: CupsServer) -> None:
    queue = device()
    cups.run("cupsdisable", "-r", "out of order", "slip")
    assert queue.status() is PrinterStatus.PAUSED
    cups.run("cupsenable", "slip")
    assert queue.status() is PrinterStatus.UNKNOWN
    cups.run("cupsreject", "slip")
    assert queue.status() is PrinterStatus.PAUSED
    with pytest.raises(DeviceError, match="not accepting"):
        queue.write(SLIP)
    cups.run("cupsaccept", "slip")
    cups.run("cupsdisable", "--hold", "slip")
    assert queue.status() is PrinterStatus.PAUSED


def test_a_slip_for_a_stopped_queue_is_taken_back_and_comes_out_once(cups: CupsServer) -> None:
    """Who looks before the queue is stopped still does not leave a job there that comes out besides the reprint."""
    queue = device()
    cups.run("cupsdisable", "slip")
    with pytest.raises(DeviceError) as failed:
        queue.write(SLIP)
    assert (failed.value.status, failed.value.maybe_on_paper) == (PrinterStatus.PAUSED, False)
    cups.run("cupsenable", "slip")
    queue.write(b"second")
    assert cups.slips() == [b"second"]


@pytest.mark.parametrize("policy", ["abort-job", "stop-printer"])
def test_a_job_that_its_printer_fails_is_no_printed_slip(cups: CupsServer, policy: str) -> None:
    cups.policy(policy)
    (cups.far / "broken").touch()
    with pytest.raises(DeviceError, match="it is broken") as failed:
        device().write(SLIP)
    assert failed.value.maybe_on_paper
    assert cups.slips() == []


def test_a_printer_that_takes_nothing_is_not_waited_for_without_end(
    cups: CupsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printer.devices.cups, "JOB_S", 0.5)
    (cups.far / "off").touch()
    queue = device()
    with pytest.raises(DeviceError) as failed:
        queue.write(SLIP)
    assert (failed.value.status, failed.value.maybe_on_paper) == (PrinterStatus.OFFLINE, True)


def test_what_cups_sees_of_the_printer_is_told(cups: CupsServer) -> None:
    (cups.far / "empty").touch()
    queue = device()
    queue.write(SLIP)
    assert until(lambda: queue.status() is PrinterStatus.PAPER_OUT, "out of paper")


def test_a_queue_that_is_not_there_and_a_server_that_does_not_run_are_told(
    cups: CupsServer,
) -> None:
    with pytest.raises(DeviceError, match="no such queue"):
        device("none")
    cups.stop()
    with pytest.raises(DeviceError, match="refused"):
        device()


@given(st.binary(max_size=200))
def test_no_answer_breaks_the_reader(data: bytes) -> None:
    assert isinstance(read_attributes(data), dict)
