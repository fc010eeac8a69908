"""The branch's keys. One secret is kept, `secret.key` in its data; for each purpose a key of its own is derived from it
by a label (HMAC-SHA256 as the pseudo-random function, as in HKDF-Expand, RFC 5869): whoever learns one learns no other.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

SECRET = "secret.key"
SECRET_BYTES = 32
LINKS = "links on slips"
CODES = "check-in codes"
APPOINTMENTS = "links of appointments"
COOKIES = "cookies"
FINGERPRINTS = "fingerprints of requests"
ACCESS = "what the access store keeps"
PANEL = "marks of customers who were invited"
DIRECTORY = "customers remembered from the directory"


class Keys:
    """Gives the keys, and shows nothing of the secret, however it is printed."""

    __slots__ = ("_of", "_secret")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._of: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return "Keys(...)"

    def __reduce__(self) -> str:
        raise TypeError("keys are not to be copied out")

    def of(self, label: str) -> bytes:
        """The key for one purpose."""
        if label not in self._of:
            self._of[label] = hmac.digest(
                self._secret, b"lobby 1 " + label.encode(), hashlib.sha256
            )
        return self._of[label]


def read_keys(data: Path) -> Keys:
    """The branch's keys; the secret is made at the first start and readable by its user only."""
    path = data / SECRET
    if not path.exists():
        _make(path)
    try:
        return stored_keys(path)
    except ValueError as error:
        raise ValueError(f"{path} is damaged: put back the one of the backup") from error


def stored_keys(path: Path) -> Keys:
    """The keys of a secret that is kept. Raises OSError, and ValueError where it is not whole."""
    return Keys(_whole(path.read_text()))


def _make(path: Path) -> None:
    """On the disk before it has its name: after a power cut it is there or not."""
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    with fresh.open("w") as file:
        file.write(secrets.token_hex(SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _whole(text: str) -> bytes:
    """What is left of a secret is none: from an empty file anybody could derive the keys."""
    secret = bytes.fromhex(text)
    if len(secret) != SECRET_BYTES:
        raise ValueError("not of its length")
    return secret
