"""What the machine has for slips and calls: a font and a voice."""

from __future__ import annotations

from doctor.finding import Finding, Findings, Say
from lobby.branch.model import Branch
from lobby.texts import Text
from printer.fonts import NoFont, cjk_font_file


def findings(branch: Branch | None, say: Say) -> Findings:
    yield from _font(branch, say)
    yield from _voice(say)


def _font(branch: Branch | None, say: Say) -> Findings:
    printers = branch.printers if branch else ()
    needed = any(p.text == "raster" or p.device == "virtual:" for p in printers)
    try:
        yield Finding("font", "ok", cjk_font_file())
    except NoFont as error:
        yield Finding("font", "warn" if needed else "ok", str(error))


def _voice(say: Say) -> Findings:
    try:
        import espeakng_loader

        yield Finding("voice", "ok", str(espeakng_loader.get_library_path()))
    except (ImportError, OSError) as error:
        missing = Text("calls cannot be spoken: {error}", error=error)
        yield Finding("voice", "warn", say(missing))
