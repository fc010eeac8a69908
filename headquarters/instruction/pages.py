"""The page of what headquarters sends down: made here, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from flask import Blueprint
from werkzeug.wrappers import Response

from headquarters.instructed import InstructionView, standing
from headquarters.instruction.api import visible
from headquarters.instruction.words import KINDS, detail_said, why_said
from headquarters.shared.choice import units
from headquarters.shared.database import asked
from headquarters.shared.pages import draw, headquarters
from headquarters.visible import picture, summary
from lobby.events.down import TEXT_MAX, WORDS_MAX
from lobby.events.instruction import InstructionKind
from lobby.refused_words import WORDS
from web.gated import page_for
from web.languages import lang
from web.roles import public

pages = Blueprint("instructions", __name__)
HERE = Path(__file__).parent
NEVER = "–"


@dataclass(frozen=True)
class Row:
    """An instruction as the page says it. `late_days`: so long a work order is overdue, 0: it is not."""

    view: InstructionView
    kind: str
    made_at: str
    whom: str
    refused: list[tuple[str, str]]
    silent: list[tuple[str, str]]
    case: str
    late_days: int
    due_days: int | None


@pages.get("/instructions")
@public
def listed() -> str | Response:
    return page_for("office", _listed)


def _listed() -> str:
    here = picture()
    names = {entry.code: here.name(entry).get(lang(), entry.code) for entry in summary("").entries}
    today = datetime.now(headquarters().zone).date()
    views = asked(standing, visible=visible())
    return draw(
        HERE,
        rows=[_row(view, names, today) for view in views],
        names=names,
        units=units(),
        today=today,
        words_max=WORDS_MAX,
        text_max=TEXT_MAX,
    )


def _row(view: InstructionView, names: Mapping[str, str], today: date) -> Row:
    late_days, due_days = _days(view, today)
    return Row(
        view,
        KINDS[InstructionKind(view["kind"])].in_(lang()),
        _local(view["made_at"]),
        _whom(view, names),
        [
            (_name(one["branch"], names), _refusal(one["why"], one["detail"]))
            for one in view["refused"]
        ],
        [(_name(one["branch"], names), _local(one["heard_at"])) for one in view["silent"]],
        _case(view),
        late_days,
        due_days,
    )


def _days(view: InstructionView, today: date) -> tuple[int, int | None]:
    order = view["order"]
    if not order or not order["deadline"]:
        return 0, None
    left = (date.fromisoformat(order["deadline"]) - today).days
    ended = order["answered_at"] or view["withdrawn"]
    return (-left if order["late"] else 0), (None if ended or order["late"] else left)


def _whom(view: InstructionView, names: Mapping[str, str]) -> str:
    """The branch's name where it is one; empty for several."""
    branches = view["branches"]
    return _name(branches[0], names) if branches and len(branches) == 1 else ""


def _name(code: str, names: Mapping[str, str]) -> str:
    return names.get(code, code)


def _refusal(why: str, detail: str) -> str:
    more = detail_said(detail, lang())
    return f"{why_said(why, lang())} {more}".strip()


def _case(view: InstructionView) -> str:
    """The case's number and how it stands."""
    order = view["order"]
    if not order or not order["case"]:
        return ""
    status = WORDS.get(f"case_{order['status']}")
    return f"{order['case']} {status.in_(lang()) if status else ''}".strip()


def _local(instant: str | None) -> str:
    if instant is None:
        return NEVER
    at = datetime.fromisoformat(instant).astimezone(headquarters().zone)
    return f"{at:%Y-%m-%d %H:%M}"
