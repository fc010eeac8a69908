"""Makes a branch's application, to which the surfaces add their pages."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_openapi3 import OpenAPI

from lobby.catalogues import OWN
from lobby.engine.keys import COOKIES
from lobby.engine.runtime import BranchRuntime
from lobby.state.alert import AlertKind
from web import ahead, budgets, enrolment, roles
from web.access import Access
from web.application import Frame, new_application
from web.kiosks import Kiosks
from web.site import Site


def create_app(runtime: BranchRuntime, access: Access, *, loopback: bool, demo: bool) -> OpenAPI:
    """`loopback`: the server listens on this machine only; `demo`: devices on this machine need no sign-in."""
    app = new_application(_frame(runtime, access, loopback=loopback, demo=demo))
    app.extensions["runtime"] = runtime
    ahead.register(app)
    budgets.register(app, runtime.branch.budgets)
    enrolment.register(app)
    with runtime.writer.published() as state:
        missed = state.told(AlertKind.KIOSK)
    app.extensions["kiosks"] = Kiosks(tuple(runtime.branch.kiosk), runtime.clock.steady_s, missed)
    app.context_processor(lambda: {"branch": runtime.branch})
    _landing(app)
    return app


def _frame(runtime: BranchRuntime, access: Access, *, loopback: bool, demo: bool) -> Frame:
    branch = runtime.branch
    return Frame(
        site=Site(branch.bank, branch.name, branch.zone, runtime.clock, "/desk", "/desk/people"),
        access=access,
        secret=runtime.keys.of(COOKIES),
        security=branch.security,
        public_url=branch.public_url,
        own=runtime.data / OWN,
        loopback=loopback,
        open_loopback=demo and branch.security.open_loopback,
        demo=demo,
    )


def _landing(app: OpenAPI) -> None:
    pages = Blueprint("landing", __name__)

    @pages.get("/")
    @roles.public
    def landing() -> str:
        return render_template(
            "landing.html",
            stands_at=roles.stands_at,
            signed_in=roles.current() not in (None, roles.DEVICE),
        )

    app.register_blueprint(pages)
