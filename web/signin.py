"""Sign-in of staff: session cookie for people, bearer token for devices."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_login import LoginManager, UserMixin, login_user, logout_user
from werkzeug.wrappers import Response

from web.access import Access, Principal
from web.loop import in_thread
from web.paths import own_path
from web.roles import public
from web.transport.client import client_key

TRIES = "10 per minute"
limiter = Limiter(client_key, storage_uri="memory://")


class Staff(UserMixin):  # type: ignore[misc]
    """A signed-in account, as Flask-Login wants it."""

    def __init__(self, principal: Principal) -> None:
        self.principal = principal

    def get_id(self) -> str:
        return self.principal.name


def register(app: Flask, access: Access) -> None:
    login = LoginManager(app)
    pages = Blueprint("staff", __name__)
    limiter.init_app(app)

    @login.user_loader  # type: ignore[untyped-decorator]
    def load(name: str) -> Staff | None:
        principal = access.account(name)
        return Staff(principal) if principal else None

    @pages.get("/signin")
    @public
    def signin() -> str:
        return render_template("signin.html", problem="")

    @pages.post("/signin")
    @limiter.limit(TRIES, deduct_when=lambda response: response.status_code == 422)
    @public
    def do_signin() -> Response | tuple[str, int]:
        name, password = request.form.get("name", ""), request.form.get("password", "")
        principal = in_thread(access.check_password, name, password)
        if principal is None:
            return render_template("signin.html", problem=_("Name or password is wrong.")), 422
        login_user(Staff(principal))
        return redirect(own_path(request.args.get("next"), "/desk"))

    @pages.get("/device")
    @public
    def device() -> Response:
        """Where a device's browser is sent once with its token: `/device?token=T&next=/kiosk`."""
        session["device"] = request.args.get("token", "")
        session.permanent = True
        return redirect(own_path(request.args.get("next"), "/"))

    @pages.post("/signout")
    @public
    def signout() -> Response:
        logout_user()
        return redirect(url_for("staff.signin"))

    app.register_blueprint(pages)
