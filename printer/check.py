"""What `lobby check` says of printers: each is asked, a slip is made for it, and the branch's texts are held against
the fonts. What is called ok here works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from lobby.branch.model import Branch, Printer
from lobby.branch.names import Name
from lobby.events.wait import Wait
from lobby.state.printer import PrinterStatus
from lobby.state.ticket import Ticket
from printer.devices import as_device_error, open_device
from printer.fonts import NoFont, undrawable
from printer.glyphs import adapted, missing
from printer.slip import slip

LINK = "https://lobby.bank.example/0000/f/000000000"
SHOWN = 6
"""So many texts are named; more of them have the same cause."""

TROUBLE: dict[PrinterStatus, Name] = {
    PrinterStatus.UNKNOWN: Name(
        "没有应答状态：照常打印，但缺纸、断电无法得知；请试打一张，型号确不支持状态查询的，请设 mute = true",
        "does not tell its status: it prints, but no one will know of paper or power; try a slip, and set mute = true "
        "for a model that never answers",
    ),
    PrinterStatus.PAPER_LOW: Name("纸将尽，请备好纸卷", "paper is low: have a roll ready"),
    PrinterStatus.PAPER_OUT: Name("缺纸，小票将排队等候", "out of paper: slips will wait"),
    PrinterStatus.COVER_OPEN: Name("机盖打开，小票将排队等候", "the cover is open: slips will wait"),
    PrinterStatus.OFFLINE: Name("离线，小票将排队等候", "offline: slips will wait"),
    PrinterStatus.PAUSED: Name(
        "打印队列已停用或拒收，请用 cupsenable、cupsaccept 恢复",
        "its print queue is stopped or rejects jobs: cupsenable, cupsaccept",
    ),
    PrinterStatus.FAULT: Name("无法使用", "cannot be used"),
}


@dataclass(frozen=True)
class Seen:
    topic: str
    grade: Literal["ok", "warn"]
    text: Name


def look(branch: Branch, data: Path) -> Iterator[Seen]:
    """Every finding about the branch's printers and kiosks."""
    if not branch.printers:
        none = Name("没有打印机：号码只显示在屏幕上", "none: numbers are shown on the screen only")
        yield Seen("printer", "warn", none)
    for printer in branch.printers:
        yield _device(printer, data)
        yield from _sample(branch, printer)
        yield from _texts(branch, printer)
    for kiosk in branch.kiosks:
        if kiosk.printer is None:
            codes = Name("没有打印机：号码以二维码显示", "has no printer: it shows a code")
            yield Seen(f"kiosk {kiosk.id}", "ok", codes)


def _device(printer: Printer, data: Path) -> Seen:
    topic = f"printer {printer.id}"
    status, detail = _asked(printer, data)
    if status is PrinterStatus.OK or (status is PrinterStatus.UNKNOWN and printer.mute):
        said = f"{printer.device}: {status.value}"
        return Seen(topic, "ok", Name(said, said))
    what = TROUBLE[status]
    more = f" ({detail})" if detail else ""
    return Seen(topic, "warn", Name(f"{printer.device}：{what.zh}{more}", f"{printer.device}: {what.en}{more}"))


def _asked(printer: Printer, data: Path) -> tuple[PrinterStatus, str]:
    """How the printer is, and what it said if it is not to be used."""
    try:
        device = open_device(printer, data)
        try:
            device.open()
            return device.status(printer.timeout_s), ""
        finally:
            device.close()
    except Exception as error:
        failure = as_device_error(error, sent=False)
        return failure.status, str(failure)


def _sample(branch: Branch, printer: Printer) -> Iterator[Seen]:
    """A slip is made for it, and not sent."""
    from printer.devices.encode import encode

    try:
        encode(slip(branch, printer, _ticket(branch), LINK, reprint=False), printer)
    except Exception as error:
        cannot = Name(f"无法生成小票：{error}", f"no slip can be made for it: {error}")
        yield Seen(f"printer {printer.id} slip", "warn", cannot)


def _ticket(branch: Branch) -> Ticket:
    service = branch.services[0]
    now = datetime.now(UTC)
    tier = branch.standard_tier
    wait = Wait(600, 1200, 300, 1500)
    where = service.series, service.id, tier.id, "", service.area
    return Ticket("0" * 16, "A001", *where, (), "zh", 1, now, now, 0, wait, tier.target_wait_s)


def _texts(branch: Branch, printer: Printer) -> Iterator[Seen]:
    """The texts of the configuration that the printer's own font lacks, and those that nothing here can print."""
    topic = f"printer {printer.id} font"
    wanted = [(where, _to_draw(text, printer)) for where, text in slip_texts(branch)]
    lost = _named((where, _lost(chars)) for where, chars in wanted)
    if lost:
        how = Name(
            f"印不出：{lost}；请安装 fonts-noto-cjk 或改字",
            f"cannot be printed: {lost}; install fonts-noto-cjk or reword",
        )
        yield Seen(topic, "warn", how)
    drawn = _named((where, "".join(char for char in chars if char not in _lost(chars))) for where, chars in wanted)
    if drawn and printer.text == "gb18030":
        pictures = Name(f"字库所缺，以图形打印：{drawn}", f"not in its own font, printed as pictures: {drawn}")
        yield Seen(topic, "ok", pictures)


def _to_draw(text: str, printer: Printer) -> str:
    """What the printer's own font does not print."""
    return missing(adapted(text, printer.font), printer.font) if printer.text == "gb18030" else text


def _lost(chars: str) -> str:
    """What no font of this machine draws either."""
    try:
        return undrawable(chars)
    except NoFont:
        return chars


def _named(found: Iterator[tuple[str, str]]) -> str:
    named = [f"{where} {chars}" for where, chars in found if chars]
    more = f" +{len(named) - SHOWN}" if len(named) > SHOWN else ""
    return ", ".join(named[:SHOWN]) + more


def slip_texts(branch: Branch) -> Iterator[tuple[str, str]]:
    """What slips take from the configuration, with its key."""
    names = [("bank", branch.bank), ("name", branch.name)]
    names += [(f"areas.name ({area.id})", area.name) for area in branch.areas]
    names += [(f"areas.way ({area.id})", area.way) for area in branch.areas]
    names += [(f"services.name ({service.id})", service.name) for service in branch.services]
    for where, name in names:
        yield f"{where} zh", name.zh
        yield f"{where} en", name.en
