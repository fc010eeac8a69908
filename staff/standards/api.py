"""The standards in the API: the catalogue, what the journal proves of a day, and how the branch stands."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, TypedDict

from flask import Response
from pydantic import BaseModel, Field

from lobby.errors import Invalid, NotFound
from lobby.events.inspection import Verdict
from lobby.journal.catalogues import known_digests
from lobby.reports.proofs import Case, Proven, proofs_of
from lobby.reports.standing import Claim, Standing, Standings, needed_share, standings_of
from lobby.standards.model import Catalogue
from lobby.standards.record import digest_of
from lobby.views.inspection import StandardView, standard_view
from lobby.views.shapes import shape
from lobby.views.views import View
from staff.standards import archive
from web.dispatch import do, runtime, today
from web.loop import PLANS, in_thread
from web.roles import needs
from web.schemas import SECURITY, Body, BranchDay, Id, api_of

api = api_of("standards_api", __name__, "standards", SECURITY[:2])
DAYS_MAX = 92
"""A quarter: no standard may go unseen for longer."""
CASES_MAX = 200
"""So many failed cases are listed of one standard; `failed` counts all."""


class CatalogueView(TypedDict):
    version: str
    digest: str
    standards: list[StandardView]


class CaseView(TypedDict):
    at: str
    ticket: str | None
    number: str | None
    counter: str | None
    seconds: float | None


class ProofView(TypedDict):
    """What the journal proves of a standard on a day: `failed` of `n` cases are not so."""

    standard: str
    proof: str
    verdict: Verdict
    n: int
    failed: int
    share: float | None
    needed: Annotated[float, "the share that the standard asks for"]
    cases: list[CaseView]


class ProofsView(TypedDict):
    day: str
    proofs: list[ProofView]


class StandingView(TypedDict):
    """`looks` and `broken` count within the period; `n` and `failed` are of what the journal proves."""

    standard: str
    claim: Claim
    verdict: Verdict | None
    last_day: str | None
    current: bool
    looks: int
    broken: int
    open_findings: int
    photos: int
    n: int
    failed: int


class AgreementView(TypedDict):
    """Self-check and peer check before anybody talked; `kappa` from 30 pairs on."""

    n: int
    share: float | None
    lo: float | None
    hi: float | None
    kappa: float | None


StandingsView = TypedDict(
    "StandingsView",
    {
        "from": str,
        "to": str,
        "version": str,
        "points": dict[str, int],
        "agreement": AgreementView,
        "left_out": int,
        "differing": int,
        "missed_days": list[str],
        "standards": list[StandingView],
    },
)

CatalogueOut = shape(CatalogueView)
ProofsOut = shape(ProofsView)
StandingsOut = shape(StandingsView)


class DayQuery(BaseModel):
    day: BranchDay | None = None


class CatalogueQuery(BaseModel):
    digest: Id | None = Field(default=None, description="of an inspection")


class SpanQuery(BaseModel):
    from_: BranchDay | None = Field(default=None, alias="from")
    to: BranchDay | None = None


@api.get("/standards", responses={200: CatalogueOut})
@needs("person")
def standards(query: CatalogueQuery) -> View:
    """The written standards of the branch; with `digest` as an inspection looked at them."""
    catalogue = _named(query.digest) if query.digest else runtime().standards
    shown = [standard_view(standard) for standard in catalogue.standards]
    return {"version": catalogue.version, "digest": digest_of(catalogue), "standards": shown}


def _named(digest: str) -> Catalogue:
    """Raises NotFound."""
    here = runtime()
    if digest not in in_thread(known_digests, here.database):
        raise NotFound("unknown_catalogue", id=digest)
    return here.standards_named(digest)


@api.get("/standards/proofs", responses={200: ProofsOut})
@needs("reports")
def proofs(query: DayQuery) -> View:
    """What the journal proves of a day, with the tickets that fail it."""
    day = query.day or today()
    proven = PLANS.run(proofs_of, runtime().branch, runtime().database, day)
    rows = [_proof(s.id, proven[s.proof]) for s in runtime().standards.proved if s.proof]
    return {"day": day.isoformat(), "proofs": rows}


def _proof(standard: str, proven: Proven) -> ProofView:
    return {
        "standard": standard,
        "proof": proven.proof,
        "verdict": proven.verdict,
        "n": proven.n,
        "failed": len(proven.failed),
        "share": proven.share,
        "needed": needed_share(proven.proof),
        "cases": [_case(case) for case in proven.failed[:CASES_MAX]],
    }


def _case(case: Case) -> CaseView:
    return {
        "at": case.at,
        "ticket": case.ticket,
        "number": case.number,
        "counter": case.counter,
        "seconds": case.seconds,
    }


@api.get("/standards/standing", responses={200: StandingsOut})
@needs("reports")
def standing(query: SpanQuery) -> View:
    """How the branch stands over some days; the last seven where none are named."""
    return standings_view(standings_within(query.from_, query.to))


class EvidenceBody(Body):
    first: BranchDay
    last: BranchDay


@api.post("/standards/evidence", responses={200: {"content": {"application/zip": {}}}})
@needs("quality")
def evidence(body: EvidenceBody) -> Response:
    """The evidence file of these days: an archive with an index. Taking it is in the journal."""
    span_of(body.first, body.last)
    here = runtime()
    made = PLANS.run(archive.made, here.branch, here.data, here.database, body.first, body.last)
    do(here.commands.take_evidence, body.first, body.last)
    name = f"evidence-{body.first}-{body.last}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, mimetype="application/zip", headers=headers)


def standings_within(first: date | None, last: date | None) -> Standings:
    """Raises Invalid for a span that is none, or too long."""
    until = last or today()
    since = first or _week_before(until)
    span_of(since, until)
    return PLANS.run(
        standings_of, runtime().branch, runtime().standards, runtime().database, since, until
    )


def span_of(first: date, last: date) -> None:
    """Raises Invalid."""
    if not 0 <= (last - first).days < DAYS_MAX:
        raise Invalid("bad_span", "to", max=DAYS_MAX)


def _week_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 6)


def standings_view(standings: Standings) -> dict[str, Any]:
    share = standings.agreed.share
    return {
        "from": standings.first.isoformat(),
        "to": standings.last.isoformat(),
        "version": standings.version,
        "points": {claim.value: standings.points(claim) for claim in Claim},
        "agreement": {
            "n": standings.agreed.n,
            "share": share and share.value,
            "lo": share and share.lo,
            "hi": share and share.hi,
            "kappa": standings.agreed.kappa,
        },
        "left_out": standings.n_left_out,
        "differing": standings.n_differing,
        "missed_days": list(standings.missed_days),
        "standards": [_standing(one) for one in standings.standings],
    }


def _standing(standing: Standing) -> StandingView:
    return {
        "standard": standing.standard.id,
        "claim": standing.claim,
        "verdict": standing.verdict,
        "last_day": standing.last_day,
        "current": standing.current,
        "looks": standing.looks,
        "broken": standing.broken,
        "open_findings": standing.open_findings,
        "photos": len(standing.photos),
        "n": standing.n,
        "failed": len(standing.failed),
    }
