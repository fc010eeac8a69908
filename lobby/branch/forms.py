"""The forms of single texts in the configuration: ids, numbers' prefixes, addresses of printers and of servers."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import parse_qsl, urlsplit

from lobby.texts import Text

Fits = Callable[[str], object]

HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
"""What a browser sends as a host: a name, an address, an IPv6 address in brackets."""
PORTS = range(1, 65536)
LABEL_MAX = 63
"""The DNS allows so many characters between two dots (RFC 1035). A look-up of a longer label raises UnicodeError."""

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
BRANCH_CODE = re.compile(r"[A-Za-z0-9]{1,12}")
"""A link, a file name and a message's subject can hold such a code without escapes."""
PUBLIC_KEY = re.compile(r"(?:[A-Za-z0-9+/]{43}=)?")
"""32 bytes in base64, or none."""
SERIES = re.compile(r"[A-Z]{1,2}")
CARD_PREFIX = re.compile(r"[0-9]{1,19}")
MEMBER_PREFIX = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
"""Readings are normalised to capitals without blanks, so another prefix never fits; an empty one fits everybody."""

DEVICES = "tcp://HOST:PORT, serial:///dev/NAME?baudrate=N, usb://VID:PID, cups://QUEUE, file:///PATH, virtual:"
DEVICE_FORMS: Mapping[str, re.Pattern[str]] = {
    "tcp": re.compile(rf"tcp://{HOST}:\d{{1,5}}"),
    "serial": re.compile(r"serial:///[^?#\s]+(?:\?[^#\s]+)?"),
    "usb": re.compile(r"usb://[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}"),
    "cups": re.compile(r"cups://[^/?#@:%\[\]\s]+"),
    "file": re.compile(r"file:///[^?#]+"),
    "virtual": re.compile(r"virtual:"),
}
BAUDRATES = (
    "1200",
    "2400",
    "4800",
    "9600",
    "19200",
    "38400",
    "57600",
    "115200",
    "230400",
    "460800",
    "921600",
)
"""The speeds that printers' switches offer."""


def is_device(text: str) -> bool:
    """Whether the text names a printer in one of the forms, with a valid port and known options."""
    form = DEVICE_FORMS.get(text.partition(":")[0])
    if form is None or not form.fullmatch(text):
        return False
    if text.startswith("tcp:"):
        return _is_address(text)
    return _has_known_options(text)


def _has_known_options(device: str) -> bool:
    options = parse_qsl(urlsplit(device).query, keep_blank_values=True)
    return "?" not in device or (
        [*dict(options)] == ["baudrate"] == [key for key, _ in options]
        and (options[0][1] in BAUDRATES)
    )


def _is_address(url: str) -> bool:
    """Whether host and port of the URL can be connected to."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if port is not None and port not in PORTS:
        return False
    return is_host(parts.hostname or "")


def is_host(host: str) -> bool:
    """Whether it is a name or an address of one machine; `0.0.0.0` and `::` stand for any address."""
    if ":" in host or re.fullmatch(r"[0-9.]+", host):
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return not address.is_unspecified
    return all(0 < len(label) <= LABEL_MAX for label in host.split("."))


PUBLIC_URL = re.compile(rf"https?://{HOST}(?::\d{{1,5}})?/?")
DIRECTORY_URL = re.compile(rf"https?://{HOST}(?::\d{{1,5}})?(?:/[!-~]*)?")


def is_public_url(text: str) -> bool:
    """Empty, or a scheme and a host. The links on slips begin with it, so no path may follow."""
    return not text or (bool(PUBLIC_URL.fullmatch(text)) and _is_address(text))


def is_directory_url(text: str) -> bool:
    """Whether customers' numbers may be sent there: over TLS, or to this machine."""
    fits = (
        DIRECTORY_URL.fullmatch(text) is not None
        and not set("{}#") & set(text)
        and _is_address(text)
    )
    return fits and (text.startswith("https:") or is_loopback_url(text))


def is_allowed_host(text: str) -> bool:
    """A name as the Host header has it, in small letters; a leading dot means every name under it."""
    return bool(re.fullmatch(HOST, text.removeprefix("."))) and text == text.lower()


def is_loopback_url(url: str) -> bool:
    """Whether the URL leads to the machine that follows it: a phone would open itself."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


DIRECTORY_FORM = Text(
    "https://host/path without {key}: the number goes in the body of a POST; http on this machine only"
)

GATEWAY_FORM = Text("https://host/path; http on this machine only")

TABLES = (
    "areas",
    "tiers",
    "groups",
    "services",
    "counters",
    "boards",
    "printers",
    "kiosks",
    "things",
    "aids",
)
FORMS: tuple[tuple[str, str, Fits, Text], ...] = (
    *((table, "id", ID.fullmatch, Text("lower-case letters, digits, _ or -")) for table in TABLES),
    ("branch", "code", BRANCH_CODE.fullmatch, Text("1 to 12 letters or digits")),
    (
        *("headquarters", "key", PUBLIC_KEY.fullmatch),
        Text("the public key that lobby hq instruction key prints"),
    ),
    ("services", "series", SERIES.fullmatch, Text("one or two capital letters")),
    ("tiers", "card_prefixes", CARD_PREFIX.fullmatch, Text("1 to 19 digits")),
    (
        *("tiers", "member_prefixes", MEMBER_PREFIX.fullmatch),
        Text("capital letters, digits or -, not empty"),
    ),
    ("printers", "device", is_device, Text(DEVICES)),
    ("directory", "url", is_directory_url, DIRECTORY_FORM),
    ("notices", "url", is_directory_url, GATEWAY_FORM),
    (
        *("security", "allowed_hosts", is_allowed_host),
        Text("a host's name in small letters, such as lobby.example.com"),
    ),
)
"""The form of each text: table, key, whether a text fits, and what is allowed."""
PUBLIC_FORM = Text("http(s)://host without a path")
