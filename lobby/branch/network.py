"""Network addresses as config.toml names them: networks that are trusted, and where to listen."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

LISTEN = re.compile(r"(?:\[(?P<v6>[0-9a-fA-F:.]+)\]|(?P<name>[A-Za-z0-9.-]+)):(?P<port>\d{1,5})")
PORTS = range(1, 65536)


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        raise PydanticCustomError("network", "an address or network") from error
    return text


def _listen(text: str) -> str:
    match = LISTEN.fullmatch(text)
    if match is None or int(match["port"]) not in PORTS:
        raise PydanticCustomError("listen", "HOST:PORT")
    return text


def host_and_port(listen: str) -> tuple[str, int]:
    """Of a `Listen`."""
    match = LISTEN.fullmatch(listen)
    assert match is not None
    return match["v6"] or match["name"], int(match["port"])


Network = Annotated[str, AfterValidator(_network)]
"""An address (`127.0.0.1`, `::1`) or a network (`10.1.0.0/16`)."""
Listen = Annotated[str, AfterValidator(_listen)]
"""`HOST:PORT`; an IPv6 address in brackets."""
