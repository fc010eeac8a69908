"""The key with which headquarters signs what it sends down: its owner's alone, made when first needed."""

from __future__ import annotations

import base64
import os
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from headquarters.config import Headquarters

FILE = "instruction.key"


class NoKey(ValueError):
    """The file of the key cannot be read or made. The text says why, in one line."""


class Signer:
    """Raises NoKey."""

    def __init__(self, headquarters: Headquarters) -> None:
        self._file = (headquarters.certificates or headquarters.folder) / FILE
        self._key = self._read_or_make()

    @property
    def public(self) -> str:
        """For the branches' [headquarters], base64."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def sign(self, text: str) -> str:
        """The signature, base64."""
        return base64.b64encode(self._key.sign(text.encode())).decode()

    def _read_or_make(self) -> Ed25519PrivateKey:
        try:
            if not self._file.exists():
                self._make()
            return _key_in(self._file)
        except OSError as error:
            raise NoKey(f"{self._file}: {error.strerror}") from error

    def _make(self) -> None:
        """Durably, and never over one that another process made meanwhile."""
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self._file.with_name(f"{FILE}.{os.getpid()}.part")
        part.unlink(missing_ok=True)
        with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.write(pem)
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(part, self._file)
        part.unlink()


def _key_in(file: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise NoKey(f"{file} is no key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKey(f"{file} is no Ed25519 key")
    return key
