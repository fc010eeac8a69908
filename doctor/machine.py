"""What the machine has for slips and calls: a font, a voice, and the bank's own recordings."""

from __future__ import annotations

from pathlib import Path

from display.voice import kokoro
from display.voice.clips import missing
from display.voice.wording import recordings
from doctor.finding import Finding, Findings, Say
from lobby.branch.model import Branch
from lobby.texts import Text
from printer.fonts import NoFont, cjk_font_file

LISTED = 8
"""More words that are missing would hide the other findings."""


def findings(branch: Branch | None, data: Path, say: Say) -> Findings:
    yield from _font(branch, say)
    yield from _voice(branch, say)
    if branch:
        yield from _recordings(branch, data, say)


def _font(branch: Branch | None, say: Say) -> Findings:
    printers = branch.printers if branch else ()
    needed = any(p.text == "raster" or p.device == "virtual:" for p in printers)
    try:
        yield Finding("font", "ok", cjk_font_file())
    except NoFont as error:
        yield Finding("font", "warn" if needed else "ok", str(error))


def _voice(branch: Branch | None, say: Say) -> Findings:
    try:
        import espeakng_loader

        library = str(espeakng_loader.get_library_path())
    except (ImportError, OSError) as error:
        unsaid = Text("calls cannot be spoken: {error}", error=error)
        yield Finding("voice", "warn", say(unsaid))
        return
    if branch is None or branch.voice.engine == "espeak":
        yield Finding("voice", "ok", library)
    elif not kokoro.is_there():
        yield Finding("voice", "ok", say(Text("eSpeak NG; `make voice` installs a better one")))
    else:
        yield from _speakers(branch, say)


def _speakers(branch: Branch, say: Say) -> Findings:
    known = kokoro.voices()
    for speaker in (branch.voice.zh, branch.voice.en):
        if speaker not in known:
            unknown = Text(
                "no speaker {speaker}; there are {known}", speaker=speaker, known=", ".join(known)
            )
            yield Finding("voice", "warn", say(unknown))
        else:
            yield Finding("voice", "ok", f"{kokoro.FOLDER}: {speaker}")


def _recordings(branch: Branch, data: Path, say: Say) -> Findings:
    """Only where the bank began to record: a folder that is not there is no fault."""
    needed = recordings(branch)
    lacking = missing(data, needed)
    if len(lacking) == len(needed):
        return
    if not lacking:
        whole = Text("all {n} words are recorded", n=len(needed))
        yield Finding("recordings", "ok", say(whole))
        return
    listed = ", ".join(lacking[:LISTED]) + (" …" if len(lacking) > LISTED else "")
    told = Text(
        "{n} of {all} words are not recorded, the voice says them: {words}",
        n=len(lacking),
        all=len(needed),
        words=listed,
    )
    yield Finding("recordings", "warn", say(told))
