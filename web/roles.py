"""Who may do what. A view names the grant it needs; a hook checks it before the request is read."""

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
OFFICE = frozenset({"head", "office"})
"""The head of the branch and the service-improvement office: they answer for its quality, and leave the queue to those
in the lobby."""
READERS = OFFICE | {"inspector"}
"""The roles that read what the branch does from a desk. An inspector changes nothing."""
GRANTS: dict[str, frozenset[str]] = {
    "kiosk": STAFF | {"device", "kiosk"},
    "card": frozenset({"device", "kiosk"}),
    "board": STAFF | {"device", "board"},
    "monitor": MANAGERS | {"device", "monitor"},
    "staff": STAFF,
    "paper": STAFF | {"device"},
    "hall": STAFF | READERS,
    "reports": MANAGERS | READERS,
    "quality": MANAGERS | OFFICE,
    "office": OFFICE | {"admin"},
    "person": STAFF | READERS,
    "inspect": STAFF | OFFICE,
    "team": STAFF | OFFICE,
    "province": READERS | {"admin"},
    "looks": frozenset({"head", "inspector"}),
    "manager": MANAGERS,
    "admin": frozenset({"admin"}),
}
"""Grant -> the roles that have it."""

DEVICE = Principal("device", "device")
SAFE = ("GET", "HEAD", "OPTIONS")
View = TypeVar("View", bound=Callable[..., Any])


def needs(grant: str) -> Callable[[View], View]:
    """Marks a view: 401 without sign-in, 403 for a role without this grant."""

    def mark(view: View) -> View:
        cast(Any, view).needs = grant
        return view

    return mark


def public(view: View) -> View:
    """Marks a view that is open to anybody, or that checks a link's token itself."""
    cast(Any, view).needs = None
    return view


def takes(body_max: int) -> Callable[[View], View]:
    """Marks a view whose body may be larger than others', in bytes."""

    def mark(view: View) -> View:
        cast(Any, view).body_max = body_max
        return view

    return mark


def customers(view: View) -> View:
    """Marks a public view of customers' phones, which `public_listen` serves too."""
    cast(Any, view).customers = True
    return public(view)


def current() -> Principal | None:
    """The author of the request: by bearer token, by session, or a demo's device on this machine."""
    if "principal" not in g:
        g.principal = _principal()
    principal: Principal | None = g.principal
    return principal


def asker() -> str:
    """The name of who sent the request; empty for nobody."""
    principal = current()
    return principal.name if principal else ""


def may(grant: str) -> bool:
    principal = current()
    return principal is not None and principal.role in GRANTS[grant]


def leads_in(grant: str) -> bool:
    """Whether a link to what needs this grant leads somewhere: who is not signed in can still sign in."""
    return current() in (None, DEVICE) or may(grant)


def must(grant: str) -> None:
    """401 without sign-in, 403 for a role without this grant; a demo's device without the grant gets 401 too."""
    principal = current()
    if principal is None:
        abort(401)
    if principal.role in GRANTS[grant]:
        return
    if principal is DEVICE:
        abort(401)
    abort(403)


def at_counter(counter: str) -> None:
    """403 for a teller who is bound to another counter."""
    if not stands_at(counter):
        abort(403)


def stands_at(counter: str) -> bool:
    """Whether who asks is no teller, or one who may stand at this counter."""
    principal = current()
    if principal is None or principal.role != "teller":
        return True
    return principal.counter in (None, counter)


@dataclass(frozen=True)
class Gate:
    """Finds the author of a request. `open_loopback`: in a demo, devices on this machine need no sign-in."""

    access: Access
    open_loopback: bool
    sockets: LiveSockets

    def by_header(self, header: str) -> Principal | None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() == "bearer":
            return self.by_token(token.strip())
        return None

    def by_token(self, secret: str) -> Principal | None:
        token = self.access.token(secret)
        if token is None:
            return None
        self.access.used(token)
        return token.principal

    def unsigned(self) -> Principal | None:
        if self.open_loopback and is_local(request.environ):
            return DEVICE
        return None


