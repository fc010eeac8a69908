"""The client that limits count: the one behind a trusted proxy, an IPv6 customer by network."""

from __future__ import annotations

from flask import request

from web.transport.addresses import bucket


def client_key() -> str:
    """The key of every limit by address."""
    return bucket(request.remote_addr or "")
