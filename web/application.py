"""The Flask application that every server of Lobby has: sign-in, roles, languages, problem documents, compression."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSessionInterface
from flask_compress import Compress
from flask_openapi3 import Info, OpenAPI
from pydantic_core import from_json, to_json

from lobby.branch.rules import Security
from web import account, budgets, languages, problems, revision, roles, signin
from web.access import ACCOUNT_ROLES, Access
from web.importmap import MAP
from web.site import Site

BODY_MAX = 64 * 1024
SECOND_FACTOR = {
    "off": frozenset[str](),
    "offered": frozenset[str](),
    "required": frozenset(ACCOUNT_ROLES) - {"teller"},
    "everybody": frozenset(ACCOUNT_ROLES),
}
"""`security.totp` -> the roles that must have a second factor."""
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
DEVICE_DAYS = timedelta(days=400)
TEXTS = ["text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"]
"""The types that are compressed: a customer's phone may have a slow network."""
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "the same key with the same body is done once and answered alike; with another body it is 422",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
}


def _schemes(session: str) -> dict[str, Any]:
    return {
        "bearer": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": session},
    }


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookie, with SHA-256 instead of SHA-1."""

    digest_method = staticmethod(hashlib.sha256)


class Json(DefaultJSONProvider):
    """Compact JSON in UTF-8, several times quicker than the standard library's."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return to_json(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Reads UTF-8 only (RFC 8259): the standard library also reads UTF-16, which hides the depth of a body. Too
        deep a nesting raises ValueError like any other error, not RecursionError."""
        return from_json(s)


class Api(OpenAPI):
    """The application. Its document describes the idempotency key of every POST."""

    def generate_spec_json(self) -> None:
        super().generate_spec_json()  # type: ignore[no-untyped-call]
        for operations in self.spec_json["paths"].values():
            if "post" in operations:
                operations["post"].setdefault("parameters", []).append(IDEMPOTENCY_KEY)


@dataclass(frozen=True)
class Frame:
    """What an application is told of its server. `public_url` is its address for people, empty where none is set;
    `own` the folder of its own catalogues, which may be missing; `open_loopback`: devices on this machine need no
    sign-in; `demo`: nobody needs a second factor. `session` names the cookie: servers of one machine share a browser's
    cookies, whatever their ports are."""

    site: Site
    access: Access
    secret: bytes
    security: Security
    public_url: str
    own: Path
    loopback: bool
    open_loopback: bool
    demo: bool
    session: str = "session"


def new_application(frame: Frame) -> OpenAPI:
    """An application without pages but those of sign-in and of one's own account."""
    app = Api(
        "web",
        info=Info(title="Lobby", version="1"),
        security_schemes=_schemes(frame.session),
        doc_ui=False,
        validation_error_callback=problems.invalid,
        root_path=__file__.rpartition("/")[0],
    )
    app.json = Json(app)
    app.session_interface = Cookies()
    app.config.update(_settings(frame))
    app.extensions["site"] = frame.site
    app.extensions["hosts"] = _hosts(frame)
    problems.register(app)
    languages.register(app, frame.own)
    roles.register(app, frame.access, open_loopback=frame.open_loopback)
    app.extensions["second_factor"] = (
        frozenset() if frame.demo else SECOND_FACTOR[frame.security.totp]
    )
    budgets.limit_sizes(app)
    signin.register(app, frame.access)
    account.register(app)
    app.register_blueprint(revision.pages)
    app.extensions["revision"] = ""
    app.context_processor(
        lambda: {
            "site": frame.site,
            "importmap": MAP,
            "leads_in": roles.leads_in,
            "may": roles.may,
            "lock_s": round(frame.access.limits.lock_s),
            "revision": app.extensions["revision"],
        }
    )
    app.after_request(_uncached_by_default)
    Compress(app)
    app.after_request(_in_one_piece)
    _describe(app)
    return app


def _settings(frame: Frame) -> dict[str, Any]:
    secure = frame.public_url.startswith("https")
    return {
        "SECRET_KEY": frame.secret,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_NAME": f"__Host-{frame.session}" if secure else frame.session,
        "SESSION_COOKIE_SECURE": secure,
        "PERMANENT_SESSION_LIFETIME": DEVICE_DAYS,
        "MAX_CONTENT_LENGTH": BODY_MAX,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "TEMPLATES_AUTO_RELOAD": False,
        "SEND_FILE_MAX_AGE_DEFAULT": None,  # asked for again each time, in fewer bytes than "no longer than 0 s"
        "COMPRESS_MIMETYPES": TEXTS,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 5,  # 8 % smaller than at 4, in the same time; 9 takes fifteen times as long for 0.3 % more
    }


def _hosts(frame: Frame) -> list[str]:
    """The names allowed in Host, for web/transport; empty (any name) where none is configured and the server listens
    beyond this machine."""
    allowed = frame.security.allowed_hosts
    public_host = urlsplit(frame.public_url).hostname
    if not (frame.loopback or allowed):
        return []
    if not public_host:
        return [*allowed, *LOOPBACK_HOSTS]
    host = f"[{public_host}]" if ":" in public_host else public_host
    return [*allowed, host, *LOOPBACK_HOSTS]


ICONS = "/static/icons.svg"
ICONS_OUTLAST = "max-age=0, stale-while-revalidate=604800"
"""A page that draws an icon for the first time while there is no line takes the pictures that it has. A browser asks
for each drawing anew, and asks the branch beside it whether they changed."""


def _uncached_by_default(response: Response) -> Response:
    """Forbids to store an answer that does not allow it: it may be a customer's ticket or feedback, or the staff's
    view."""
    response.headers.setdefault("Cache-Control", "no-store")
    if request.path == ICONS:
        response.headers["Cache-Control"] = ICONS_OUTLAST
    return response


def _in_one_piece(response: Response) -> Response:
    """Reads a text file before it is compressed: Flask-Compress leaves a streamed file open. Its ETag becomes weak, the
    same for every compression, so that a browser with a copy gets 304 before anything is compressed."""
    if response.mimetype in TEXTS and response.status_code == 200 and response.is_streamed:
        response.direct_passthrough = False
        response.make_sequence()
        if (etag := response.get_etag()[0]) is not None:
            response.set_etag(etag, weak=True)
    return response


def _in_sentences(document: dict[str, Any]) -> dict[str, Any]:
    """The document with a whole sentence as the summary of each operation: the library takes a docstring's first line,
    wherever that ends."""
    paths = {
        path: {method: _in_sentence(operation) for method, operation in methods.items()}
        for path, methods in document["paths"].items()
    }
    return {**document, "paths": paths}


def _in_sentence(operation: dict[str, Any]) -> dict[str, Any]:
    words = f"{operation.get('summary', '')} {operation.get('description', '')}"
    sentence, _, more = " ".join(words.replace("<br/>", " ").split()).partition(". ")
    return {**operation, "summary": sentence.rstrip("."), "description": more}


def _describe(app: OpenAPI) -> None:
    pages = Blueprint("document", __name__)

    @pages.get("/api/v1/openapi.json")
    @roles.public
    def document() -> Response:
        """The API's OpenAPI document. The library's own pages are not served."""
        return jsonify(_in_sentences(app.api_doc))

    app.register_blueprint(pages)
