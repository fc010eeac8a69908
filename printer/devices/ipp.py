"""Two questions to a CUPS server over IPP (RFC 8011): how is the queue, what became of the job. `lpstat` cannot say:
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
"""From this status on the server did not do it."""
PORT = 631
HEAD = "POST / HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/ipp\r\nContent-Length: {}\r\n\r\n"

Attributes = dict[str, list[int | str]]


class Refused(Exception):
    """The server answered that it has no such queue or job, or will not say."""


def printer_attributes(server: str, queue: str, timeout_s: float) -> Attributes:
    """Raises OSError and Refused."""
    return _ask(server, GET_PRINTER, _uri(queue), timeout_s)


def job_attributes(server: str, queue: str, job: int, timeout_s: float) -> Attributes:
    """Raises OSError and Refused."""
    return _ask(server, GET_JOB, _uri(queue) + _attribute(INTEGER, "job-id", struct.pack(">i", job)), timeout_s)


def _uri(queue: str) -> bytes:
    return _attribute(URI, "printer-uri", f"ipp://localhost/printers/{queue}".encode())


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    return struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(value)) + value


def _ask(server: str, operation: int, about: bytes, timeout_s: float) -> Attributes:
    head = VERSION + struct.pack(">HI", operation, 1) + OPERATION
    head += _attribute(CHARSET, "attributes-charset", b"utf-8")
    head += _attribute(LANGUAGE, "attributes-natural-language", b"en")
    answer = _posted(server, head + about + END, timeout_s)
    if len(answer) < 8:
        raise OSError(f"{server} does not speak IPP")
    if struct.unpack(">H", answer[2:4])[0] >= REFUSED:
        raise Refused(f"status {answer[2:4].hex()}")
    return read_attributes(answer[8:])


def _posted(server: str, body: bytes, timeout_s: float) -> bytes:
    """HTTP 1.0, so that the answer ends with the line."""
    with _connected(server, timeout_s) as line:
        line.sendall(HEAD.format(len(body)).encode() + body)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    return answer.partition(b"\r\n\r\n")[2]


def _connected(server: str, timeout_s: float) -> socket.socket:
    """`server` as `lpstat -H` says it: a path, a host, or a host and its port."""
    if server.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(timeout_s)
        line.connect(server)
        return line
    host, _, port = server.rpartition(":")
    address = (host, int(port)) if host and port.isdigit() else (server, PORT)
    return socket.create_connection(address, timeout_s)


def read_attributes(data: bytes) -> Attributes:
    """The attributes of an answer, whatever their group; what is cut off is left out."""
    found: Attributes = {}
    name = ""
    for tag, named, value in _values(data):
        name = named or name
        found.setdefault(name, []).append(_value(tag, value))
    return found


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
    """Bytes with their number before them, and where they end."""
    length = int.from_bytes(data[at : at + 2])
    return data[at + 2 : at + 2 + length], at + 2 + length


def _value(tag: int, value: bytes) -> int | str:
    if tag in (INTEGER, BOOLEAN, ENUM):
        return int.from_bytes(value)
    return value.decode(errors="replace")
