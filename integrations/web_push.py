"""Web push: a message to one browser through its maker's push service, encrypted for that browser alone (RFC 8291, in
one record of RFC 8188) and signed with the branch's own key (VAPID, RFC 8292).

The libraries for it bring a second HTTP client and build from source; what they do is the three functions below.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lobby.errors import Unavailable
from lobby.journal.durable import write_whole

log = logging.getLogger(__name__)

KEY_FILE = "vapid.key"
DAMAGED = ".damaged"
"""What a key file is called that could not be read: somebody may want to look at it."""
SERVICES = ("fcm.googleapis.com", "updates.push.services.mozilla.com")
DOMAINS = (".push.apple.com", ".notify.windows.com")
"""Whose push services browsers use: Chrome and its kin, Firefox, Safari, Edge. A browser subscribes at its maker's
alone, so that another host is no phone's: the branch would send requests wherever a stranger says."""
ADDRESS = re.compile(r"https://((?:[a-z0-9-]+\.)+[a-z]+)(?::443)?/[!-~]*")
"""By https, at its own port, without a name and password, in letters that no two readers of addresses take apart
differently."""
RECORD_B = 4096
TOKEN_S = 12 * 3600
"""A push service refuses a signature that is good for more than a day."""
LIVES_S = 600
"""The push service drops what it could not deliver by then: a call is stale."""
GONE = (404, 410)
"""The browser has taken its subscription back."""
CURVE = ec.SECP256R1()
POINT = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


@dataclass(frozen=True)
class Subscription:
    """A browser at its push service. `p256dh` and `auth` are its public key and secret, as bytes."""

    endpoint: str
    p256dh: bytes
    auth: bytes


class Gone(Exception):
    """The subscription is none any more."""


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def is_known(endpoint: str) -> bool:
    """Whether the address is a known push service's."""
    address = ADDRESS.fullmatch(endpoint)
    if not address:
        return False
    host = address[1]
    # No maker has a name in other letters, and one that is none of these breaks who decodes it.
    return "xn--" not in host and (host in SERVICES or host.endswith(DOMAINS))


def subscription(endpoint: str, p256dh: str, auth: str) -> Subscription:
    """As a browser tells it. Raises ValueError."""
    key = unb64(p256dh)
    ec.EllipticCurvePublicKey.from_encoded_point(CURVE, key)
    secret = unb64(auth)
    if len(secret) != 16:
        raise ValueError("not of its length")
    return Subscription(endpoint, key, secret)


def read_key(data: Path) -> ec.EllipticCurvePrivateKey:
    """The branch's own key, made at the first start. With another one every phone has to subscribe anew; a damaged one
    is put aside for it, since the branch opens all the same."""
    path = data / KEY_FILE
    if not path.exists():
        return _made(path)
    try:
        return stored_key(path)
    except (OSError, ValueError) as error:
        log.error("%s is damaged (%s): another key is made", path, error)
    with suppress(OSError):
        path.replace(path.with_name(KEY_FILE + DAMAGED))
    return _made(path)


def stored_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The key of a file. Raises OSError, and ValueError where it is none."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("not a key of the branch's") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != CURVE.name:
        raise ValueError("not a key of the branch's")
    return key


def _made(path: Path) -> ec.EllipticCurvePrivateKey:
    """A new key. One that cannot be written, which is logged, is good until the next start."""
    key = ec.generate_private_key(CURVE)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with suppress(Unavailable):
        write_whole(path, pem)
    return key


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """As a page hands it to its browser."""
    return b64(key.public_key().public_bytes(*POINT))


def encrypted(
    message: bytes,
    to: Subscription,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """RFC 8291 for one record. `own` and `salt` are fresh for every message, and given in tests alone."""
    own = own or ec.generate_private_key(CURVE)
    salt = salt or os.urandom(16)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, to.p256dh)
    ours = own.public_key().public_bytes(*POINT)
    shared = own.exchange(ec.ECDH(), theirs)
    secret = _derived(shared, to.auth, b"WebPush: info\0" + to.p256dh + ours, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD_B.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return head + AESGCM(key).encrypt(nonce, message + b"\2", None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def authorization(
    key: ec.EllipticCurvePrivateKey, endpoint: str, contact: str, now_s: float
) -> str:
    """RFC 8292: who sends, for this push service only. `contact` is an https: or mailto: address; Apple's service
    refuses any other."""
    url = urlsplit(endpoint)
    claims = {
        "aud": f"{url.scheme}://{url.netloc}",
        "exp": int(now_s) + TOKEN_S,
        "sub": contact,
    }
    signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature},k={public_key(key)}"


def _json(data: dict[str, object]) -> str:
    return b64(json.dumps(data, separators=(",", ":")).encode())


class WebPush:
    """Sends as one branch. `known` says which addresses are push services."""

    def __init__(self, data: Path, contact: str, known: Callable[[str], bool] = is_known) -> None:
        self._key = read_key(data)
        self._contact = contact
        self.known = known

    @property
    def public_key(self) -> str:
        return public_key(self._key)

    def send(self, client: httpx.Client, to: Subscription, message: dict[str, str]) -> None:
        """Raises Gone, and any error where the service did not take it. Follows no redirect."""
        if not self.known(to.endpoint):
            raise Gone
        answer = client.post(
            to.endpoint,
            content=encrypted(json.dumps(message, ensure_ascii=False).encode(), to),
            headers={
                "Authorization": authorization(self._key, to.endpoint, self._contact, time.time()),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(LIVES_S),
                "Urgency": "high",
            },
            follow_redirects=False,
        )
        if answer.status_code in GONE:
            raise Gone
        answer.raise_for_status()
