"""Asks a CUPS server over IPP (RFC 8011) for the attributes of a queue and of a job. `lpstat` does not suffice, since
it shows an aborted job like a printed one."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

VERSION = b"\x02\x00"
GET_JOB = 0x0009
GET_PRINTER = 0x000B
OPERATION = b"\x01"
END = b"\x03"
DELIMITERS = range(0x10)
INTEGER = 0x21
BOOLEAN = 0x22
ENUM = 0x23
URI = 0x45
KEYWORD = 0x44
CHARSET = 0x47
LANGUAGE = 0x48
REFUSED = 0x0400
"""From this status on, the server refused the operation."""
PORT = 631
HEAD = "POST / HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/ipp\r\nContent-Length: {}\r\n\r\n"

Attributes = dict[str, list[int | str]]


class Refused(Exception):
    """The server has no such queue or job, or refuses the request."""


def printer_attributes(server: str, queue: str, timeout_s: float) -> Attributes:
    """Raises OSError and Refused."""
    return _ask(server, GET_PRINTER, _uri(queue), timeout_s)


def job_attributes(server: str, queue: str, job: int, timeout_s: float) -> Attributes:
    """Raises OSError and Refused."""
    return _ask(
        server,
        GET_JOB,
        _uri(queue) + _attribute(INTEGER, "job-id", struct.pack(">i", job)),
        timeout_s,
    )


def _uri(queue: str) -> bytes:
    return _attribute(URI, "printer-uri", f"ipp://localhost/printers/{queue}".encode())


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    return (
        struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(value)) + value
    )


def _ask(server: str, operation: int, about: bytes, timeout_s: float) -> Attributes:
    head = VERSION + struct.pack(">HI", operation, 1) + OPERATION
    head += _attribute(CHARSET, "attributes-charset", b"utf-8")
    head += _attribute(LANGUAGE, "attributes-natural-language", b"en")
    answer = _post(server, head + about + END, timeout_s)
    if len(answer) < 8:
        raise OSError(f"{server} does not speak IPP")
    if struct.unpack(">H", answer[2:4])[0] >= REFUSED:
        raise Refused(f"status {answer[2:4].hex()}")
    return read_attributes(answer[8:])


def _post(server: str, body: bytes, timeout_s: float) -> bytes:
    """The body of the answer. With HTTP 1.0 the answer ends when the server closes the connection."""
    with _connect(server, timeout_s) as connection:
        connection.sendall(HEAD.format(len(body)).encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return answer.partition(b"\r\n\r\n")[2]


def _connect(server: str, timeout_s: float) -> socket.socket:
    """A connection to `server`, which `lpstat -H` prints as a path, a host, or a host and its port."""
    if server.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(timeout_s)
        connection.connect(server)
        return connection
    host, _, port = server.rpartition(":")
    address = (host, int(port)) if host and port.isdigit() else (server, PORT)
    return socket.create_connection(address, timeout_s)


def read_attributes(data: bytes) -> Attributes:
    """The attributes of an answer, of all groups; an attribute that is cut off is left out."""
    attributes: Attributes = {}
    name = ""
    for tag, next_name, value in _values(data):
        name = next_name or name
        attributes.setdefault(name, []).append(_value(tag, value))
    return attributes


def _values(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    at = 0
    while at < len(data):
        tag = data[at]
        at += 1
        if tag in DELIMITERS:
            continue
        name, at = _counted(data, at)
        value, at = _counted(data, at)
        yield tag, name.decode(errors="replace"), value


def _counted(data: bytes, at: int) -> tuple[bytes, int]:
    """Bytes that follow their length, and the position after them."""
    length = int.from_bytes(data[at : at + 2])
    return data[at + 2 : at + 2 + length], at + 2 + length


def _value(tag: int, value: bytes) -> int | str:
    if tag in (INTEGER, BOOLEAN, ENUM):
        return int.from_bytes(value)
    return value.decode(errors="replace")
