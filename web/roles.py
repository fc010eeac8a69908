"""Who may do what. A view says what it needs; a hook asks before anything of the request is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request, session
from flask_wtf import CSRFProtect

from lobby.views.fields import Audience
from web.access import Access, Principal
from web.identity import DEVICE_KEY, by_session, holds_session, secret
from web.live_sockets import Credential, LiveSockets
from web.transport.proxies import LOCAL, PUBLIC

MANAGERS = frozenset({"manager", "admin"})
STAFF = MANAGERS | {"teller"}
OTHERS = frozenset({"head", "office", "inspector"})
"""Who reads what the branch does, and does nothing in it: its head, the service office, an inspector."""
GRANTS: dict[str, frozenset[str]] = {
    "kiosk": STAFF | {"device", "kiosk"},
    "board": STAFF | {"device", "board"},
    "monitor": MANAGERS | {"device", "monitor"},
    "staff": STAFF,
    "paper": STAFF | {"device"},
    "hall": STAFF | OTHERS,
    "reports": MANAGERS | OTHERS,
    "manager": MANAGERS,
    "admin": frozenset({"admin"}),
}
"""What a view may need -> the roles that have it."""

DEVICE = Principal("device", "device")
SAFE = ("GET", "HEAD", "OPTIONS")
View = TypeVar("View", bound=Callable[..., Any])


def needs(grant: str) -> Callable[[View], View]:
    """Mark a view: 401 for nobody, 403 for a role without this grant."""

    def mark(view: View) -> View:
        cast(Any, view).needs = grant
        return view

    return mark


def public(view: View) -> View:
    """Mark a view that anybody may ask, or that checks a link's token by itself."""
    cast(Any, view).needs = None
    return view


def customers(view: View) -> View:
    """Mark a public view of customers' phones: the one kind that `public_listen` serves, too."""
    cast(Any, view).customers = True
    return public(view)


def current() -> Principal | None:
    """Who asks: by bearer token, by session, or a device on an open loopback."""
    if "principal" not in g:
        g.principal = _find()
    principal: Principal | None = g.principal
    return principal


def may(grant: str) -> bool:
    principal = current()
    return principal is not None and principal.role in GRANTS[grant]


def must(grant: str) -> None:
    """401 for nobody, 403 for a role without this grant; a device that did not sign in is nobody where it may not."""
    principal = current()
    if principal is None:
        abort(401)
    if principal.role not in GRANTS[grant]:
        abort(403 if principal is not DEVICE else 401)


def at_counter(counter: str) -> None:
    """A teller who is bound to a counter acts at that one only: 403."""
    principal = current()
    if principal and principal.role == "teller" and principal.counter not in (None, counter):
        abort(403)


@dataclass(frozen=True)
class Gate:
    """How this server knows who asks. `open_loopback`: in a demo, devices on this machine need not sign in."""

    access: Access
    open_loopback: bool
    sockets: LiveSockets

    def by_header(self, header: str) -> Principal | None:
        scheme, _, token = header.partition(" ")
        return self.by_token(token.strip()) if scheme.lower() == "bearer" else None

    def by_token(self, secret: str) -> Principal | None:
        token = self.access.token(secret)
        if token is None:
            return None
        self.access.used(token)
        return token.principal

    def unsigned(self) -> Principal | None:
        return DEVICE if self.open_loopback and is_local(request.environ) else None


def gate() -> Gate:
    found: Gate = current_app.extensions["gate"]
    return found


def _find() -> Principal | None:
    header = request.headers.get("Authorization", "")
    if header:
        return gate().by_header(header)
    if session:
        return _by_session()
    return gate().unsigned()


def _by_session() -> Principal | None:
    if holds_session():
        return by_session()
    token = session.get(DEVICE_KEY)
    return gate().by_token(token) if token else gate().unsigned()


def audience() -> Audience:
    """What staff who ask may see. Only behind a grant that a person has."""
    principal = current()
    assert principal is not None
    return audience_of(principal)


