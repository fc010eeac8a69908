"""The staff's pages."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint(
    "desk", __name__, template_folder="templates", static_folder="static", static_url_path="/static/desk"
)
