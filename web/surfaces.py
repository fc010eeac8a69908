"""Folders of pages: templates are known by their path, and browsers get the files that are meant for them alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint, Flask, Response, abort
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader

SERVED = (".css", ".js", ".svg")
"""A page's folder has its Python and its templates too: nobody gets those."""


class Surface(Blueprint):
    """The scripts, styles and pictures of one surface, at `/static/` and their path."""

    def send_static_file(self, filename: str) -> Response:
        if not filename.endswith(SERVED):
            abort(404)
        return super().send_static_file(filename)


def register(app: Flask, folders: Iterable[Path]) -> None:
    """`kiosk/touch/page.html` names a template, `/static/kiosk/touch/page.js` is a script's address."""
    surfaces = {folder.name: folder for folder in folders}
    templates = PrefixLoader({name: FileSystemLoader(folder) for name, folder in surfaces.items()})
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(Path(__file__).parent / "templates"), templates]
    )
    for name, folder in surfaces.items():
        app.register_blueprint(
            Surface(
                f"{name}_files", __name__, static_folder=folder, static_url_path=f"/static/{name}"
            )
        )