def gate() -> Gate:
    branch_gate: Gate = current_app.extensions["gate"]
    return branch_gate


def _principal() -> Principal | None:
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
    if token:
        return gate().by_token(token)
    return gate().unsigned()


def audience() -> Audience:
    """What the requesting person may see. Only for views behind a grant of staff."""
    principal = current()
    assert principal is not None
    return audience_of(principal)


def audience_of(principal: Principal) -> Audience:
    return Audience(principal.role in MANAGERS, principal.name, principal.counter)


def connecting(auth: object, grant: str) -> Principal | None:
    """The principal of a new socket, by `auth: {token}`, by session, or a demo's device; None where it may not connect.
    The socket ends with its session or token."""
    if request.environ.get(PUBLIC):
        return None
    token = auth.get("token") if isinstance(auth, dict) else None
    principal = gate().by_token(str(token)) if token else _by_session()
    if principal is None or principal.role not in GRANTS[grant]:
        return None
    _follow(principal, str(token or ""))
    return principal


def may_connect(auth: object, grant: str) -> bool:
    """Whether a socket may connect."""
    return connecting(auth, grant) is not None


def staff_connecting(auth: object) -> Audience | None:
    """What the person behind a new socket may see; None where the socket may not connect."""
    principal = connecting(auth, "staff")
    if principal:
        return audience_of(principal)
    return None


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
    """Whether the requesting socket may follow this board."""
    socket: Any = request
    principal = gate().sockets.principal(socket.sid, socket.namespace)
    return principal is not None and _own_board(principal, board)


def _own_board(principal: Principal, board: str) -> bool:
    """Whether the principal may read the board: a board's device reads only its own."""
    return principal.role != "board" or principal.board in (None, board)


def is_local(environ: dict[str, Any]) -> bool:
    """Whether the client is on this machine and is no proxy, as web.transport.proxies found."""
    return environ.get(LOCAL) is True


def _guard(app: Flask, csrf: CSRFProtect) -> None:
    view = app.view_functions.get(request.endpoint or "")
    if view is None:
        return
    if request.environ.get(PUBLIC) and not _is_for_phones(view):
        abort(404)
    grant: str | None = cast(Any, view).needs
    if grant is not None:
        must(grant)
    if grant == "board":
        _at_board()
    # Before anything reads the body.
    request.max_content_length = getattr(view, "body_max", request.max_content_length)
    if request.method not in SAFE:
        _must_be_intended(csrf)


def _is_for_phones(view: object) -> bool:
    files = request.endpoint == "static" or request.path.startswith("/static/kiosk/")
    return files or getattr(view, "customers", False)


def _at_board() -> None:
    principal = current()
    board = (request.view_args or {}).get("id")
    if principal and board and not _own_board(principal, board):
        abort(403)


def _must_be_intended(csrf: CSRFProtect) -> None:
    """Refuses cross-site requests. A cookie or the loopback address proves no intent, since a browser sends them by
    itself; so a request with a session needs its CSRF token, also to public views. A bearer token proves intent."""
    if request.headers.get("Authorization"):
        return
    if session:
        csrf.protect()
    elif _is_cross_site():
        abort(403)


def _is_cross_site() -> bool:
    """Whether another site caused the request. Older browsers, and all over plain http, send only `Origin`."""
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


class UnmarkedView(Exception):
    """A view without a mark of who may use it."""


def seal(app: Flask) -> None:
    """Refuses to start with an unmarked view. The only views of a library are static files, which are public."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint == "static" or rule.endpoint.endswith(".static"):
            app.view_functions[rule.endpoint] = _as_public(view)
        elif not hasattr(view, "needs"):
            raise UnmarkedView(
                f"{rule}: the view {rule.endpoint} says neither needs(...) nor public"
            )


def _as_public(view: View) -> View:
    @wraps(view)
    def marked(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return public(cast(View, marked))


def register(app: Flask, access: Access, *, open_loopback: bool) -> None:
    csrf = CSRFProtect(app)
    app.extensions["access"] = access
    app.extensions["gate"] = Gate(access, open_loopback, LiveSockets(access))
    app.before_request(lambda: _guard(app, csrf))
