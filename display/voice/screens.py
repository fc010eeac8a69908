"""What is said of a kiosk's screen: its lines, as a voice has to be given them. A ticket's number is said sign by sign,
as the calls say it; all else is counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from display.voice.wording import Phrase, counted_zh, signs_en, signs_zh

SHELF = "screens"
"""Parts of screens are kept apart: however many there are, those of calls stay."""
NUMBER = re.compile(r"\b([A-Z]{1,2}[0-9]{3,4})\b")
DATE = re.compile(r"\b[0-9]{4}-([0-9]{2})-([0-9]{2})\b")
TIME = re.compile(r"\b([0-9]{2}):([0-9]{2})\b")
TWO = re.compile(r"(?<![0-9])2 ?(?=[人分项个位])")
"""两, where things are counted."""
AMOUNT = re.compile(r"[0-9]+")
ENDS = re.compile(r"[。！？，；：.!?,;:…]$")
Change = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
TO = re.compile(r"(?<=[0-9]) ?[–-] ?(?=[0-9])")
PAUSE = re.compile(r" ?[·/|] ?")
NOT_SAID = re.compile(r"[“”…「」]")


def line_phrase(lang: str, line: str) -> Phrase:
    """The line as a voice reads it, with a pause at its end."""
    said = NOT_SAID.sub("", line).strip()
    changes, stop = (CHINESE, "。") if lang == "zh" else (ENGLISH, ".")
    for pattern, change in changes:
        said = pattern.sub(change, said)
    if not ENDS.search(said):
        said += stop
    return Phrase(said, shelf=SHELF)


def _time_zh(found: re.Match[str]) -> str:
    hours, minutes = found.groups()
    said = f"{counted_zh(str(int(hours))) or '零'}点"
    if minutes == "00":
        return said
    return f"{said}{'零' if minutes[0] == '0' else ''}{counted_zh(str(int(minutes)))}分"


def _date_zh(found: re.Match[str]) -> str:
    month, day = (counted_zh(str(int(part))) for part in found.groups())
    return f"{month}月{day}日"


CHINESE: tuple[Change, ...] = (
    (NUMBER, lambda found: signs_zh(found[1])),
    (DATE, _date_zh),
    (TIME, _time_zh),
    (TO, lambda _: "到"),
    (TWO, lambda _: "两"),
    (AMOUNT, lambda found: counted_zh(found[0])),
    (PAUSE, lambda _: "，"),
    (re.compile(r"(?<=[\u4e00-\u9fff]) +| +(?=[\u4e00-\u9fff])"), lambda _: ""),
)
ENGLISH: tuple[Change, ...] = (
    (NUMBER, lambda found: signs_en(found[1])),
    (TO, lambda _: " to "),
    (re.compile(r"\bmin\b"), lambda _: "minutes"),
    (PAUSE, lambda _: ", "),
)
