"""The API of focus-customer panels: plan, draw, invite, hold."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Literal, TypedDict

from pydantic import BaseModel, Field

from lobby.commands.action import ActionPlan
from lobby.commands.panel import Meeting, PanelPlan
from lobby.errors import NotFound
from lobby.events.personal import Missing
from lobby.reports.panel_pool import Bias, biases
from lobby.state.panel import Balance, Dimension, InvitationState, Leads, Panel
from lobby.views.panel import PanelView, panel_view, panels
from lobby.views.shapes import list_shape, shape
from lobby.views.views import View
from staff.shared.looks import look
from web.dispatch import do, runtime, today, who
from web.loop import PLANS, in_thread
from web.roles import needs
from web.schemas import SECURITY, Body, BranchDay, ById, Id, api_of

api = api_of("panel_api", __name__, "service loop", SECURITY[:2])
SEED_BYTES = 8
"""Enough that nobody can try seeds until the draw pleases: each draw has its own, and is on record."""
USUAL = timedelta(days=14)
"""Until when an action is due, unless somebody says otherwise."""
Words = Field(min_length=1, max_length=200)


class ShareView(TypedDict):
    """A share of `n`; the true one lies between `lo` and `hi` with 95 % confidence."""

    value: float
    n: int
    lo: float
    hi: float


class BiasView(TypedDict):
    """A group's share in the visits, in those who agreed to be asked, and in those who are expected; null of nothing.
    `differs`: those who agreed are not like the visits, beyond chance."""

    dimension: Dimension
    key: str
    visits: ShareView | None
    agreed: ShareView | None
    invited: ShareView | None
    differs: bool


class PanelWithBiasView(PanelView):
    """A panel, and how far the invited differ from all customers."""

    bias: list[BiasView]


PanelOut = shape(PanelView)
PanelWithBiasOut = shape(PanelWithBiasView)


class MeetingBody(Body):
    """When and where the panel meets, and who of the bank is there."""

    on: BranchDay
    place: str = Words
    hosts: str = Field(default="", max_length=200)


class PanelBody(MeetingBody):
    """Without `since` and `until`, cards of the last `panel.pool_days` days; without `size`, `panel.size` customers."""

    title: str = Words
    size: int | None = Field(default=None, ge=2, le=60)
    balance: Balance = Balance.EQUAL
    since: BranchDay | None = None
    until: BranchDay | None = None


class AnswerBody(Body):
    state: Literal[
        InvitationState.ASKED,
        InvitationState.AGREED,
        InvitationState.DECLINED,
        InvitationState.CAME,
        InvitationState.ABSENT,
    ]


class ReasonBody(Body):
    reason: str = Words


class FindingBody(Body):
    """What was found, in words without names, and what it becomes. An action has an owner, without one who asks, and a
    day, without one two weeks ahead; a case has its own deadlines."""

    text: str = Words
    leads: Leads = Leads.ACTION
    owner: str = Field(default="", max_length=40)
    due: BranchDay | None = None


class GuestPath(ById):
    guest: Id


class ContactOut(BaseModel):
    """How the customer can be reached. That you read it is on record."""

    contact: str


@api.get("/panels", responses={200: list_shape(PanelView)})
@needs("reports")
def listed() -> list[PanelView]:
    """All panels of two years, the latest meeting first."""
    with runtime().writer.published() as state:
        return panels(state)


@api.get("/panels/<id>", responses={200: PanelWithBiasOut})
@needs("reports")
def read(path: ById) -> PanelWithBiasView:
    """One panel, and how far the invited differ from all customers."""
    with runtime().writer.published() as state:
        panel = _known(state.quality.panels, path.id)
        view = panel_view(state, panel)
    return {**view, "bias": [_bias(bias) for bias in biases(panel)]}


def _known(known: dict[str, Panel], id: str) -> Panel:
    if id not in known:
        raise NotFound("unknown_panel", id=id)
    return known[id]


def _bias(bias: Bias) -> Any:
    return {**asdict(bias), "differs": bias.differs}


@api.post("/panels", responses={201: PanelOut})
@needs("quality")
def plan(body: PanelBody) -> tuple[View, int]:
    """Plan a panel. Nobody is drawn yet."""
    rules = runtime().branch.panel
    until = body.until or today()
    since = body.since or until - timedelta(days=rules.pool_days)
    wanted = PanelPlan(body.title, body.size or rules.size, body.balance, since, until)
    return _shown(do(runtime().commands.plan_panel, who(), wanted, _meeting(body))), 201


def _meeting(body: MeetingBody) -> Meeting:
    return Meeting(body.on, body.place, body.hosts)


def _shown(answer: Any) -> View:
    view: View = answer.data["panel"]
    return view


@api.post("/panels/<id>/arrange", responses={200: PanelOut})
@needs("quality")
def arrange(path: ById, body: MeetingBody) -> View:
    """Another day, place or other hosts."""
    return _shown(do(runtime().commands.arrange_panel, path.id, _meeting(body)))


@api.post("/panels/<id>/draw", responses={200: PanelOut})
@needs("quality")
def draw(path: ById) -> View:
    """Draw as many as the panel still lacks, nobody twice within `panel.again_days`."""
    with runtime().writer.published() as state:
        panel = _known(state.quality.panels, path.id)
    pool = PLANS.run(runtime().panel_pool, panel.since, panel.until)
    seed = secrets.token_hex(SEED_BYTES)
    return _shown(do(runtime().commands.draw_panel, who(), path.id, pool, seed))


@api.post("/panels/<id>/hold", responses={200: PanelOut})
@needs("quality")
def hold(path: ById) -> View:
    """The panel took place: who came is noted next."""
    return _shown(do(runtime().commands.hold_panel, path.id))


@api.post("/panels/<id>/cancel", responses={200: PanelOut})
@needs("quality")
def cancel(path: ById, body: ReasonBody) -> View:
    """The panel does not take place. Who was drawn is not drawn again all the same."""
    return _shown(do(runtime().commands.cancel_panel, path.id, body.reason))


class PanelWordsOut(BaseModel):
    """What is sealed of a panel, in clear."""

    reason: str


@api.post("/panels/<id>/words", responses={200: PanelWordsOut})
@needs("quality")
def words(path: ById) -> View:
    """Why it does not take place. The look is on record before it is answered."""
    with runtime().writer.published() as state:
        reason = _known(state.quality.panels, path.id).reason
    return look("panel", path.id, {"reason": reason})


@api.post("/panels/<id>/findings", responses={200: PanelOut})
@needs("quality")
def find(path: ById, body: FindingBody) -> View:
    """What the panel found becomes a corrective action or a case."""
    if body.leads is Leads.CASE:
        return _shown(do(runtime().commands.find_case_in_panel, who(), path.id, body.text))
    wanted = ActionPlan(body.text, body.owner.strip(), body.due or today() + USUAL)
    return _shown(do(runtime().commands.find_in_panel, who(), path.id, wanted))


@api.post("/panels/<id>/invitations/<guest>/answer", responses={200: PanelOut})
@needs("quality")
def answer(path: GuestPath, body: AnswerBody) -> View:
    """What the customer said, and whether the customer came."""
    return _shown(do(runtime().commands.answer_invitation, path.id, path.guest, body.state))


@api.post("/panels/<id>/invitations/<guest>/contact", responses={200: ContactOut})
@needs("quality")
def contact(path: GuestPath) -> View:
    """How the customer can be reached. The look is on record before it is answered."""
    do(runtime().commands.read_contact, who(), path.id, path.guest)
    words = in_thread(runtime().contact_of, path.guest)
    if isinstance(words, Missing) or not words:
        raise NotFound("contact_erased")
    return {"contact": words}


@api.post("/panels/<id>/invitations/<guest>/withdraw", responses={200: PanelOut})
@needs("quality")
def withdraw(path: GuestPath) -> View:
    """The customer no longer wants to be asked: the contact is erased, the opinion stays."""
    with runtime().writer.published() as state:
        invited = _known(state.quality.panels, path.id).invitation(path.guest)
    if invited is None:
        raise NotFound("unknown_guest", id=path.guest)
    in_thread(runtime().erase_contact, path.guest)
    return _shown(do(runtime().commands.withdraw_guest, path.id, path.guest))
