"""The page on which an unknown device enrols with a one-time code."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from web import identity
from web.access import EnrolmentCode
from web.loop import in_thread
from web.roles import public
from web.signin import refused, throttle, too_many
from web.throttle import DEVICE, Key, Rule
from web.transport.client import client_key

pages = Blueprint("enrolment", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(pages)


@pages.get("/device")
@public
def device() -> str:
    return render_template("device.html", problem="")


@pages.post("/device")
@public
def enrol() -> str | Response | tuple[str, int]:
    address = request.remote_addr or ""
    keys: dict[Key, Rule] = {("device", client_key()): DEVICE}
    if wait_s := throttle().wait_s(keys):
        refused("", "too_many")
        return too_many("device.html", wait_s)
    throttle().try_now(keys)
    device = in_thread(identity.access().enrol, request.form.get("code", ""), address)
    if device is None:
        refused("", "device")
        return render_template(
            "device.html", problem=_("This code is not valid. Ask for a new one.")
        ), 422
    throttle().succeeded(keys)
    secret, enrolment = device
    session[identity.DEVICE_KEY] = secret
    session.permanent = True
    return redirect(_first_page(enrolment))


def _first_page(enrolment: EnrolmentCode) -> str:
    if enrolment.role == "board":
        return f"/board/{enrolment.bound}"
    if enrolment.role == "kiosk":
        return "/kiosk"
    return "/metrics"
