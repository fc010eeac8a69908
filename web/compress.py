"""Pages, scripts and styles go out compressed: a customer's phone may hang on a slow line."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

TEXTS = frozenset({"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"})
LEAST_B = 800
"""Less than this fits into a packet or two as it is."""
FILES_KEPT = 128


def register(app: Flask) -> None:
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if response.mimetype not in TEXTS or response.status_code != 200 or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    if request.method != "GET" or "gzip" not in request.accept_encodings.values():
        return response
    etag, _ = response.get_etag()
    response.direct_passthrough = False
    whole = response.get_data()
    if len(whole) >= LEAST_B:
        response.set_data(_file(whole) if etag else gzip.compress(whole, 5))
        response.content_encoding = "gzip"
        if etag:
            response.set_etag(etag, weak=True)
    return response


@lru_cache(FILES_KEPT)
def _file(whole: bytes) -> bytes:
    """Files stay as they are, so that each is compressed once."""
    return gzip.compress(whole, 9)
