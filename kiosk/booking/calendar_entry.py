"""An appointment as an iCalendar file (RFC 5545): pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

REMIND = timedelta(minutes=30)
"""Time to set out for a branch in the same town."""


def calendar_entry(
    *,
    uid: str,
    made: datetime,
    begins: datetime,
    ends: datetime,
    title: str,
    place: str,
    text: str,
    link: str,
) -> str:
    """All instants have a zone. The file has them in UTC: it needs no definition of a zone."""
    # Calendar.new adds an id by chance: the same appointment would be another file each time.
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Lobby//Appointments//EN")
    event = Event.new(
        uid=uid, stamp=made, start=begins.astimezone(UTC), end=ends.astimezone(UTC), summary=title, location=place,
        description=text, url=link, subcomponents=[_reminder(title)],
    )  # fmt: skip
    calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file.decode()


def _reminder(title: str) -> Alarm:
    alarm = Alarm.new(description=title)
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -REMIND)
    return alarm
