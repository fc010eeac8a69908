"""Who asks, as limits count: the true client behind a trusted proxy, an IPv6 customer by its network."""

from __future__ import annotations

from flask import request

from web.transport.addresses import bucket


def client_key() -> str:
    """The key of every limit by address."""
    return bucket(request.remote_addr or "")