def audience_of(principal: Principal) -> Audience:
    return Audience(principal.role in MANAGERS, principal.name, principal.counter)


def connecting(auth: object, grant: str) -> Principal | None:
    """Whose socket comes in, by `auth: {token}`, by session, or from an open loopback; None for who may not. The socket
    ends with that by which it came in."""
    if request.environ.get(PUBLIC):
        return None
    token = auth.get("token") if isinstance(auth, dict) else None
    principal = gate().by_token(str(token)) if token else _by_session()
    if principal is None or principal.role not in GRANTS[grant]:
        return None
    _follow(principal, str(token or ""))
    return principal


def may_connect(auth: object, grant: str) -> bool:
    """Whether a socket may come in."""
    return connecting(auth, grant) is not None


def staff_connecting(auth: object) -> Audience | None:
    """What the staff whose socket comes in may see; None for who may not come in."""
    principal = connecting(auth, "staff")
    return audience_of(principal) if principal else None


def _follow(principal: Principal, token: str) -> None:
    socket: Any = request
    if token:
        credential = Credential(token=token)
    elif holds_session():
        credential = Credential(session=secret())
    else:
        credential = Credential(token=session.get(DEVICE_KEY, ""))
    gate().sockets.joined(socket.sid, socket.namespace, credential, principal)


def may_follow(board: str) -> bool:
    """Whether the socket that asks may follow this board."""
    socket: Any = request
    principal = gate().sockets.principal(socket.sid, socket.namespace)
    return principal is not None and _own_board(principal, board)


def _own_board(principal: Principal, board: str) -> bool:
    """A board's device reads its own board only."""
    return principal.role != "board" or principal.board in (None, board)


def is_local(environ: dict[str, Any]) -> bool:
    """Whether who asks is on this machine and is no proxy: web.transport.proxies has seen to it."""
    return environ.get(LOCAL) is True


def _guard(app: Flask, csrf: CSRFProtect) -> None:
    view = app.view_functions.get(request.endpoint or "")
    if view is None:
        return
    if request.environ.get(PUBLIC) and not _of_phones(view):
        abort(404)
    needed: str | None = cast(Any, view).needs
    if needed is not None:
        must(needed)
    if needed == "board":
        _at_board()
    if request.method not in SAFE:
        _meant(csrf)


def _of_phones(view: object) -> bool:
    files = request.endpoint == "static" or request.path.startswith("/static/kiosk/")
    return files or getattr(view, "customers", False)


def _at_board() -> None:
    principal = current()
    board = (request.view_args or {}).get("id")
    if principal and board and not _own_board(principal, board):
        abort(403)


def _meant(csrf: CSRFProtect) -> None:
    """What a browser sends along by itself, a cookie or its place on loopback, is no proof of intent: public views
    included, a request with a session needs its token. A bearer token is never sent by itself."""
    if request.headers.get("Authorization"):
        return
    if session:
        csrf.protect()
    elif _of_another_site():
        abort(403)


def _of_another_site() -> bool:
    """As the browser says; older ones, and those on plain http, send `Origin` alone."""
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


class UnmarkedView(Exception):
    """A view that does not say who may use it."""


def seal(app: Flask) -> None:
    """Refuse to start while any view does not say who may use it. Of views that a library makes, static files are
    everybody's; there are no others."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint == "static" or rule.endpoint.endswith(".static"):
            app.view_functions[rule.endpoint] = _everybodys(view)
        elif not hasattr(view, "needs"):
            raise UnmarkedView(f"{rule}: the view {rule.endpoint} says neither needs(...) nor public")


def _everybodys(view: View) -> View:
    @wraps(view)
    def marked(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return public(cast(View, marked))


def register(app: Flask, access: Access, *, open_loopback: bool) -> None:
    csrf = CSRFProtect(app)
    app.extensions["access"] = access
    app.extensions["gate"] = Gate(access, open_loopback, LiveSockets(access))
    app.before_request(lambda: _guard(app, csrf))
