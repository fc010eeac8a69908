"""Every refusal is an RFC 9457 problem document for programs and a page for people."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from lobby.errors import Invalid, LobbyError, TooMany
from lobby.texts import Text
from web.languages import lang, name_of, reader_lang
from web.loop import Full

log = logging.getLogger(__name__)

RETRY_S = 2

TITLES: dict[int, Text] = {
    400: Text("Bad request"),
    401: Text("Not signed in"),
    403: Text("Not allowed"),
    404: Text("Not found"),
    405: Text("Method not allowed"),
    409: Text("The state does not allow it"),
    413: Text("Too large"),
    414: Text("The address is too long"),
    415: Text("Unsupported type"),
    422: Text("The content does not fit"),
    429: Text("Too many tries, please wait"),
    500: Text("Something went wrong"),
    503: Text("Not possible right now"),
}
FIELD = re.compile("[A-Za-z][A-Za-z_]{0,39}")
DETAILS: dict[str, Text] = {
    "missing": Text("is required"),
    "extra_forbidden": Text("is not a field"),
    "string_type": Text("must be text"),
    "string_too_long": Text("is too long"),
    "string_too_short": Text("is too short"),
    "int_type": Text("must be a whole number"),
    "int_parsing": Text("must be a whole number"),
    "greater_than_equal": Text("is too small"),
    "less_than_equal": Text("is too large"),
    "list_type": Text("must be a list"),
    "bool_type": Text("must be true or false"),
    "bool_parsing": Text("must be true or false"),
    "unwritable": Text("has control characters"),
    "date_range": Text("must be a date from 2000 to 2199"),
    "literal_error": Text("is not among the allowed values"),
    "model_type": Text("the body must be a JSON object"),
    "model_attributes_type": Text("the body must be a JSON object"),
}


def problem(status: int, detail: str = "", **members: Any) -> Response:
    """A problem document."""
    of_its_class = TITLES[status // 100 * 100]
    title = TITLES.get(status, of_its_class).in_(reader_lang())
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail or title,
        **members,
    }
    response = make_response(json.dumps(body, ensure_ascii=False), status)
    response.content_type = "application/problem+json"
    return response


def invalid(error: ValidationError) -> Response:
    """A 422 that names the fields."""
    language = reader_lang()
    errors = []
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        field = ".".join(_field_name(part) for part in item["loc"]) or "body"
        message = DETAILS[item["type"]].in_(language) if item["type"] in DETAILS else item["msg"]
        errors.append({"field": field, "message": message})
    detail = "; ".join(f"{e['field']}: {e['message']}" for e in errors)
    return problem(422, detail, field=errors[0]["field"], errors=errors)


def _field_name(part: int | str) -> str:
    """The field's name where it has the form of one; an unknown field may be any text."""
    return str(part) if isinstance(part, int) or FIELD.fullmatch(part) else "[...]"


def _refused(error: LobbyError) -> Response:
    detail = error.text(_lang())
    members = {"field": error.field} if isinstance(error, Invalid) else {}
    answer = _answer(error.status, detail, code=error.code, **members)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_s)
    elif error.status == 503:
        answer.headers["Retry-After"] = str(RETRY_S)
    return answer


def _full(error: Full) -> Response:
    """503 for a full pool, before anything was done."""
    answer = _answer(503)
    answer.headers["Retry-After"] = str(RETRY_S)
    return answer


def _http(error: HTTPException) -> Response:
    if error.response is not None or not error.code or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    answer = _answer(error.code)
    if error.code == 405 and (allow := dict(error.get_headers()).get("Allow")):
        answer.headers["Allow"] = allow
    return answer


def _crashed(error: Exception) -> Response:
    log.exception("unhandled", exc_info=error)
    return _answer(500)


def _answer(status: int, detail: str = "", **members: Any) -> Response:
    if _wants_page():
        title = name_of(TITLES.get(status, TITLES[400]))
        return make_response(
            render_template("error.html", title=title, detail=detail, status=status), status
        )
    return problem(status, detail, **members)


def _lang() -> str:
    """The page's language for people, Accept-Language's for programs."""
    return lang() if _wants_page() else reader_lang()


def _wants_page() -> bool:
    if request.path.startswith(("/api/", "/healthz", "/readyz", "/metrics")):
        return False
    return (
        request.accept_mimetypes.best_match(["application/problem+json", "text/html"])
        == "text/html"
    )


LOGGED = {
    400: "refused (400), no request of ours: %s %s, %s, %s",
    401: "refused (401), not signed in: %s %s, %s, %s",
    403: "refused (403), not allowed: %s %s, %s, %s",
    413: "refused (413), too large: %s %s, %s, %s",
    414: "refused (414), too long: %s %s, %s, %s",
    422: "refused (422), does not fit: %s %s, %s, %s",
    429: "refused (429), too often: %s %s, %s, %s",
}
"""The log's message of a refusal, by status; the log's sampler counts each one separately."""


def _log_refusal(response: Response) -> Response:
    """Logs a refusal with author, address and route; never with the URL, which may be a customer's link."""
    if response.status_code in LOGGED:
        route = request.url_rule.rule if request.url_rule else "no route"
        principal = g.get("principal")
        name = principal.name if principal else "nobody"
        log.warning(LOGGED[response.status_code], request.method, route, name, request.remote_addr)
    return response


def register(app: Flask) -> None:
    app.after_request(_log_refusal)
    app.register_error_handler(LobbyError, _refused)
    app.register_error_handler(Full, _full)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _crashed)
