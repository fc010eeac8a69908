"""The page of the standards: how the branch stands, what is open, what the journal proves, and the catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lobby.commands.people import People
from lobby.events.inspection import Verdict
from lobby.reports.standing import Claim, Standing, needed_share
from lobby.reports.statistics import Interval, wilson
from lobby.standards.model import COLUMNS, FREQUENCIES, METHODS, MODULES, Module, Standard
from lobby.state.action import PENDING, Action
from lobby.state.inspection import Finding, InspectedItem, Inspection
from staff.shared.pages import offered, office_page, page_for
from staff.standards.api import standings_within
from web.dispatch import runtime, today, who
from web.roles import public

pages = Blueprint("standards", __name__)
HERE = Path(__file__).parent
SPANS = (1, 7, 31, 92)
"""Days that the page offers: today, a week, a month, a quarter."""
GRADES: dict[Claim | Verdict, str] = {
    Claim.CLAIMED: "good",
    Claim.AT_RISK: "warn",
    Claim.GAP: "bad",
    Verdict.KEPT: "good",
    Verdict.BROKEN: "bad",
}
"""The colour of what is not neutral; words stand beside it."""
FEW = 12
"""So many gaps are shown before the rest is folded away."""


class Score(NamedTuple):
    """Of a module: how many of the checks were kept, with the interval."""

    module: Module
    checks: int
    kept: int
    interval: Interval | None


class Open(NamedTuple):
    """An open finding, its standard in the words of its time (None where no catalogue is known that has it), and the
    corrective action that takes it up and is not done. `linkable` are the actions that who asks may link to it,
    `may_begin`: whether a new one of that person may take it up."""

    inspection: Inspection
    item: InspectedItem
    standard: Standard | None
    overdue: bool
    action: Action | None
    linkable: list[Action]
    may_begin: bool


@pages.get("/desk/standards")
@public
def standards() -> str | Response:
    return page_for("reports", _standards)


def _standards() -> str:
    span = request.args.get("days", type=int)
    days = span if span in SPANS else 7
    until = today()
    standings = standings_within(date.fromordinal(until.toordinal() - days + 1), until)
    by_risk = sorted(standings.standings, key=lambda s: (-s.standard.risk, s.standard.id))
    return office_page(
        HERE,
        days=days,
        spans=_span_names(),
        standings=standings,
        claims=_claim_names(),
        scores=_scores(standings.standings),
        gaps=[s for s in by_risk if s.standard.by_hand and s.claim is Claim.GAP],
        at_risk=[s for s in by_risk if s.standard.by_hand and s.claim is Claim.AT_RISK],
        proofs=[s for s in standings.standings if s.standard.proof],
        findings=_open_findings(),
        departed=_departed(),
        colleagues=offered(People.here),
        me=who(),
        by_id={one.standard.id: one.standard for one in standings.standings},
        needed=needed_share,
        modules=MODULES,
        columns=COLUMNS,
        methods=METHODS,
        frequencies=FREQUENCIES,
        few=FEW,
        verdicts=_verdict_names(),
        grades=GRADES,
    )


def _scores(standings: Sequence[Standing]) -> list[Score]:
    checks: Counter[Module] = Counter()
    broken: Counter[Module] = Counter()
    for standing in standings:
        if standing.standard.by_hand:
            checks[standing.standard.module] += standing.looks
            broken[standing.standard.module] += standing.broken
    return [_score(module, checks[module], checks[module] - broken[module]) for module in Module]


def _score(module: Module, checks: int, kept: int) -> Score:
    return Score(module, checks, kept, wilson(kept, checks))


def _open_findings() -> list[Open]:
    """The most urgent first."""
    with runtime().writer.published() as state:
        inspections = [*state.quality.inspections.values()]
    pending = _pending()
    found = [
        _open(inspection, item, item.finding, pending)
        for inspection in inspections
        for item in inspection.items
        if item.finding and item.finding.open
    ]
    return sorted(found, key=_due)


def _open(
    inspection: Inspection, item: InspectedItem, finding: Finding, pending: Sequence[Action]
) -> Open:
    here = runtime()
    action = next((one for one in pending if one.id == finding.action), None)
    latest = here.commands.latest_due(here.clock(), who(), finding)
    return Open(
        inspection=inspection,
        item=item,
        standard=here.standards_named(inspection.digest).by_id.get(item.id),
        overdue=date.fromisoformat(finding.due) < today(),
        action=action,
        linkable=[one for one in pending if one.due <= latest and action is None],
        may_begin=action is None and today() <= latest,
    )


def _pending() -> list[Action]:
    """The corrective actions that are not done, the most urgent first."""
    with runtime().writer.published() as state:
        pending = [one for one in state.quality.actions.values() if one.state in PENDING]
    return sorted(pending, key=lambda action: action.due)


def _departed() -> frozenset[str]:
    """Who works here no more."""
    with runtime().writer.published() as state:
        return state.quality.left


def _due(finding: Open) -> str:
    return finding.item.finding.due if finding.item.finding else ""


def _span_names() -> dict[int, Any]:
    return {1: _("Today"), 7: _("7 days"), 31: _("31 days"), 92: _("92 days")}


def _claim_names() -> dict[Claim, str]:
    return {
        Claim.CLAIMED: _("claimed"),
        Claim.AT_RISK: _("at risk"),
        Claim.GAP: _("gap"),
        Claim.PENDING: _("not due yet"),
        Claim.ABSENT: _("does not apply"),
    }


def _verdict_names() -> dict[Verdict, str]:
    return {
        Verdict.KEPT: _("kept"),
        Verdict.BROKEN: _("not kept"),
        Verdict.ABSENT: _("no case"),
    }
