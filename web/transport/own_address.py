"""The address of this server for slips, screens and the first lines of the console."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from contextlib import suppress

from werkzeug.sansio.utils import host_is_trusted

from lobby.branch.forms import is_loopback_url

FAR = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Addresses for documentation (RFC 5737, RFC 3849). The route to them is the machine's default route; nothing is
sent."""
DISCARD = 9


class Unreachable(ValueError):
    """No phone can follow a link of this server."""


def base_url(host: str, port: int, public_url: str) -> str:
    """The beginning of links where there is no `public_url`. Raises Unreachable, which says what to set."""
    own_host = _host_in_link(host)
    if public_url and is_loopback_url(public_url) and not is_loopback_url(f"http://{own_host}"):
        raise Unreachable(
            f"public_url {public_url} leads to this machine only, while it listens on {host}: "
            "no phone could follow the links on slips; set public_url to what phones reach, or leave it empty"
        )
    if own_host:
        return f"http://{own_host}:{port}"
    if public_url:
        return public_url.rstrip("/")
    return f"http://{_address_of_machine(host)}:{port}"


def is_everywhere(host: str) -> bool:
    """Whether a server that listens there listens on every address of the machine."""
    if not host:
        return True
    with suppress(OSError, ValueError):
        addresses = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return any(ipaddress.ip_address(address[4][0]).is_unspecified for address in addresses)
    return False


def _host_in_link(host: str) -> str:
    """The host as it stands in a link; empty for every address of the machine."""
    if is_everywhere(host):
        return ""
    if ":" in host:
        return f"[{host}]"
    return host


def _address_of_machine(host: str) -> str:
    """The address by which other machines reach this one."""
    families = [socket.AF_INET6, socket.AF_INET] if ":" in host else [socket.AF_INET]
    for family in families:
        with suppress(OSError, ValueError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((FAR[family], DISCARD))
            address = ipaddress.ip_address(probe.getsockname()[0].partition("%")[0])
            if not (address.is_loopback or address.is_unspecified or address.is_link_local):
                if address.version == 6:
                    return f"[{address}]"
                return str(address)
    raise Unreachable(
        "this machine has no address that a phone could reach: set public_url, or give --host"
    )


def is_own_host(host: str, own_hosts: Iterable[str]) -> bool:
    """Whether a Host header names one of these hosts: names, whole domains as `.name`, or addresses, IPv6 addresses in
    brackets."""
    if not host.startswith("["):
        names = [name.lower() for name in own_hosts if not name.startswith("[")]
        return host_is_trusted(host.lower(), names)  # RFC 4343: names are the same in either case
    address, bracket, port = host[1:].partition("]")
    fits = bool(bracket) and (not port or (port[:1] == ":" and port[1:].isdecimal()))
    with suppress(ValueError):
        return fits and ipaddress.ip_address(address) in [
            _v6(name) for name in own_hosts if name.startswith("[")
        ]
    return False


def _v6(bracketed: str) -> ipaddress.IPv6Address:
    return ipaddress.IPv6Address(bracketed.strip("[]"))
