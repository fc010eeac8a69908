"""The printers' part of `lobby check`: it asks each printer for its status, makes a slip for it, and compares the
branch's texts with the fonts."""

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
from lobby.texts import LANGS, Text, languages
from printer.devices import as_device_error, open_device
from printer.fonts import NoFont, undrawable
from printer.glyphs import adapted, missing
from printer.slip import SENTENCES, slip
from printer.trial import SENTENCES as OF_TEST

LINK = "https://lobby.bank.example/0000/f/000000000"
NAMED_MAX = 6
"""A finding names so many texts at most: further ones have the same cause."""

TROUBLE: dict[PrinterStatus, Text] = {
    PrinterStatus.UNKNOWN: Text(
        "does not report its status: it prints, but missing paper or power stays unknown; "
        "try a slip, and set mute = true for a model that never answers"
    ),
    PrinterStatus.PAPER_LOW: Text("paper is low: have a roll ready"),
    PrinterStatus.PAPER_OUT: Text("out of paper: slips will wait"),
    PrinterStatus.COVER_OPEN: Text("the cover is open: slips will wait"),
    PrinterStatus.OFFLINE: Text("offline: slips will wait"),
    PrinterStatus.PAUSED: Text(
        "its print queue is stopped or rejects jobs: cupsenable, cupsaccept"
    ),
    PrinterStatus.FAULT: Text("cannot be used"),
}


@dataclass(frozen=True)
class PrinterFinding:
    topic: str
    grade: Literal["ok", "warn"]
    text: Text


def look(branch: Branch, data: Path) -> Iterator[PrinterFinding]:
    """Every finding about the branch's printers and kiosks."""
    if not branch.printers:
        none = Text("none: numbers are shown on the screen only")
        yield PrinterFinding("printer", "warn", none)
    for printer in branch.printers:
        yield _device(printer, data)
        yield from _sample(branch, printer)
        yield from _texts(branch, printer)
    for kiosk in branch.kiosks:
        if kiosk.printer is None:
            codes = Text("has no printer: it shows a code")
            yield PrinterFinding(f"kiosk {kiosk.id}", "ok", codes)


def _device(printer: Printer, data: Path) -> PrinterFinding:
    topic = f"printer {printer.id}"
    status, detail = _ask_status(printer, data)
    if status is PrinterStatus.OK or (status is PrinterStatus.UNKNOWN and printer.mute):
        well = f"{printer.device}: {status.value}"
        return PrinterFinding(topic, "ok", Text(well))
    trouble = TROUBLE[status]
    reason = f" ({detail})" if detail else ""
    text = Text(
        "{device}: {trouble}{reason}", device=printer.device, trouble=trouble, reason=reason
    )
    return PrinterFinding(topic, "warn", text)


def _ask_status(printer: Printer, data: Path) -> tuple[PrinterStatus, str]:
    """The printer's status, and the reason where it cannot be used."""
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


def _sample(branch: Branch, printer: Printer) -> Iterator[PrinterFinding]:
    """Makes a slip for the printer without sending it."""
    from printer.devices.encode import encode

    try:
        encode(slip(branch, printer, _ticket(branch), LINK, reprint=False), printer)
    except Exception as error:
        cannot = Text("no slip can be made for it: {error}", error=error)
        yield PrinterFinding(f"printer {printer.id} slip", "warn", cannot)


def _ticket(branch: Branch) -> Ticket:
    service = branch.services[0]
    now = datetime.now(UTC)
    tier = branch.standard_tier
    wait = Wait(600, 1200, 300, 1500)
    where = service.series, service.id, tier.id, "", service.area
    return Ticket("0" * 16, "A001", *where, (), "zh", 1, now, now, 0, wait, tier.target_wait_s)


def _texts(branch: Branch, printer: Printer) -> Iterator[PrinterFinding]:
    """The texts of the configuration that are not in the printer's own font, and all texts in no font of this machine.
    A further language is printed as pictures, which is no finding."""
    topic = f"printer {printer.id} font"
    missing_chars = [(where, _not_in_own_font(text, printer)) for where, text in slip_texts(branch)]
    further = [(where, _not_in_own_font(text, printer)) for where, text in further_texts(branch)]
    undrawable_texts = _named(
        (where, _undrawable(chars)) for where, chars in missing_chars + further
    )
    if undrawable_texts:
        advice = Text(
            "cannot be printed: {texts}; install fonts-noto-cjk or reword", texts=undrawable_texts
        )
        yield PrinterFinding(topic, "warn", advice)
    picture_texts = _named(
        (where, "".join(char for char in chars if char not in _undrawable(chars)))
        for where, chars in missing_chars
    )
    if picture_texts and printer.text == "gb18030":
        pictures = Text("not in its own font, printed as pictures: {texts}", texts=picture_texts)
        yield PrinterFinding(topic, "ok", pictures)


def _not_in_own_font(text: str, printer: Printer) -> str:
    """The characters that the printer's own font cannot print; for a raster printer, all of them."""
    return missing(adapted(text, printer.font), printer.font) if printer.text == "gb18030" else text


def _undrawable(chars: str) -> str:
    """The characters that no font of this machine can draw."""
    try:
        return undrawable(chars)
    except NoFont:
        return chars


def _named(texts: Iterator[tuple[str, str]]) -> str:
    named = [f"{where} {chars}" for where, chars in texts if chars]
    more = f" +{len(named) - NAMED_MAX}" if len(named) > NAMED_MAX else ""
    return ", ".join(named[:NAMED_MAX]) + more


def slip_texts(branch: Branch) -> Iterator[tuple[str, str]]:
    """The configuration's Chinese and English texts that slips show, each with its key."""
    for where, name in _slip_names(branch):
        yield from ((f"{where} {lang}", name.in_(lang)) for lang in LANGS)


def further_texts(branch: Branch) -> Iterator[tuple[str, str]]:
    """What slips show in further languages: the configuration's names, and the catalogues' sentences."""
    for lang in languages()[len(LANGS) :]:
        yield from ((f"{where} {lang}", name.in_(lang)) for where, name in _slip_names(branch))
        yield (
            f"translations {lang}",
            "".join(sentence.in_(lang) for sentence in (*SENTENCES, *OF_TEST)),
        )


def _slip_names(branch: Branch) -> Iterator[tuple[str, Name]]:
    yield from (("bank", branch.bank), ("name", branch.name))
    yield from ((f"areas.name ({area.id})", area.name) for area in branch.areas)
    yield from ((f"areas.way ({area.id})", area.way) for area in branch.areas)
    yield from ((f"services.name ({service.id})", service.name) for service in branch.services)
