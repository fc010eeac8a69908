"""The kiosk's pages."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint(
    "kiosk", __name__, template_folder="templates", static_folder="static", static_url_path="/static/kiosk"
)
