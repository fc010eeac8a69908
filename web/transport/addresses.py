"""The addresses that connections come from, in one spelling."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

IPV6_CUSTOMER = 64
"""A customer of an IPv6 provider gets at least a /64, so a limit by single address would limit nobody."""
REMEMBERED = 4096


@lru_cache(REMEMBERED)
def plain(text: str) -> str:
    """The address in its usual form; an IPv4-mapped IPv6 address as IPv4; "" for text that is no address."""
    try:
        address = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return ""
    return str(_unmapped(address))


@lru_cache(REMEMBERED)
def bucket(text: str) -> str:
    """The key of limits by address: an IPv4 address, or the /64 of an IPv6 address."""
    address = plain(text)
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/{IPV6_CUSTOMER}", strict=False))


@lru_cache(REMEMBERED)
def is_loopback(text: str) -> bool:
    address = plain(text)
    return bool(address) and ipaddress.ip_address(address).is_loopback


class Networks:
    """Addresses and networks that the configuration names."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._networks = [ipaddress.ip_network(text) for text in texts]

    def __contains__(self, text: object) -> bool:
        address = plain(str(text))
        return bool(address) and any(
            ipaddress.ip_address(address) in network for network in self._networks
        )


def _unmapped(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
