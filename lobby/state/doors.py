"""Whether somebody who comes now gets a number, and if not, why and when again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lobby.branch.opening import Opening, next_served
from lobby.branch.serving import openings_for
from lobby.refusals import SENTENCES
from lobby.state.queue import QueueState
from lobby.texts import Readable, Text

INSTANT = timedelta(microseconds=1)
WEEKDAY_WORDS = (
    Text("Monday"),
    Text("Tuesday"),
    Text("Wednesday"),
    Text("Thursday"),
    Text("Friday"),
    Text("Saturday"),
    Text("Sunday"),
)
NOT_KNOWN = Text("on a day that is not known yet")
TODAY = Text("today at {time}")
TOMORROW = Text("tomorrow at {time}")
ON_DAY = Text("on {weekday}, {day}, at {time}")
EARLIER = Text("{opens} (numbers from {time})")
MOMENTS = (NOT_KNOWN, TODAY, TOMORROW, ON_DAY, EARLIER)


@dataclass(frozen=True)
class Closed:
    """Why there is no number: the `code` of a refusal and what fills its sentence, when there is one again among it."""

    code: str
    fields: Mapping[str, object] = field(default_factory=dict)

    @property
    def says(self) -> Readable:
        return SENTENCES[self.code].with_(**self.fields)


def closed(state: QueueState, now: datetime) -> Closed | None:
    """Why the branch gives no numbers; None while it does."""
    if state.gives_numbers(now):
        return None
    opening = state.branch.opening
    if opening.always:
        return Closed("day_closed")
    if state.open:
        if opening.serves(now):
            return Closed("numbers_over", {"opens": _gives_again(opening, now)})
        return Closed("closed_now", {"opens": _opens_again(opening, now, now)})
    # Closed by the manager: today's later hours do not count.
    midnight = opening.end_of_day(now) - INSTANT
    return Closed("closed_today", {"opens": _opens_again(opening, midnight, now)})


def closed_for(
    state: QueueState, now: datetime, service: str, tier: str, area: str
) -> Closed | None:
    """Why nobody gets a number for this service; None where the branch gives numbers and a counter serves it today."""
    if shut := closed(state, now):
        return shut
    counters = openings_for(state.branch, service, tier, area)
    if state.by_hand or state.doubted or not counters:
        return None
    if any(counter.serves_later(now) for counter in counters):
        return None
    name = state.branch.service[service].name
    opening = state.branch.opening
    opens = _in_words(opening, next_served(opening, counters, now), now)
    return Closed("not_served", {"service": name, "opens": opens})


def _gives_again(opening: Opening, now: datetime) -> Text:
    """When numbers are given again: before the branch opens, where it has them so early."""
    opens = next_served(opening, (), now)
    return _in_words(opening, opens - opening.early if opens else None, now)


def _opens_again(opening: Opening, after: datetime, now: datetime) -> Text:
    """When the branch opens again after that instant, and from when it gives numbers where that is earlier."""
    opens = next_served(opening, (), after)
    words = _in_words(opening, opens, now)
    if opens is None or not opening.early:
        return words
    return EARLIER.with_(opens=words, time=f"{opens - opening.early:%H:%M}")


def _in_words(opening: Opening, at: datetime | None, now: datetime) -> Text:
    """The instant in words of who asks now."""
    return moment_words(at, now.astimezone(opening.zone)) if at else NOT_KNOWN


def moment_words(at: datetime, now: datetime) -> Text:
    """`today at 13:30`, `tomorrow at 09:00`, or the day. Both instants are in the branch's time zone."""
    time = f"{at:%H:%M}"
    days = (at.date() - now.date()).days
    if days == 0:
        return TODAY.with_(time=time)
    if days == 1:
        return TOMORROW.with_(time=time)
    weekday = WEEKDAY_WORDS[at.weekday()]
    return ON_DAY.with_(weekday=weekday, day=at.date(), time=time)
