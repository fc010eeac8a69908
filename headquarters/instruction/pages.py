"""The page of what headquarters sends down: made here, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from headquarters.instruction.again import lacking
from headquarters.instruction.api import visible
from headquarters.instruction.applied import ConfigurationStateView
from headquarters.instruction.improving import AskedActionView
from headquarters.instruction.instructed import InstructionView, RefusedView, standing
from headquarters.instruction.words import (
    ANSWERED,
    IN_TIME,
    KINDS,
    SLIDES,
    STATES,
    TONES,
    TOO_LATE,
    VERDICTS,
    detail_said,
    differing_said,
    tables_said,
    why_said,
)
from headquarters.shared.choice import units
from headquarters.shared.database import asked
from headquarters.shared.pages import draw, headquarters
from headquarters.visible import picture, summary
from lobby.events.down import TEXT_MAX, TITLE_MAX, WORDS_MAX, Direction
from lobby.events.instruction import InstructionKind
from lobby.refused_words import WORDS
from lobby.reports.measure import Better, Measure
from lobby.reports.measures import MEASURES
from lobby.reports.wording import value_words
from lobby.state.action import PENDING
from web.gated import page_for
from web.languages import lang
from web.roles import public

pages = Blueprint("instructions", __name__)
HERE = Path(__file__).parent
NEVER = "–"
ASKED = ("branch", "measure", "words")
"""What another page has asked an action for."""


@dataclass(frozen=True)
class ActionRow:
    """How an action stands in a branch, in words."""

    branch: str
    state: str
    tone: str
    due: str
    effect: str


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
    answered: str
    late_days: int
    due_days: int | None
    waiting: list[tuple[str, str]]
    differing: list[tuple[str, str, str]]
    left_out: list[tuple[str, str]]
    actions: list[ActionRow]
    measure: str
    parts: str
    can_send_again: bool


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
        title_max=TITLE_MAX,
        measures=[_choice(measure) for measure in MEASURES.values()],
        asked={name: request.args.get(name, "")[:TITLE_MAX] for name in ASKED},
    )


def _choice(measure: Measure) -> tuple[str, str, str]:
    """Its id, its name, and which way is better."""
    more = measure.better is Better.MORE
    return measure.id, measure.name.in_(lang()), Direction.MORE if more else Direction.LESS


def _row(view: InstructionView, names: Mapping[str, str], today: date) -> Row:
    late_days, due_days = _days(view, today)
    state = view["configuration"]
    action = view["action"]
    return Row(
        view,
        KINDS[InstructionKind(view["kind"])].in_(lang()),
        _local(view["made_at"]),
        _whom(view, names),
        [(_name(one["branch"], names), _refusal(one)) for one in view["refused"]],
        [(_name(one["branch"], names), _local(one["heard_at"])) for one in view["silent"]],
        _case(view),
        _answered(view),
        late_days,
        due_days,
        [(_name(one["branch"], names), _local(one["since"])) for one in _of(state, "waiting")],
        [
            (_name(one["branch"], names), differing_said(one, lang()), _local(one["since"]))
            for one in _of(state, "differing")
        ],
        [
            (_name(one["branch"], names), ", ".join(one["services"]))
            for one in _of(state, "left_out")
        ],
        [_action(one, action["measure"], names) for one in action["actions"]] if action else [],
        _measure_name(action["measure"]) if action else "",
        _parts(state) if state else "",
        not (view["order"] or view["withdrawn"]) and bool(lacking(view)),
    )


def _parts(state: ConfigurationStateView) -> str:
    """What the configuration has, in words."""
    return tables_said([*state["tables"], *([SLIDES] if state["slides"] else [])], lang())


def _of(state: ConfigurationStateView | None, part: str) -> list[Any]:
    return list(state[part]) if state else []  # type: ignore[literal-required]


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


def _refusal(one: RefusedView) -> str:
    more = detail_said(one["detail"], one["detail_zh"], lang())
    return f"{why_said(one['why'], lang())} {more}".strip()


def _action(one: AskedActionView, measure: str, names: Mapping[str, str]) -> ActionRow:
    tone = "bad" if one["late"] else TONES.get(one["state"], "")
    return ActionRow(
        _name(one["branch"], names),
        STATES[one["state"]].in_(lang()),
        tone,
        one["due"] if one["state"] in PENDING else "",
        _effect(one, measure),
    )


def _effect(one: AskedActionView, measure: str) -> str:
    """What was measured, with the figure before and after."""
    if not one["verdict"]:
        return ""
    said = VERDICTS[one["verdict"]].in_(lang()) if one["verdict"] in VERDICTS else one["verdict"]
    if measure not in MEASURES or one["after"] is None:
        return said
    unit = MEASURES[measure].unit
    before, after = (value_words(unit, value, lang()) for value in (one["before"], one["after"]))
    return f"{said}: {before} → {after}"


def _measure_name(measure: str) -> str:
    return MEASURES[measure].name.in_(lang()) if measure in MEASURES else measure


def _case(view: InstructionView) -> str:
    """The case's number and how it stands."""
    order = view["order"]
    if not order or not order["case"]:
        return ""
    status = WORDS.get(f"case_{order['status']}")
    return f"{order['case']} {status.in_(lang()) if status else ''}".strip()


def _answered(view: InstructionView) -> str:
    """When, and whether by the day that headquarters set."""
    order = view["order"]
    if not order or not order["answered_at"]:
        return ""
    said = ANSWERED.with_(time=_local(order["answered_at"])).in_(lang())
    if not order["deadline"]:
        return said
    at = datetime.fromisoformat(order["answered_at"]).astimezone(headquarters().zone)
    verdict = IN_TIME if at.date().isoformat() <= order["deadline"] else TOO_LATE
    return f"{said} · {verdict.with_(date=order['deadline']).in_(lang())}"


def _local(instant: str | None) -> str:
    if instant is None:
        return NEVER
    at = datetime.fromisoformat(instant).astimezone(headquarters().zone)
    return f"{at:%Y-%m-%d %H:%M}"
