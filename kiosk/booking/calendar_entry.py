"""An appointment as an iCalendar file (RFC 5545): pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

REMIND_MIN = 30
LINE_BYTES = 75


def calendar_entry(
    *, uid: str, made: datetime, begins: datetime, ends: datetime, title: str, place: str, text: str, link: str
) -> str:
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Lobby//Appointments//EN", "BEGIN:VEVENT",
        f"UID:{uid}", f"DTSTAMP:{_instant(made)}", f"DTSTART:{_instant(begins)}", f"DTEND:{_instant(ends)}",
        f"SUMMARY:{_escaped(title)}", f"LOCATION:{_escaped(place)}", f"DESCRIPTION:{_escaped(text)}", f"URL:{link}",
        "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(title)}", f"TRIGGER:-PT{REMIND_MIN}M",
        "END:VALARM", "END:VEVENT", "END:VCALENDAR",
    )  # fmt: skip
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line of at most 75 bytes; what continues begins with a space. No character is cut."""
    part = ""
    for char in line:
        if len((part + char).encode()) > LINE_BYTES:
            yield part
            part = " "
        part += char
    yield part
