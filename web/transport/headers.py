"""The headers of every answer: of pages, errors, static files, 304s and Socket.IO."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from web.importmap import CSP_SOURCE
from web.transport.answers import Environ, StartResponse, Wsgi

SECURITY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:;"
    " connect-src 'self' ws: wss:; object-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OF_PAGES = {
    "Content-Security-Policy": f"{SECURITY['Content-Security-Policy']}; script-src 'self' {CSP_SOURCE}",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=(),"
    " display-capture=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Pages alone have an import map, a window, and ask for what a policy forbids: no other file carries these over a slow
line."""
HSTS = "max-age=31536000"
"""A year. Without sub-domains, since the bank's other machines are not ours."""
SOCKETS = "/socket.io"


class Headers:
    """Adds the missing headers; a view's own header stays."""

    def __init__(self, app: Wsgi) -> None:
        self._app = app

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], *exception_info: Any) -> Any:
            return start(status, _complete(environ, headers), *exception_info)

        return self._app(environ, begin)


def _complete(environ: Environ, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    complete = [(name, value) for name, value in headers if name.lower() != "server"]
    present = {name.lower(): value for name, value in complete}
    needed = (
        SECURITY | OF_PAGES if present.get("content-type", "").startswith("text/html") else SECURITY
    )
    complete += [(name, value) for name, value in needed.items() if name.lower() not in present]
    if environ["wsgi.url_scheme"] == "https":
        complete.append(("Strict-Transport-Security", HSTS))
    if environ["PATH_INFO"].startswith(SOCKETS) and "cache-control" not in present:
        complete.append(("Cache-Control", "no-store"))
    return complete
